import { readFileSync } from 'node:fs';
import { InputError, quoted } from '../errors';

/**
 * The text of a file in UTF-8, without its byte order mark.
 * @param what what messages call such a file, for example "LDIF file"
 * @param instead what to do where it is not UTF-8
 */
export function readTextFile(what: string, path: string, instead: string): string {
  const where = `${what} ${quoted(path)}`;
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(where, `a file that cannot be read (${reason})`, `give the path of such a file`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(where, 'bytes that are not UTF-8', instead);
  }
}
