import { InputError, quoted } from '../errors';
import { Dn } from './dn';
import { LdifEntry, type LdifAttribute, type LdifValue } from './ldif-entry';
import { checkedHash } from './password-hash';

/** A line after unfolding. */
interface Line {
  readonly number: number;
  readonly text: string;
}

interface Field {
  readonly description: string;
  readonly value: string | Uint8Array;
  readonly line: number;
}

/** RFC 4512, 2.5: attribute type and options. */
const DESCRIPTION = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)(?:;[A-Za-z0-9-]+)*$/;

/** What stands in change records only (RFC 2849). */
const CHANGE_FIELDS = new Set(['changetype', 'control']);

/** The entries of a text in LDIF; see `Ldif`. */
export function parseLdif(text: string, source: string): readonly LdifEntry[] {
  const entries: LdifEntry[] = [];
  const seen = new Map<string, number>();
  let isFirst = true;
  for (const record of records(text, source)) {
    const fields = record.map((line) => parseField(line, source));
    if (isFirst) dropVersion(fields, source);
    isFirst = false;
    if (fields.length === 0) continue;
    const entry = parseEntry(fields, source);
    const earlier = seen.get(entry.dn.key);
    if (earlier !== undefined) {
      refuse(
        source,
        entry.line,
        `the entry ${quoted(entry.dn.toString())}, which line ${earlier} has already`,
        'keep one of the two',
      );
    }
    seen.set(entry.dn.key, entry.line);
    entries.push(entry);
  }
  return entries;
}

function refuse(source: string, line: number, got: string, instead: string): never {
  throw new InputError(`${source}, line ${line}`, got, instead);
}

/** Groups of lines between empty ones, unfolded (a leading space continues the line before) and without comments. */
function* records(text: string, source: string): Generator<Line[]> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  let record: { number: number; text: string }[] = [];
  let current: { number: number; text: string } | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith(' ')) {
      if (current === undefined) {
        refuse(
          source,
          index + 1,
          'a continued line (it starts with a space) with nothing before it',
          'remove the space, or what is above it',
        );
      }
      current.text += line.slice(1);
      continue;
    }
    if (line === '') {
      if (record.length > 0) yield record;
      record = [];
      current = undefined;
      continue;
    }
    current = { number: index + 1, text: line };
    // A comment may be folded, too, so it is a line like others until here.
    if (!line.startsWith('#')) record.push(current);
  }
  if (record.length > 0) yield record;
}

function parseField(line: Line, source: string): Field {
  const colon = line.text.indexOf(':');
  if (colon < 0) {
    const isSeparator = line.text === '-';
    refuse(
      source,
      line.number,
      isSeparator ? 'a "-", which belongs to change records' : `${quoted(line.text)}, which has no colon`,
      isSeparator ? 'write entries as they should be, not changes' : 'write "attribute: value"',
    );
  }
  const description = line.text.slice(0, colon);
  if (!DESCRIPTION.test(description)) {
    refuse(
      source,
      line.number,
      `the attribute ${quoted(description)}`,
      'write an attribute name, such as "cn" or "displayName;lang-de", right before the colon',
    );
  }
  const rest = line.text.slice(colon + 1);
  if (rest.startsWith('<')) {
    refuse(
      source,
      line.number,
      `a value by URL (${quoted(`${description}:<`)})`,
      'write the value itself, as base64 after "::" where it is no text',
    );
  }
  const value = rest.startsWith(':') ? decoded(rest.slice(1).trim(), line, source) : rest.replace(/^ +/, '');
  return { description, value, line: line.number };
}

function decoded(base64: string, line: Line, source: string): string | Uint8Array {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    refuse(
      source,
      line.number,
      'a value after "::" that is not base64',
      'encode it, or write it as text after one colon',
    );
  }
  const bytes = Buffer.from(base64, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

function dropVersion(fields: Field[], source: string): void {
  const [first] = fields;
  if (first?.description.toLowerCase() !== 'version') return;
  if (first.value !== '1')
    refuse(source, first.line, `LDIF version ${quoted(String(first.value))}`, 'write "version: 1"');
  fields.shift();
}

function parseEntry(fields: readonly Field[], source: string): LdifEntry {
  const [first, ...rest] = fields;
  if (first?.description.toLowerCase() !== 'dn') {
    refuse(
      source,
      first?.line ?? 1,
      `an entry that starts with ${quoted(first?.description ?? '')}`,
      'start it with "dn: ...", after an empty line',
    );
  }
  if (typeof first.value !== 'string') refuse(source, first.line, 'a DN that is not UTF-8', 'encode its text as UTF-8');
  const dn = Dn.parse(`${source}, line ${first.line}`, first.value);
  const attributes = new Map<string, { description: string; values: LdifValue[] }>();
  for (const field of rest) {
    const name = field.description.toLowerCase();
    if (CHANGE_FIELDS.has(name)) {
      refuse(
        source,
        field.line,
        `a change record (${quoted(field.description)})`,
        'write entries as they should be, not changes',
      );
    }
    if (name === 'dn') refuse(source, field.line, 'a second "dn:" in one entry', 'put an empty line before it');
    if (name === 'userpassword') checkedHash(`${source}, line ${field.line}`, field.value);
    const attribute = attributes.get(name);
    const value = { value: field.value, line: field.line };
    if (attribute === undefined) attributes.set(name, { description: field.description, values: [value] });
    else attribute.values.push(value);
  }
  if (!attributes.has('objectclass'))
    refuse(
      source,
      first.line,
      `the entry ${quoted(first.value)} without objectClass`,
      'say what it is, for example "objectClass: inetOrgPerson"',
    );
  const entry = new LdifEntry(dn, first.line, attributes satisfies ReadonlyMap<string, LdifAttribute>);
  checkNaming(entry, source);
  return entry;
}

/** RFC 4512, 2.3.1: what names an entry is among its attributes. */
function checkNaming(entry: LdifEntry, source: string): void {
  for (const { type, value, isEncoded } of entry.dn.rdn) {
    const isThere = isEncoded || [type, ...spellings(type)].some((name) => entry.has(name, value));
    if (!isThere) {
      refuse(
        source,
        entry.line,
        `the entry ${quoted(entry.dn.toString())} without the attribute that names it`,
        `add the line ${quoted(`${type}: ${value}`)}`,
      );
    }
  }
}

/** Other names under which the entry may have the attribute of its DN. */
function spellings(type: string): readonly string[] {
  const groups = [
    ['cn', 'commonName'],
    ['ou', 'organizationalUnitName'],
    ['o', 'organizationName'],
    ['dc', 'domainComponent'],
    ['uid', 'userid'],
  ];
  return groups.find((group) => group.some((name) => name.toLowerCase() === type.toLowerCase())) ?? [];
}
