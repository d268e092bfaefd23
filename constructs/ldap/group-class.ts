import type { GroupSchemaSettings, UserSchemaSettings } from './directory-schema';
import type { DnDirectorySettings, PosixDirectorySettings } from './directory-settings';
import { LdapDirectory } from './ldap-directory';

/**
 * What the groups of a directory are: of the DNs of their members (RFC 4519, 3.5 and 3.6), or of user names (RFC 2307),
 * where users are posixAccounts with numbers.
 */
export type GroupClass = 'groupOfNames' | 'groupOfUniqueNames' | 'posixGroup';

/** The attribute that holds the members of a group. */
export const MEMBER_ATTRIBUTES = {
  groupOfNames: 'member',
  groupOfUniqueNames: 'uniqueMember',
  posixGroup: 'memberUid',
} as const satisfies Record<GroupClass, string>;

/** Every setting of the connection to a directory with such groups. */
export type SettingsOf<Groups extends GroupClass> = Groups extends 'posixGroup'
  ? PosixDirectorySettings
  : DnDirectorySettings;

/** Where this server's people are not what Bitbucket takes for OpenLDAP's. */
const PEOPLE: UserSchemaSettings = {
  userObjectFilter: '(objectClass=inetOrgPerson)',
  userNameAttribute: 'uid',
  userNameRdnAttribute: 'uid',
};

/** The connection of the type that knows such groups. */
export function directoryOf(groups: GroupClass, settings: PosixDirectorySettings): LdapDirectory {
  if (groups === 'posixGroup') return LdapDirectory.openLdapPosix(settings);
  const schema: GroupSchemaSettings = {
    groupObjectClass: groups,
    groupObjectFilter: `(objectClass=${groups})`,
    groupMembersAttribute: MEMBER_ATTRIBUTES[groups],
  };
  return LdapDirectory.openLdap({ ...PEOPLE, ...schema, ...settings });
}
