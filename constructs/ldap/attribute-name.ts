import { InputError, quoted } from '../errors';

/** The name or number of an attribute or object class, without options (RFC 4512, 2.5). */
export function checkedAttribute(where: string, name: string): string {
  if (!/^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)$/.test(name)) {
    throw new InputError(where, quoted(name), 'write an LDAP name such as "uid", "cn" or "inetOrgPerson"');
  }
  return name;
}
