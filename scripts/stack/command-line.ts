import { parseArgs } from 'node:util';

export interface CommandLine {
  /** Stacks named on the command line, as written. */
  readonly stacks: readonly string[];
  /** Switches that were given, without their dashes. */
  readonly switches: ReadonlySet<string>;
  /** Values of options that were given, by their names without dashes. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Reads the arguments of a command that takes stacks, switches and options with a value. Anything unknown is refused; `--help` prints the
 * text and ends the process.
 */
export function readCommandLine(
  help: string,
  switches: readonly string[] = [],
  options: readonly string[] = [],
  args = process.argv.slice(2),
): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(['help', ...switches].map((name) => [name, { type: 'boolean' as const }])),
      ...Object.fromEntries(options.map((name) => [name, { type: 'string' as const }])),
    },
    allowPositionals: true,
    strict: true,
  });
  if (values['help'] === true) {
    process.stdout.write(`${help.trim()}\n`);
    process.exit(0);
  }
  const given = Object.entries(values);
  return {
    stacks: positionals,
    switches: new Set(given.filter(([, value]) => typeof value === 'boolean').map(([name]) => name)),
    values: new Map(given.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  };
}

/** Runs a command's main function: an error is told in its own words, and the exit status says that there was one. */
export function runMain(main: () => Promise<number>): void {
  main().then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      process.stderr.write(
        `${process.env.DEBUG !== undefined && error instanceof Error ? (error.stack ?? message) : message}\n`,
      );
      process.exitCode = 1;
    },
  );
}
