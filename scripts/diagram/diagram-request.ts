import { extname } from 'node:path';
import { InputError, quoted } from '../../constructs/errors';
import type { CommandLine } from '../stack/command-line';

export const FORMATS = ['svg', 'mermaid'] as const;
export type DiagramFormat = (typeof FORMATS)[number];

/** Names of files by their format. */
const EXTENSIONS: ReadonlyMap<string, DiagramFormat> = new Map([
  ['.svg', 'svg'],
  ['.mmd', 'mermaid'],
  ['.mermaid', 'mermaid'],
]);

/** Where a picture goes to and as what; undefined for both formats in the folder of each stack. */
export interface SinglePicture {
  readonly format: DiagramFormat;
  /** As it was written; undefined for standard output. */
  readonly file: string | undefined;
}

/** Reads `--format` and `--out`: with either, one picture of one stack is asked for. */
export function singlePicture({ values, stacks }: CommandLine): SinglePicture | undefined {
  const file = values.get('out');
  const format = checkedFormat(values.get('format'));
  if (file === undefined && format === undefined) return undefined;
  if (stacks.length > 1) {
    throw new InputError('stacks', `${stacks.join(' ')} with --format or --out`, 'name one stack at a time');
  }
  if (file === undefined) return format === undefined ? undefined : { format, file };
  const named = EXTENSIONS.get(extname(file).toLowerCase());
  if (named === undefined && format === undefined) {
    throw new InputError(
      '--out',
      quoted(file),
      `write a name that ends in ${[...EXTENSIONS.keys()].join(', ')}, or give --format`,
    );
  }
  if (named !== undefined && format !== undefined && named !== format) {
    throw new InputError(
      '--out',
      `${quoted(file)} for the format ${format}`,
      'leave --format out, or write another name',
    );
  }
  return { format: format ?? named ?? 'svg', file };
}

function checkedFormat(text: string | undefined): DiagramFormat | undefined {
  const format = FORMATS.find((known) => known === text);
  if (text !== undefined && format === undefined) {
    throw new InputError('--format', quoted(text), `write one of ${FORMATS.join(', ')}`);
  }
  return format;
}
