import { branch, type Entry, type Naming, personDn, groupsOfDns } from './entries';
import { EVERYBODY, PEOPLE, SHUT_OUT, type PersonName } from './people';

/** NORMAL_ACCOUNT and ACCOUNTDISABLE ([MS-ADTS], 2.2.16). */
const NORMAL = 512;
const DISABLED = 2;
/** A day of 2009 in hundreds of nanoseconds since 1601. */
const LONG_AGO = '128770000000000000';

/** People and groups of an Active Directory. Accounts log in as soon as they have a password. */
export function activeDirectoryTree(baseDn: string, domain: string): Entry[] {
  const naming: Naming = { people: `ou=people,${baseDn}`, rdn: 'cn' };
  const names: readonly PersonName[] = [...EVERYBODY, ...SHUT_OUT];
  const groups = `ou=groups,${baseDn}`;
  return [
    ...['people', 'groups', 'services'].map((name) => branch(`ou=${name},${baseDn}`)),
    account(`cn=git-server,ou=services,${baseDn}`, 'git-server', domain),
    ...names.map((name) => {
      const { givenName, surname } = PEOPLE[name];
      const { dn, attributes } = account(personDn(name, naming), name, domain);
      return {
        dn,
        attributes: {
          ...attributes,
          givenName,
          sn: surname,
          displayName: `${givenName} ${surname}`,
          mail: `${name}@${domain}`,
          ...(name === 'disabled' ? { userAccountControl: String(NORMAL + DISABLED) } : {}),
          ...(name === 'expired' ? { accountExpires: LONG_AGO } : {}),
        },
      };
    }),
    ...groupsOfDns(groups, naming, 'group', names).map(({ dn, attributes }) => ({
      dn,
      attributes: { ...attributes, sAMAccountName: attributes['cn'] ?? '' },
    })),
  ];
}

/** A password as the directory takes it: in double quotes, UTF-16 ([MS-ADTS], 3.1.1.3.1.5). */
export function unicodePassword(password: string): Readonly<Record<string, Buffer>> {
  return { unicodePwd: Buffer.from(`"${password}"`, 'utf16le') };
}

function account(dn: string, name: string, domain: string): Entry {
  return {
    dn,
    attributes: {
      objectClass: 'user',
      sAMAccountName: name,
      userPrincipalName: `${name}@${domain}`,
      userAccountControl: String(NORMAL),
    },
  };
}
