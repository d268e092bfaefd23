import { InputError, quoted } from '../errors';

/**
 * A value as one argument of a directive, in quotes, as itself. nginx has no escape for the `$` of a variable, so a
 * value with one is refused.
 * @see https://nginx.org/en/docs/beginners_guide.html#conf_structure
 */
export function argument(value: string): string {
  if (value.includes('$')) {
    throw new InputError(
      'nginx configuration',
      `the value ${quoted(value)}`,
      'leave out the dollar sign: it starts a variable',
    );
  }
  return quotedArgument(value);
}

/** A regular expression (PCRE) as one argument; nginx reads no variables in it. */
export function pattern(value: string): string {
  return quotedArgument(value);
}

/** One line: the name and its arguments, which are ready to be written. */
export function directive(name: string, ...args: readonly string[]): string {
  return `${[name, ...args].join(' ')};`;
}

/** `name {`, its lines indented, `}`. */
export function block(name: string, lines: readonly string[]): string[] {
  return [`${name} {`, ...lines.map((line) => (line === '' ? '' : `    ${line}`)), '}'];
}

function quotedArgument(value: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(value)) {
    throw new InputError(
      'nginx configuration',
      `the value ${quoted(value)}`,
      'leave out line breaks and other control characters',
    );
  }
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
