import { parseArgs } from 'node:util';

export interface CommandLine {
  /** Stacks named on the command line, as written. */
  readonly stacks: readonly string[];
  /** Switches that were given, without their dashes. */
  readonly switches: ReadonlySet<string>;
}

/**
 * Reads the arguments of a command that takes stacks and switches. Anything unknown is refused; `--help` prints the
 * text and ends the process.
 */
export function readCommandLine(
  help: string,
  switches: readonly string[] = [],
  args = process.argv.slice(2),
): CommandLine {
  const options = Object.fromEntries(['help', ...switches].map((name) => [name, { type: 'boolean' as const }]));
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  if (values['help'] === true) {
    process.stdout.write(`${help.trim()}\n`);
    process.exit(0);
  }
  return { stacks: positionals, switches: new Set(Object.keys(values)) };
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
