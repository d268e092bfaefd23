import { InputError, quoted } from '../errors';
import { canonicalType, type Dn } from './dn';
import { LdifEntry } from './ldif-entry';

/** No password verifies against a scheme that slapd does not have. */
export const NO_PASSWORD = '{UNSET}the server sets one whenever it starts';

/** The base and every DN from it down to `dn`. */
export function pathTo(dn: Dn, baseDn: Dn): readonly Dn[] {
  const path = [dn];
  for (let above = dn.parent; above?.isBelow(baseDn) === true; above = above.parent) path.unshift(above);
  return path;
}

/** An entry that holds others, by the one attribute that names it. */
export function containerEntry(where: string, dn: Dn): LdifEntry {
  const { type, value } = onlyAttribute(where, dn);
  switch (canonicalType(type)) {
    case 'dc':
      // dcObject is auxiliary (RFC 4524, 3.2); organization gives it a structure and wants a name.
      return LdifEntry.of(dn, { objectClass: ['top', 'dcObject', 'organization'], dc: [value], o: [value] });
    case 'o':
      return LdifEntry.of(dn, { objectClass: ['top', 'organization'], o: [value] });
    case 'ou':
      return LdifEntry.of(dn, { objectClass: ['top', 'organizationalUnit'], ou: [value] });
    case 'c':
      return LdifEntry.of(dn, { objectClass: ['top', 'country'], c: [value] });
    case 'l':
      return LdifEntry.of(dn, { objectClass: ['top', 'locality'], l: [value] });
    default:
      throw notMade(where, dn, 'dc, o, ou, c or l');
  }
}

/** An account that is no person, so that nobody's user search finds it. */
export function accountEntry(where: string, dn: Dn): LdifEntry {
  const { type, value } = onlyAttribute(where, dn);
  const common = {
    userPassword: [NO_PASSWORD],
    description: ['Reads users and groups; its password is set whenever the server starts'],
  };
  switch (canonicalType(type)) {
    case 'cn':
      return LdifEntry.of(dn, {
        objectClass: ['top', 'applicationProcess', 'simpleSecurityObject'],
        cn: [value],
        ...common,
      });
    case 'uid':
      return LdifEntry.of(dn, { objectClass: ['top', 'account', 'simpleSecurityObject'], uid: [value], ...common });
    default:
      throw notMade(where, dn, 'cn or uid');
  }
}

function onlyAttribute(where: string, dn: Dn): { type: string; value: string } {
  const [attribute, second] = dn.rdn;
  if (attribute === undefined || second !== undefined || attribute.isEncoded) throw notMade(where, dn, 'one attribute');
  return attribute;
}

function notMade(where: string, dn: Dn, named: string): InputError {
  return new InputError(
    where,
    `${quoted(dn.toString())}, an entry that is missing in the seed`,
    `add it to the LDIF, or name it by ${named} so that it can be made`,
  );
}
