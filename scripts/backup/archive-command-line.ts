import { resolve } from 'node:path';
import { InputError } from '../../constructs/errors';
import { readCommandLine } from '../stack/command-line';

export interface ArchiveCommandLine {
  readonly stack: string;
  /** Absolute; relative ones are seen from where npm was called. */
  readonly file: string;
  readonly switches: ReadonlySet<string>;
}

/** Reads `STACK FILE`. */
export function readArchiveCommandLine(
  help: string,
  switches: readonly string[] = [],
  args = process.argv.slice(2),
): ArchiveCommandLine {
  const given = readCommandLine(help, switches, [], args);
  const [stack, file, ...more] = given.stacks;
  if (stack === undefined || file === undefined || file === '' || more.length > 0) {
    throw new InputError('arguments', given.stacks.join(' ') || 'none', 'write a stack and a file: STACK FILE');
  }
  return { stack, file: resolve(process.env.INIT_CWD ?? process.cwd(), file), switches: given.switches };
}
