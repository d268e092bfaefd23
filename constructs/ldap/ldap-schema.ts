import { InputError, quoted } from '../errors';
import { readTextFile } from './text-file';

/** What a schema file of OpenLDAP may hold (slapd.conf(5)); any other directive would change the server. */
const DEFINITIONS = new Set(['attributetype', 'objectclass', 'ldapsyntax', 'ditcontentrule']);
const MACRO = 'objectidentifier';

const INSTEAD = "write OpenLDAP's schema text, definitions such as \"attributetype ( 1.2.3 NAME 'x' ... )\"";

/**
 * Attribute types and object classes in the text form of OpenLDAP's `.schema` files, for slapd.conf. Checked here for
 * being definitions and nothing else, each in balanced parentheses; the server checks the rest when it starts, and a
 * deploy fails on what it refuses.
 * @see slapd.conf(5), RFC 4512, 4.1
 */
export class LdapSchema {
  /**
   * Definitions as text. Refused: anything that is none, and none at all.
   * @param source what messages call the text, for example the name of its file
   */
  public static parse(text: string, source = 'LDAP schema'): LdapSchema {
    return new LdapSchema(source, checkedText(text, source));
  }

  /** Reads a file in UTF-8. */
  public static fromFile(path: string): LdapSchema {
    return LdapSchema.parse(readTextFile('LDAP schema file', path, 'save it as UTF-8'), path);
  }

  private constructor(
    /** What messages call the text. */
    public readonly source: string,
    /** Ends with a newline. */
    public readonly text: string,
  ) {}
}

function checkedText(text: string, source: string): string {
  let definitions = 0;
  for (const { line, directive } of directives(text, source)) {
    const where = `${source}, line ${line}`;
    const [word = ''] = directive.split(/\s/, 1);
    const name = word.toLowerCase();
    if (name === MACRO) {
      if (!/^\S+\s+\S+\s+\S+\s*$/.test(directive)) {
        throw new InputError(where, `${quoted(word)} without a name and an OID`, 'write "objectidentifier name oid"');
      }
    } else if (DEFINITIONS.has(name)) {
      checkBalance(where, directive.slice(word.length));
    } else {
      const isLdif = name === 'dn:' || name.startsWith('olc');
      throw new InputError(
        where,
        isLdif ? `${quoted(word)}, schema as LDIF of cn=config` : `${quoted(word)}, which is no part of a schema`,
        INSTEAD,
      );
    }
    definitions++;
  }
  if (definitions === 0) throw new InputError(source, 'a text without definitions', INSTEAD);
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** A line that starts with white space continues the one before; comments and empty lines stand between directives. */
function directives(text: string, source: string): { line: number; directive: string }[] {
  const found: { line: number; directive: string }[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    // eslint-disable-next-line no-control-regex -- control characters are what is refused
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line)) {
      throw new InputError(`${source}, line ${index + 1}`, 'a control character', INSTEAD);
    }
    const last = found.at(-1);
    if (/^\s/.test(line) && line.trim() !== '') {
      if (last === undefined) throw new InputError(`${source}, line ${index + 1}`, 'a continued line first', INSTEAD);
      last.directive += ` ${line.trim()}`;
    } else if (line.trim() !== '' && !line.startsWith('#')) {
      found.push({ line: index + 1, directive: line });
    }
  }
  return found;
}

/** One pair of parentheses around everything; what is in single quotes does not count. */
function checkBalance(where: string, definition: string): void {
  const bare = definition.replace(/'[^']*'/g, '').trim();
  let depth = 0;
  const isWhole = Array.from(bare).every((character, index) => {
    if (character === '(') depth++;
    if (character === ')') depth--;
    return depth > 0 || index === bare.length - 1;
  });
  if (bare === '' || !isWhole || depth !== 0 || !bare.endsWith(')')) {
    throw new InputError(where, 'a definition that is not in one pair of parentheses', INSTEAD);
  }
}
