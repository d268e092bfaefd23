import type { ServerSettings } from '../../constructs/ldap/directory-settings';
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import type { ForeignName } from './foreign-kinds';
import type { PersonName } from './people';
import type { OPEN_LDAP_TREES } from './open-ldap-trees';

export type ServerName = ForeignName | keyof typeof OPEN_LDAP_TREES;

/** What a typed connection with the defaults of its type is told: where the server is, who asks it, and its base DN. */
export type Connection = Omit<ServerSettings, 'name'> & { readonly baseDn: string };

/** A typed connection to a real server, and who gets where by it. */
export interface Proof {
  /** Of the Git server and its path. */
  readonly id: string;
  readonly title: string;
  readonly server: ServerName;
  /** Whether it is proven in the smoke run, too. */
  readonly isSmoke: boolean;
  /** Whether the Git server has SSH, too, by the keys of the directory; for one of a server's proofs. @default false */
  readonly hasSsh?: boolean;
  readonly directory: (connection: Connection) => LdapDirectory;
  /** Who may clone demo/hello besides the reader and the writer. @default - nobody */
  readonly readers?: readonly PersonName[];
  /** Who gets no further than the password, although in git-readers. @default - nobody */
  readonly shutOut?: readonly PersonName[];
}

const PEOPLE = { additionalUserDn: 'ou=people' };
const BRANCHES = { ...PEOPLE, additionalGroupDn: 'ou=groups' };

export const PROOFS: readonly Proof[] = [
  {
    id: 'fedora',
    title: 'fedoraDs over LDAPS',
    server: 'ds389',
    isSmoke: true,
    hasSsh: true,
    directory: (connection) => LdapDirectory.fedoraDs({ name: 'fedora', ...connection, ...BRANCHES }),
    readers: ['resident'],
  },
  {
    id: 'generic-389',
    title: 'generic with StartTLS and nested groups',
    server: 'ds389',
    isSmoke: true,
    directory: (connection) =>
      LdapDirectory.generic({
        name: 'generic-389',
        ...connection,
        ...PEOPLE,
        additionalGroupDn: 'ou=unique',
        secure: 'startTls',
        nestedGroups: true,
      }),
    readers: ['contractor'],
  },
  {
    id: 'sun-389',
    title: 'sunDsee over LDAPS, its relative',
    server: 'ds389',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.sunDsee({ name: 'sun-389', ...connection, ...PEOPLE, additionalGroupDn: 'ou=unique' }),
  },
  {
    id: 'ad',
    title: 'activeDirectory over LDAPS, by user@domain, with nested groups',
    server: 'sambaAd',
    isSmoke: true,
    directory: (connection) =>
      LdapDirectory.activeDirectory({
        name: 'ad',
        ...connection,
        ...BRANCHES,
        username: 'git-server@example.com',
        nestedGroups: true,
      }),
    readers: ['contractor'],
    shutOut: ['expired', 'disabled'],
  },
  {
    id: 'ad-dn',
    title: 'activeDirectory with StartTLS, by DN, with memberOf, from the base DN',
    server: 'sambaAd',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.activeDirectory({
        name: 'ad-dn',
        ...connection,
        secure: 'startTls',
        useUserMembershipAttribute: true,
        filterExpiredUsers: true,
      }),
    shutOut: ['expired', 'disabled'],
  },
  {
    id: 'opends',
    title: 'openDs over LDAPS',
    server: 'openDj',
    isSmoke: false,
    hasSsh: true,
    directory: (connection) => LdapDirectory.openDs({ name: 'opends', ...connection, ...BRANCHES }),
  },
  {
    id: 'opends-member',
    title: 'openDs over LDAPS with isMemberOf, which the server computes of nested groups, too',
    server: 'openDj',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.openDs({
        name: 'opends-member',
        ...connection,
        ...BRANCHES,
        useUserMembershipAttribute: true,
      }),
    readers: ['contractor'],
  },
  {
    id: 'sun',
    title: 'sunDsee over LDAPS with nested groups, its successor',
    server: 'openDj',
    isSmoke: false,
    directory: (connection) => LdapDirectory.sunDsee({ name: 'sun', ...connection, ...BRANCHES, nestedGroups: true }),
    readers: ['contractor'],
  },
  {
    id: 'apacheds',
    title: 'apacheDs15 over LDAPS with nested groups',
    server: 'apacheDs',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.apacheDs15({ name: 'apacheds', ...connection, ...BRANCHES, nestedGroups: true }),
    readers: ['contractor'],
  },
  {
    id: 'apacheds-tls',
    title: 'apacheDs15 with StartTLS',
    server: 'apacheDs',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.apacheDs15({ name: 'apacheds-tls', ...connection, ...BRANCHES, secure: 'startTls' }),
  },
  {
    id: 'apacheds10',
    title: 'apacheDs10 over LDAPS with nested groups',
    server: 'apacheDs10',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.apacheDs10({ name: 'apacheds10', ...connection, ...BRANCHES, nestedGroups: true }),
    readers: ['contractor'],
  },
  {
    id: 'names',
    title: 'generic over LDAPS with groupOfNames, nested',
    server: 'openLdap',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.generic({
        name: 'names',
        ...connection,
        ...PEOPLE,
        additionalGroupDn: 'ou=names,ou=groups',
        groupObjectClass: 'groupOfNames',
        groupObjectFilter: '(objectClass=groupOfNames)',
        groupMembersAttribute: 'member',
        nestedGroups: true,
      }),
    readers: ['contractor'],
  },
  {
    id: 'openldap',
    title: 'openLdap with StartTLS',
    server: 'openLdap',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.openLdap({
        name: 'openldap',
        ...connection,
        ...PEOPLE,
        additionalGroupDn: 'ou=unique,ou=groups',
        secure: 'startTls',
      }),
  },
  {
    id: 'openldap-member',
    title: 'openLdap over LDAPS with memberOf',
    server: 'openLdap',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.openLdap({
        name: 'openldap-member',
        ...connection,
        ...PEOPLE,
        additionalGroupDn: 'ou=unique,ou=groups',
        useUserMembershipAttribute: true,
      }),
  },
  {
    id: 'posix',
    title: 'openLdapPosix over LDAPS',
    server: 'openLdap',
    isSmoke: false,
    hasSsh: true,
    directory: (connection) =>
      LdapDirectory.openLdapPosix({ name: 'posix', ...connection, ...PEOPLE, additionalGroupDn: 'ou=posix,ou=groups' }),
    readers: ['resident'],
  },
  {
    id: 'rfc2307',
    title: 'genericPosix with StartTLS',
    server: 'openLdap',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.genericPosix({
        name: 'rfc2307',
        ...connection,
        ...PEOPLE,
        additionalGroupDn: 'ou=posix,ou=groups',
        secure: 'startTls',
      }),
    readers: ['resident'],
  },
  {
    id: 'novell',
    title: 'novellEDirectory over LDAPS with nested groups',
    server: 'eDirectory',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.novellEDirectory({ name: 'novell', ...connection, ...BRANCHES, nestedGroups: true }),
    readers: ['contractor'],
  },
  {
    id: 'novell-member',
    title: 'novellEDirectory with StartTLS and groupMembership',
    server: 'eDirectory',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.novellEDirectory({
        name: 'novell-member',
        ...connection,
        ...BRANCHES,
        secure: 'startTls',
        useUserMembershipAttribute: true,
      }),
  },
  {
    id: 'apple',
    title: 'appleOpenDirectory over LDAPS',
    server: 'openDirectory',
    isSmoke: false,
    directory: (connection) =>
      LdapDirectory.appleOpenDirectory({
        name: 'apple',
        ...connection,
        additionalUserDn: 'cn=users',
        additionalGroupDn: 'cn=groups',
      }),
    readers: ['resident'],
  },
];
