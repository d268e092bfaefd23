import { join } from 'node:path';
import { branch, groupsOfDns, people, posixGroups, type Entry, type Naming } from './entries';
import { BASE_DN } from './foreign-kinds';
import { EVERYBODY, GROUPS, type GroupName } from './people';

/** What an OpenLdapServer of the tests starts with. */
export interface OpenLdapTree {
  readonly baseDn: string;
  readonly additionalUserDn: string;
  readonly additionalGroupDn: string;
  readonly naming: Naming;
  readonly entries: () => readonly Entry[];
  /** File with attribute types and object classes that OpenLDAP does not have. @default - none */
  readonly schema?: string;
}

const schemaFile = (name: string): string => join(__dirname, 'schema', `${name}.schema`);

const NAMES: Naming = { people: `ou=people,${BASE_DN}`, rdn: 'cn' };
const NOVELL_BASE = 'o=example';
const NOVELL: Naming = { people: `ou=people,${NOVELL_BASE}`, rdn: 'cn' };
const APPLE: Naming = { people: `cn=users,${BASE_DN}`, rdn: 'uid' };

export const OPEN_LDAP_TREES = {
  /** The three kinds of groups below one branch. */
  openLdap: {
    baseDn: BASE_DN,
    additionalUserDn: 'ou=people',
    additionalGroupDn: 'ou=groups',
    naming: NAMES,
    entries: () => [
      ...[BASE_DN, NAMES.people, `ou=groups,${BASE_DN}`].map(branch),
      ...['names', 'unique', 'posix'].map((name) => branch(`ou=${name},ou=groups,${BASE_DN}`)),
      ...people(NAMES, { isPosix: true }),
      ...groupsOfDns(`ou=names,ou=groups,${BASE_DN}`, NAMES, 'groupOfNames'),
      ...groupsOfDns(`ou=unique,ou=groups,${BASE_DN}`, NAMES, 'groupOfUniqueNames'),
      ...posixGroups(`ou=posix,ou=groups,${BASE_DN}`),
    ],
  },
  /** A person lists its groups. */
  eDirectory: {
    baseDn: NOVELL_BASE,
    additionalUserDn: 'ou=people',
    additionalGroupDn: 'ou=groups',
    naming: NOVELL,
    schema: schemaFile('edirectory'),
    entries: () => [
      ...[NOVELL_BASE, NOVELL.people, `ou=groups,${NOVELL_BASE}`].map(branch),
      ...people(NOVELL).map((person, index) => withNovell(person, EVERYBODY[index])),
      ...groupsOfDns(`ou=groups,${NOVELL_BASE}`, NOVELL, 'groupOfNames'),
    ],
  },
  openDirectory: {
    baseDn: BASE_DN,
    additionalUserDn: 'cn=users',
    additionalGroupDn: 'cn=groups',
    naming: APPLE,
    schema: schemaFile('apple'),
    entries: () => [
      ...[BASE_DN, APPLE.people, `cn=groups,${BASE_DN}`].map(branch),
      ...people(APPLE, { isPosix: true, classes: ['apple-user'] }).map(withUuid),
      ...posixGroups(`cn=groups,${BASE_DN}`, ['apple-group']).map(withUuid),
    ],
  },
} as const satisfies Readonly<Record<string, OpenLdapTree>>;

function withNovell({ dn, attributes }: Entry, name: (typeof EVERYBODY)[number] | undefined): Entry {
  if (name === undefined) throw new Error(`${dn} is nobody's`);
  const { displayName: fullName = '', ...others } = attributes;
  const groups = (Object.keys(GROUPS) as GroupName[]).filter((group) => GROUPS[group].people.includes(name));
  return {
    dn,
    attributes: {
      ...others,
      fullName,
      GUID: `guid-of-${name}`.padEnd(16, '.'),
      ...(groups.length === 0
        ? {}
        : { groupMembership: groups.map((group) => `cn=${group},ou=groups,${NOVELL_BASE}`) }),
    },
  };
}

function withUuid({ dn, attributes }: Entry, index: number): Entry {
  const uuid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  return { dn, attributes: { ...attributes, 'apple-generateduid': uuid } };
}
