import { activeDirectoryTree, unicodePassword } from './active-directory';
import { branch, groupsOfDns, people, posixGroups, type Entry, type Naming } from './entries';

/** The root of every foreign directory. */
export const BASE_DN = 'dc=example,dc=com';
const ACCOUNT = `cn=git-server,ou=services,${BASE_DN}`;
const NAMING: Naming = { people: `ou=people,${BASE_DN}`, rdn: 'uid' };

/** A directory server of others: how its image is run, and what the tests put into it. */
export interface ForeignKind {
  /** Folder of the image, beside this file. */
  readonly image: string;
  /** Who may write. */
  readonly adminDn: string;
  /** Who reads for the Git server. */
  readonly accountDn: string;
  readonly entries: () => readonly Entry[];
  /** A password, as the attributes of a new entry. */
  readonly password: (password: string) => Readonly<Record<string, string | Buffer>>;
  /** MiB of the container. */
  readonly memory: number;
  readonly capabilities?: readonly string[];
}

const userPassword = (password: string): Readonly<Record<string, string>> => ({ userPassword: password });
const ALLOWED = `(version 3.0; acl "the Git server reads"; allow (read,search,compare) userdn="ldap:///${ACCOUNT}";)`;

export type ForeignName = 'ds389' | 'sambaAd' | 'openDj' | 'apacheDs' | 'apacheDs10';

export const FOREIGN: Readonly<Record<ForeignName, ForeignKind>> = {
  /** Nobody reads anything by default. */
  ds389: {
    image: '389ds',
    adminDn: 'cn=Directory Manager',
    accountDn: ACCOUNT,
    password: userPassword,
    memory: 1024,
    entries: () => [
      ...['people', 'groups', 'unique'].map((name) => readable(branch(`ou=${name},${BASE_DN}`))),
      branch(`ou=services,${BASE_DN}`),
      serviceAccount(),
      ...people(NAMING, { isPosix: true, classes: ['ldapPublicKey'] }),
      ...posixGroups(`ou=groups,${BASE_DN}`),
      ...groupsOfDns(`ou=unique,${BASE_DN}`, NAMING, 'groupOfUniqueNames'),
    ],
  },
  sambaAd: {
    image: 'samba-ad',
    adminDn: `cn=Administrator,cn=Users,${BASE_DN}`,
    accountDn: ACCOUNT,
    password: unicodePassword,
    memory: 1024,
    // For the attributes of files that a controller's shares have.
    capabilities: ['CAP_SYS_ADMIN'],
    entries: () => activeDirectoryTree(BASE_DN, 'example.com'),
  },
  openDj: {
    image: 'opendj',
    adminDn: 'cn=Directory Manager',
    accountDn: ACCOUNT,
    password: userPassword,
    memory: 1024,
    entries: () => [branch(BASE_DN), ...rfcTree(['ldapPublicKey'])],
  },
  /** It has the root from the start. */
  apacheDs: {
    image: 'apacheds',
    adminDn: 'uid=admin,ou=system',
    accountDn: ACCOUNT,
    password: userPassword,
    memory: 768,
    entries: () => rfcTree(),
  },
  apacheDs10: {
    image: 'apacheds-1.0',
    adminDn: 'uid=admin,ou=system',
    accountDn: ACCOUNT,
    password: userPassword,
    memory: 512,
    entries: () => rfcTree(),
  },
};

/** What is below a branch, for the account of the Git server. */
function readable({ dn, attributes }: Entry): Entry {
  return { dn, attributes: { ...attributes, aci: `(targetattr!="userPassword")${ALLOWED}` } };
}

function serviceAccount(): Entry {
  return { dn: ACCOUNT, attributes: { objectClass: 'person', cn: 'git-server', sn: 'git-server' } };
}

/** RFC 2798 people in groupOfUniqueNames. */
function rfcTree(classes: readonly string[] = []): Entry[] {
  return [
    ...['people', 'groups', 'services'].map((name) => branch(`ou=${name},${BASE_DN}`)),
    serviceAccount(),
    ...people(NAMING, { classes }),
    ...groupsOfDns(`ou=groups,${BASE_DN}`, NAMING, 'groupOfUniqueNames'),
  ];
}
