import type { Dn } from './dn';
import type { LdifEntry } from './ldif-entry';

/** Characters of a line before it is folded (RFC 2849, note 10, leaves the number free; 76 is what OpenLDAP writes). */
const WIDTH = 76;

/**
 * Entries as LDIF (RFC 2849): every line ASCII, values that need it in base64. Without the version line, which slapadd
 * takes for an attribute.
 */
export function ldifText(entries: Iterable<LdifEntry>): string {
  const records: string[] = [];
  for (const entry of entries) {
    const lines = [ldifLine('dn', entry.dn.toString())];
    for (const { description, values } of entry.attributes.values()) {
      for (const { value } of values) lines.push(ldifLine(description, value));
    }
    records.push(`${lines.join('\n')}\n`);
  }
  return records.join('\n');
}

/**
 * Entries as LDIF, each after a comment with a key that is the same however its DN is written: what is declared now is
 * compared with what was declared before by it.
 */
export function seedText(entries: Iterable<LdifEntry>): string {
  return Array.from(entries, (entry) => `# ${Buffer.from(entry.dn.key).toString('base64')}\n${ldifText([entry])}`).join(
    '\n',
  );
}

/**
 * A change of one entry's password, up to the place of the value: what follows is base64 and an empty line. The hash is
 * made where the password is, so it is not known here.
 * @param policy of the entry, which it gets with it; undefined leaves it as it is
 */
export function passwordChangeText(dn: Dn, policy?: Dn): string {
  const subentry =
    policy === undefined ? '' : `replace: pwdPolicySubentry\n${ldifLine('pwdPolicySubentry', policy.toString())}\n-\n`;
  return `${ldifLine('dn', dn.toString())}\nchangetype: modify\n${subentry}replace: userPassword\nuserPassword:: `;
}

/** Microsoft's permissive modify, which slapd has: adding what is there is no error. */
const PERMISSIVE = '1.2.840.113556.1.4.1413';

/**
 * A change of all values of an entry's attribute and of its having the object class for it, up to the place of the
 * values: lines of `<attribute>:: <base64>` follow.
 */
export function replacementText(dn: Dn, objectClass: string, attribute: string): string {
  return [
    ldifLine('dn', dn.toString()),
    `control: ${PERMISSIVE} true`,
    'changetype: modify',
    'add: objectClass',
    `objectClass: ${objectClass}`,
    '-',
    `replace: ${attribute}`,
    '',
  ].join('\n');
}

function ldifLine(description: string, value: string | Uint8Array): string {
  const line =
    typeof value === 'string' && isSafe(value)
      ? `${description}:${value === '' ? '' : ' '}${value}`
      : `${description}:: ${Buffer.from(value).toString('base64')}`;
  return line.length <= WIDTH ? line : folded(line);
}

/** SAFE-STRING of RFC 2849, and no space at the end (note 8). */
function isSafe(value: string): boolean {
  // eslint-disable-next-line no-control-regex -- the RFC's own character ranges
  return /^(?:(?![ :<])[\x01-\x09\x0b\x0c\x0e-\x7f]*[\x01-\x09\x0b\x0c\x0e-\x1f\x21-\x7f])?$/.test(value);
}

function folded(line: string): string {
  const parts = [line.slice(0, WIDTH)];
  for (let start = WIDTH; start < line.length; start += WIDTH - 1) parts.push(line.slice(start, start + WIDTH - 1));
  return parts.join('\n ');
}
