import { readFileSync } from 'node:fs';
import { InputError, quoted } from '../errors';
import type { LdifEntry } from './ldif-entry';
import { parseLdif } from './ldif-parser';

/**
 * The entries of an LDIF text (RFC 2849, content records). Text in UTF-8 is also taken unencoded, as OpenLDAP does.
 * Refused: change records, values by URL (`:<`), an entry twice, and passwords in clear text.
 */
export class Ldif {
  /** @param source what messages call the text, for example the name of its file */
  public static parse(text: string, source = 'LDIF'): Ldif {
    return new Ldif(source, parseLdif(text, source));
  }

  /** Reads a file in UTF-8, with or without a byte order mark. */
  public static fromFile(path: string): Ldif {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InputError(
        `LDIF file ${quoted(path)}`,
        `a file that cannot be read (${reason})`,
        'give the path of an LDIF file',
      );
    }
    try {
      return Ldif.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), path);
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(
        `LDIF file ${quoted(path)}`,
        'bytes that are not UTF-8',
        'save it as UTF-8, with other bytes as base64 after "::"',
      );
    }
  }

  private constructor(
    public readonly source: string,
    /** In the order of the text. */
    public readonly entries: readonly LdifEntry[],
  ) {}
}
