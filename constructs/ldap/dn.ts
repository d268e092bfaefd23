import { InputError, quoted } from '../errors';

/** One attribute of an RDN. */
export interface DnAttribute {
  /** As it was written, for example `cn` or `2.5.4.3`. */
  readonly type: string;
  /** Without escapes; where `isEncoded`, the hexadecimal digits of its BER encoding. */
  readonly value: string;
  /** Whether the value is in hexadecimal digits (RFC 4514, 2.4). */
  readonly isEncoded: boolean;
}

/** Names for the same attribute type: those of RFC 4514, section 3, and what RFC 4519 also calls them. */
const ALIASES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'cn',
  commonname: 'cn',
  '2.5.4.7': 'l',
  localityname: 'l',
  '2.5.4.8': 'st',
  stateorprovincename: 'st',
  '2.5.4.10': 'o',
  organizationname: 'o',
  '2.5.4.11': 'ou',
  organizationalunitname: 'ou',
  '2.5.4.6': 'c',
  countryname: 'c',
  '2.5.4.9': 'street',
  streetaddress: 'street',
  '0.9.2342.19200300.100.1.25': 'dc',
  domaincomponent: 'dc',
  '0.9.2342.19200300.100.1.1': 'uid',
  userid: 'uid',
};

const TYPE = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)$/;

/** An attribute type in the one spelling it is compared in. */
export function canonicalType(type: string): string {
  const lower = type.toLowerCase();
  return ALIASES[lower] ?? lower;
}

/** A value as caseIgnoreMatch compares it (RFC 4518): case, outer spaces and the number of inner spaces do not matter. */
export function canonicalValue(value: string): string {
  return value.normalize('NFKC').trim().replace(/ {2,}/g, ' ').toLowerCase();
}

/**
 * A distinguished name in the string form of RFC 4514, taken apart. Spaces around separators (RFC 2253) are accepted and
 * dropped; values in double quotes (RFC 1779) are refused.
 */
export class Dn {
  /**
   * Takes a text apart. Refused: what RFC 4514 does not allow.
   * @param where says in a message whose DN it is
   */
  public static parse(where: string, text: string): Dn {
    const refuse = (what: string): never => {
      throw new InputError(
        where,
        `the DN ${quoted(text)}, ${what}`,
        'write a DN such as "ou=people,dc=example,dc=com", with a backslash before , + " \\ < > ; inside a value',
      );
    };
    if (text.trim() === '') refuse('which is empty');
    return new Dn(split(text, ',').map((rdn) => split(rdn, '+').map((attribute) => parseAttribute(attribute, refuse))));
  }

  /** The same for equal DNs, different for others; made for comparing, not for reading. */
  public readonly key: string;

  private constructor(
    /** From the entry itself up to the root; more than one attribute where the RDN is multi-valued. */
    public readonly rdns: readonly (readonly DnAttribute[])[],
  ) {
    this.key = rdns.map((rdn) => rdn.map(keyOf).sort().join('+')).join(',');
  }

  /** The attributes that name the entry below its parent. */
  public get rdn(): readonly DnAttribute[] {
    return this.rdns[0] ?? [];
  }

  /** The entry above, undefined for a DN of one RDN. */
  public get parent(): Dn | undefined {
    return this.rdns.length > 1 ? new Dn(this.rdns.slice(1)) : undefined;
  }

  /** An entry right below, named by one attribute; `value` is plain text. */
  public child(type: string, value: string): Dn {
    return new Dn([[{ type, value, isEncoded: false }], ...this.rdns]);
  }

  /** Whether both name the same entry, however they are written. */
  public equals(other: Dn): boolean {
    return this.key === other.key;
  }

  /** Whether this is the base or an entry below it. */
  public isBelow(base: Dn): boolean {
    // A key holds a comma between RDNs only.
    return this.key === base.key || this.key.endsWith(`,${base.key}`);
  }

  /** RFC 4514, without spaces around separators; control characters escaped, so that it is one line anywhere. */
  public toString(): string {
    return this.rdns.map((rdn) => rdn.map(textOf).join('+')).join(',');
  }
}

/** A DN that RFC 4514 allows, in that form. */
export function checkedDn(where: string, dn: string): string {
  return Dn.parse(where, dn).toString();
}

/** Whether `dn` is `base` or below it, however the two are written. Both must be DNs. */
export function isBelow(dn: string, base: string): boolean {
  return Dn.parse('isBelow', dn).isBelow(Dn.parse('isBelow', base));
}

/** Splits at separators that no backslash stands before. */
function split(text: string, separator: string): string[] {
  if (!text.includes('\\')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === separator) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function parseAttribute(text: string, refuse: (what: string) => never): DnAttribute {
  const equals = text.indexOf('=');
  const type = text.slice(0, Math.max(equals, 0)).trim();
  if (equals < 0 || !TYPE.test(type)) refuse(`in which ${quoted(text.trim())} is not an attribute, "=" and a value`);
  const raw = trimmed(text.slice(equals + 1));
  if (raw === '') refuse(`in which ${type} has no value`);
  if (raw.startsWith('#')) {
    if (!/^#(?:[0-9A-Fa-f]{2})+$/.test(raw))
      refuse(`in which ${quoted(raw)} is not "#" and pairs of hexadecimal digits`);
    return { type, value: raw.slice(1).toLowerCase(), isEncoded: true };
  }
  // RFC 4514, stringchar: these need a backslash.
  const special = /["+,;<>\0]/.exec(raw.replace(/\\./gsu, ''));
  if (special !== null) refuse(`in which ${quoted(special[0])} stands without a backslash`);
  return { type, value: raw.includes('\\') ? unescaped(raw, refuse) : raw, isEncoded: false };
}

/** Without outer spaces, but with the last one where it is escaped. */
function trimmed(value: string): string {
  const text = value.replace(/^ +/, '');
  const end = text.replace(/ +$/, '');
  const backslashes = /\\*$/.exec(end)?.[0].length ?? 0;
  return backslashes % 2 === 1 && end.length < text.length ? `${end} ` : end;
}

/** `\,` is a comma and `\c3\a9` the two bytes of a character in UTF-8. */
function unescaped(value: string, refuse: (what: string) => never): string {
  return value.replace(/(?:\\[0-9A-Fa-f]{2})+|\\.?/gsu, (escape) => {
    if (escape.length >= 3) return decodedHex(escape, refuse);
    return /^\\["+,;<>\\ #=]$/.test(escape) ? escape.slice(1) : refuse(`in which ${quoted(escape)} is no escape`);
  });
}

function decodedHex(escape: string, refuse: (what: string) => never): string {
  try {
    const bytes = Buffer.from(escape.replaceAll('\\', ''), 'hex');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse(`in which ${quoted(escape)} is not UTF-8`);
  }
}

function hexEscape(character: string): string {
  return Buffer.from(character).toString('hex').replace(/../g, '\\$&');
}

function keyOf(attribute: DnAttribute): string {
  const type = canonicalType(attribute.type);
  if (attribute.isEncoded) return `${type}=#${attribute.value}`;
  return `${type}=${canonicalValue(attribute.value).replace(/[\\,+#]/g, hexEscape)}`;
}

function textOf(attribute: DnAttribute): string {
  if (attribute.isEncoded) return `${attribute.type}=#${attribute.value}`;
  const value = attribute.value
    .replace(/["+,;<>\\]|^[ #]| $/g, '\\$&')
    // eslint-disable-next-line no-control-regex -- control characters are what is escaped
    .replace(/[\u0000-\u001f\u007f]/g, hexEscape);
  return `${attribute.type}=${value}`;
}
