import type { LdifEntry } from './ldif-entry';
import { parseLdif } from './ldif-parser';
import { readTextFile } from './text-file';

/**
 * The entries of an LDIF text (RFC 2849, content records). Text in UTF-8 is also taken unencoded, as OpenLDAP does.
 * Refused: change records, values by URL (`:<`), an entry twice, and passwords in clear text.
 * @see https://www.rfc-editor.org/rfc/rfc2849
 */
export class Ldif {
  /**
   * Entries as text.
   * @param source what messages call the text, for example the name of its file
   */
  public static parse(text: string, source = 'LDIF'): Ldif {
    return new Ldif(source, parseLdif(text, source));
  }

  /** Reads a file in UTF-8, with or without a byte order mark. */
  public static fromFile(path: string): Ldif {
    const instead = 'save it as UTF-8, with other bytes as base64 after "::"';
    return Ldif.parse(readTextFile('LDIF file', path, instead), path);
  }

  private constructor(
    /** What messages call the text. */
    public readonly source: string,
    /** In the order of the text. */
    public readonly entries: readonly LdifEntry[],
  ) {}
}
