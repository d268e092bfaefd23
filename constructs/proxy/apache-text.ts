import { InputError, quoted } from '../errors';

/** Name of the Apache variable that stands for a dollar sign: Apache has no escape for the `${` of a variable. */
const DOLLAR = 'dollar';

/** Makes `${` sayable in the arguments that follow; the first line of a configuration. */
export const DEFINE_DOLLAR = `Define ${DOLLAR} "$"`;

/**
 * A value as one argument of a directive, in quotes, as itself.
 * @see https://httpd.apache.org/docs/2.4/configuring.html#syntax
 */
export function argument(value: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(value)) {
    throw new InputError(
      'Apache configuration',
      `the value ${quoted(value)}`,
      'leave out line breaks and other control characters: a directive has one line',
    );
  }
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `"${escaped.replaceAll('${', `\${${DOLLAR}}{`)}"`;
}

/** A pattern or test string of mod_rewrite, which reads its arguments by rules of its own: it knows no escapes. */
export function rewriteArgument(value: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are among what is refused
  if (/["\u0000-\u001f\u007f]|\$\{/.test(value)) {
    throw new InputError(
      'Apache configuration',
      `the value ${quoted(value)} for mod_rewrite`,
      'leave out double quotes, "${" and control characters',
    );
  }
  return `"${value}"`;
}

/** Text inside a format string (RequestHeader, LogFormat), in which `%` starts a specifier. */
export function formatText(value: string): string {
  return value.replaceAll('%', '%%');
}

/** Text inside a regular expression (PCRE), as itself. */
export function patternText(value: string): string {
  return value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** One line: the name and its arguments, which are ready to be written. */
export function directive(name: string, ...args: readonly string[]): string {
  return [name, ...args].join(' ');
}

/** `<Name argument>`, its lines indented, `</Name>`. */
export function section(name: string, arg: string, lines: readonly string[]): string[] {
  return [`<${name} ${arg}>`, ...lines.map((line) => (line === '' ? '' : `  ${line}`)), `</${name}>`];
}
