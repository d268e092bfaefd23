import type { LdapDirectory } from './ldap-directory';

/** `crowd.sync.group.membership.after.successful.user.auth.enabled`. */
const ON_LOGIN = { everyTime: 'true', newlyAdded: 'only_when_first_created', never: 'false' } as const;

/** A directory as Embedded Crowd keeps it in `cwd_directory_attribute`. Missing values mean something else there, so all are given. */
export function crowdAttributes(directory: LdapDirectory): Readonly<Record<string, string>> {
  const { schema } = directory;
  const values: Readonly<Record<string, string | number | boolean>> = {
    'ldap.url': directory.url,
    'ldap.secure': directory.secure === 'ssl' ? 'true' : 'starttls',
    'ldap.basedn': directory.baseDn,
    'ldap.userdn': directory.username,
    // Spelled like that.
    'ldap.propogate.changes': false,
    'ldap.user.dn': directory.additionalUserDn ?? '',
    'ldap.group.dn': directory.additionalGroupDn ?? '',
    'ldap.local.groups': directory.localGroups !== undefined,
    'ldap.nestedgroups.disabled': !directory.nestedGroups,
    'ldap.filter.expiredUsers': directory.filterExpiredUsers,
    localUserStatusEnabled: directory.manageUserStatusLocally,
    'ldap.roles.disabled': true,
    'ldap.pagedresults': directory.usePagedResults,
    'ldap.pagedresults.size': directory.pageSize,
    'ldap.referral': directory.followReferrals,
    'ldap.relaxed.dn.standardisation': directory.naiveDnMatching,
    'ldap.usermembership.use.for.groups': directory.useUserMembershipAttribute,
    'ldap.usermembership.use': directory.useUserMembershipAttributeForMembers,
    'ldap.user.objectclass': schema.userObjectClass,
    'ldap.user.filter': schema.userObjectFilter,
    'ldap.user.username': schema.userNameAttribute,
    'ldap.user.username.rdn': schema.userNameRdnAttribute,
    'ldap.user.firstname': schema.userFirstNameAttribute,
    'ldap.user.lastname': schema.userLastNameAttribute,
    'ldap.user.displayname': schema.userDisplayNameAttribute,
    'ldap.user.email': schema.userEmailAttribute,
    'ldap.user.password': schema.userPasswordAttribute,
    'ldap.user.group': schema.userMembershipAttribute,
    'ldap.external.id': schema.userUniqueIdAttribute,
    'ldap.group.objectclass': schema.groupObjectClass,
    'ldap.group.filter': schema.groupObjectFilter,
    'ldap.group.name': schema.groupNameAttribute,
    'ldap.group.description': schema.groupDescriptionAttribute,
    'ldap.group.usernames': schema.groupMembersAttribute,
    'crowd.sync.incremental.enabled': directory.incrementalSynchronisation,
    'crowd.sync.group.membership.after.successful.user.auth.enabled': ON_LOGIN[directory.updateGroupMembershipsOnLogin],
    'directory.cache.synchronise.interval': directory.synchronisationInterval * 60,
    'ldap.connection.timeout': directory.connectionTimeout * 1000,
    'ldap.read.timeout': directory.readTimeout * 1000,
    'ldap.search.timelimit': directory.searchTimeout * 1000,
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
