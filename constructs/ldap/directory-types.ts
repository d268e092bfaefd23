import type { DirectorySchema, SchemaSetting } from './directory-schema';
import type { ActiveDirectorySettings } from './directory-settings';

/** A kind of LDAP server as Bitbucket and Stash know it. */
export interface DirectoryType {
  /** As Atlassian's form has it. */
  readonly label: string;
  /** Class of Embedded Crowd that speaks to it, below `com.atlassian.crowd.directory`. */
  readonly crowdClass: string;
  /** What a group's members are: DNs (RFC 4519), or user names, with a primary group by number (RFC 2307). */
  readonly members: 'dn' | 'name';
  /** What a setting of the schema is where none is given. */
  readonly schema: DirectorySchema;
  /**
   * Settings of `schema` that are Crowd's own defaults as far as public sources say; the others are derived from the
   * product's schema, because Crowd's are not published.
   */
  readonly sourced: readonly SchemaSetting[];
  /** Settings that there is nothing of in these servers. */
  readonly lacks: readonly (keyof ActiveDirectorySettings)[];
  /** Whether servers of this type know StartTLS (RFC 4511, 4.14). */
  readonly hasStartTls: boolean;
  /** Whether results come in pages unless something else is said. */
  readonly usePagedResults: boolean;
  /** Whether DNs are compared as text unless something else is said. */
  readonly naiveDnMatching: boolean;
}

/** RFC 2798 people in RFC 4519 groups of unique names; what most types start from. */
const PEOPLE: DirectorySchema = {
  userObjectClass: 'inetOrgPerson',
  userObjectFilter: '(objectClass=inetOrgPerson)',
  userNameAttribute: 'uid',
  userNameRdnAttribute: 'uid',
  userFirstNameAttribute: 'givenName',
  userLastNameAttribute: 'sn',
  userDisplayNameAttribute: 'displayName',
  userEmailAttribute: 'mail',
  userPasswordAttribute: 'userPassword',
  userUniqueIdAttribute: 'entryUUID',
  groupObjectClass: 'groupOfUniqueNames',
  groupObjectFilter: '(objectClass=groupOfUniqueNames)',
  groupNameAttribute: 'cn',
  groupDescriptionAttribute: 'description',
  groupMembersAttribute: 'uniqueMember',
  userMembershipAttribute: 'memberOf',
};

/** RFC 2307 accounts and groups. `cn` is the one name that the class posixAccount asks for. */
const POSIX: DirectorySchema = {
  ...PEOPLE,
  userObjectClass: 'posixAccount',
  userObjectFilter: '(objectClass=posixAccount)',
  userDisplayNameAttribute: 'cn',
  groupObjectClass: 'posixGroup',
  groupObjectFilter: '(objectClass=posixGroup)',
  groupMembersAttribute: 'memberUid',
  userMembershipAttribute: '',
};

const ALL = Object.keys(PEOPLE) as SchemaSetting[];
/** What Active Directory alone has. */
const AD_ONLY = ['manageUserStatusLocally', 'filterExpiredUsers', 'incrementalSynchronisation'] as const;
const PAGING = ['usePagedResults', 'pageSize'] as const;
/** What needs members by DN. */
const DN_ONLY = [
  'nestedGroups',
  'userMembershipAttribute',
  'useUserMembershipAttribute',
  'useUserMembershipAttributeForMembers',
] as const;
const COMMON = {
  members: 'dn',
  sourced: [],
  lacks: AD_ONLY,
  hasStartTls: true,
  usePagedResults: false,
  naiveDnMatching: false,
} as const;
const COMMON_POSIX = { ...COMMON, members: 'name', lacks: [...AD_ONLY, ...DN_ONLY] } as const;
const UNPAGED = { ...COMMON, lacks: [...AD_ONLY, ...PAGING] } as const;

/**
 * The types of Atlassian's "Connecting to an existing LDAP directory".
 * @see https://confluence.atlassian.com/bitbucketserver/connecting-bitbucket-server-to-an-existing-ldap-directory-776640394.html
 */
export const DIRECTORY_TYPES = {
  /** Schema: Microsoft's [MS-ADSC]. Pages, because a server gives at most 1000 entries at once (MaxPageSize). */
  activeDirectory: {
    ...COMMON,
    lacks: [],
    label: 'Microsoft Active Directory',
    crowdClass: 'MicrosoftActiveDirectory',
    schema: {
      ...PEOPLE,
      userObjectClass: 'user',
      userObjectFilter: '(&(objectCategory=Person)(sAMAccountName=*))',
      userNameAttribute: 'sAMAccountName',
      userNameRdnAttribute: 'cn',
      userPasswordAttribute: 'unicodePwd',
      userUniqueIdAttribute: 'objectGUID',
      groupObjectClass: 'group',
      groupObjectFilter: '(objectCategory=Group)',
      groupMembersAttribute: 'member',
    },
    sourced: ALL,
    usePagedResults: true,
    naiveDnMatching: true,
  },
  /** 1.0 has no entryUUID, no memberOf and no StartTLS. Neither version can page (CWD-1109). */
  apacheDs10: {
    ...UNPAGED,
    hasStartTls: false,
    label: 'Apache Directory Server 1.0.x',
    crowdClass: 'ApacheDS',
    schema: { ...PEOPLE, userDisplayNameAttribute: 'cn', userUniqueIdAttribute: '', userMembershipAttribute: '' },
  },
  apacheDs15: {
    ...UNPAGED,
    label: 'Apache Directory Server 1.5.x',
    crowdClass: 'ApacheDS15',
    schema: { ...PEOPLE, userDisplayNameAttribute: 'cn', userMembershipAttribute: '' },
  },
  /** Schema: Apple's apple_auxillary.schema; members are in memberUid of the class apple-group beside posixGroup. */
  appleOpenDirectory: {
    ...COMMON_POSIX,
    label: 'Apple Open Directory (Read-Only)',
    crowdClass: 'AppleOpenDirectory',
    schema: { ...POSIX, userUniqueIdAttribute: 'apple-generateduid' },
  },
  /** 389 Directory Server, once Fedora Directory Server, keeps nsUniqueId for every entry. */
  fedoraDs: {
    ...COMMON_POSIX,
    label: 'FedoraDS (Read-Only Posix Schema)',
    crowdClass: 'FedoraDS',
    schema: { ...POSIX, userUniqueIdAttribute: 'nsUniqueId' },
    sourced: ['userObjectFilter'],
  },
  /** NDS schema: groups are groupOfNames, users list theirs in groupMembership, and every object has a GUID. */
  novellEDirectory: {
    ...COMMON,
    label: 'Novell eDirectory Server',
    crowdClass: 'NovelleDirectory',
    schema: {
      ...PEOPLE,
      userNameAttribute: 'cn',
      userNameRdnAttribute: 'cn',
      userDisplayNameAttribute: 'fullName',
      userUniqueIdAttribute: 'GUID',
      groupObjectClass: 'groupOfNames',
      groupObjectFilter: '(objectClass=groupOfNames)',
      groupMembersAttribute: 'member',
      userMembershipAttribute: 'groupMembership',
    },
  },
  /** Also its successor OpenDJ: isMemberOf is computed by the server. */
  openDs: {
    ...COMMON,
    label: 'OpenDS',
    crowdClass: 'OpenDS',
    schema: { ...PEOPLE, userDisplayNameAttribute: 'cn', userMembershipAttribute: 'isMemberOf' },
  },
  openLdap: {
    ...COMMON,
    label: 'OpenLDAP',
    crowdClass: 'OpenLDAP',
    schema: {
      ...PEOPLE,
      userObjectFilter: '(objectclass=inetorgperson)',
      userNameAttribute: 'cn',
      userNameRdnAttribute: 'cn',
      groupObjectFilter: '(objectclass=groupOfUniqueNames)',
    },
    sourced: ALL,
  },
  openLdapPosix: {
    ...COMMON_POSIX,
    label: 'OpenLDAP (Read-Only Posix Schema)',
    crowdClass: 'OpenLDAPRfc2307',
    schema: POSIX,
  },
  genericPosix: {
    ...COMMON_POSIX,
    label: 'Generic Posix/RFC2307 Directory (Read-Only)',
    crowdClass: 'Rfc2307',
    schema: { ...POSIX, userUniqueIdAttribute: '' },
  },
  /** isMemberOf and nsUniqueId are computed by the server. */
  sunDsee: {
    ...COMMON,
    label: 'Sun Directory Server Enterprise Edition',
    crowdClass: 'SunONE',
    schema: {
      ...PEOPLE,
      userDisplayNameAttribute: 'cn',
      userUniqueIdAttribute: 'nsUniqueId',
      userMembershipAttribute: 'isMemberOf',
    },
  },
  generic: {
    ...COMMON,
    label: 'Generic Directory Server',
    crowdClass: 'GenericLDAP',
    schema: {
      ...PEOPLE,
      userObjectFilter: '(objectclass=inetorgperson)',
      groupObjectFilter: '(objectclass=groupOfUniqueNames)',
    },
    sourced: ALL.filter((setting) => setting !== 'userPasswordAttribute'),
  },
} as const satisfies Readonly<Record<string, DirectoryType>>;

export type DirectoryTypeName = keyof typeof DIRECTORY_TYPES;
