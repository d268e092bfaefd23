import { InputError, quoted } from '../errors';
import { DIRECTORY_TYPES } from '../ldap/directory-types';
import type { LdapDirectory } from '../ldap/ldap-directory';

/** What the form of Embedded Crowd is sent for a directory. It knows no defaults: every field is given. */
export interface DirectoryForm {
  /** Last part of the form's address: `configure/<path>/`. */
  readonly path: 'ldap' | 'activedirectory';
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly checkboxes: Readonly<Record<string, boolean>>;
}

const CROWD = 'com.atlassian.crowd.directory';
const ON_LOGIN = { everyTime: 'ALWAYS', newlyAdded: 'WHEN_AUTHENTICATION_CREATED_THE_USER', never: 'NEVER' } as const;
/** The form insists on the attribute, also for types that do not use it. */
const UNUSED_MEMBERSHIP = 'memberOf';
/** Crowd 5's pool of connections, as its form fills it in. Two of the times must not be 0. */
const POOL: Readonly<Record<string, string>> = {
  ldapPoolType: 'COMMONS_POOL2',
  maxTotal: '-1',
  maxTotalPerKey: '-1',
  maxIdlePerKey: '-1',
  minIdlePerKey: '0',
  maxWaitSeconds: '-1',
  timeBetweenEvictionRunsSeconds: '300',
  minEvictableIdleTimeSeconds: '300',
};
const POOL_SWITCHES: Readonly<Record<string, boolean>> = {
  blockWhenExhausted: true,
  testOnBorrow: true,
  testOnCreate: false,
  testOnReturn: false,
  testWhileIdle: false,
};

/**
 * A directory in the words of that form. The names are those of Atlassian's own client of it and of decompiled Crowd 5.1; no
 * documentation has them.
 */
export function directoryForm(where: string, directory: LdapDirectory): DirectoryForm {
  refuse(where, directory);
  const { schema, type } = directory;
  return {
    path: type === DIRECTORY_TYPES.activeDirectory ? 'activedirectory' : 'ldap',
    name: directory.name,
    fields: {
      name: directory.name,
      type: `${CROWD}.${type.crowdClass}`,
      hostname: directory.hostname,
      port: String(directory.port),
      ldapUserdn: directory.username,
      ldapBasedn: directory.baseDn,
      ldapUserDn: directory.additionalUserDn ?? '',
      ldapGroupDn: directory.additionalGroupDn ?? '',
      ldapPermissionOption: directory.localGroups === undefined ? 'READ_ONLY' : 'READ_ONLY_LOCAL_GROUPS',
      ldapAutoAddGroups: '',
      ldapPagedresultsSize: String(directory.pageSize),
      ldapCacheSynchroniseIntervalInMin: String(directory.synchronisationInterval),
      ldapConnectionTimeoutInSec: String(directory.connectionTimeout),
      ldapReadTimeoutInSec: String(directory.readTimeout),
      ldapSearchTimelimitInSec: String(directory.searchTimeout),
      groupSyncOnAuthMode: ON_LOGIN[directory.updateGroupMembershipsOnLogin],
      // For writing passwords, which nothing here does.
      ldapUserEncryption: 'sha',
      ldapExternalId: schema.userUniqueIdAttribute,
      ldapUserObjectclass: schema.userObjectClass,
      ldapUserFilter: schema.userObjectFilter,
      ldapUserUsername: schema.userNameAttribute,
      ldapUserUsernameRdn: schema.userNameRdnAttribute,
      ldapUserFirstname: schema.userFirstNameAttribute,
      ldapUserLastname: schema.userLastNameAttribute,
      ldapUserDisplayname: schema.userDisplayNameAttribute,
      ldapUserEmail: schema.userEmailAttribute,
      ldapUserPassword: schema.userPasswordAttribute,
      ldapUserGroup: schema.userMembershipAttribute === '' ? UNUSED_MEMBERSHIP : schema.userMembershipAttribute,
      ldapGroupObjectclass: schema.groupObjectClass,
      ldapGroupFilter: schema.groupObjectFilter,
      ldapGroupName: schema.groupNameAttribute,
      ldapGroupDescription: schema.groupDescriptionAttribute,
      ldapGroupUsernames: schema.groupMembersAttribute,
      ...POOL,
    },
    checkboxes: {
      useSSL: true,
      ldapSecure: true,
      nestedGroupsEnabled: directory.nestedGroups,
      localUserStatusEnabled: directory.manageUserStatusLocally,
      ldapFilterExpiredUsers: directory.filterExpiredUsers,
      ldapPagedresults: directory.usePagedResults,
      ldapReferral: directory.followReferrals,
      ldapRelaxedDnStandardisation: directory.naiveDnMatching,
      ldapUsermembershipUse: directory.useUserMembershipAttributeForMembers,
      ldapUsermembershipUseForGroups: directory.useUserMembershipAttribute,
      crowdSyncIncrementalEnabled: directory.incrementalSynchronisation,
      ...POOL_SWITCHES,
    },
  };
}

function refuse(where: string, directory: LdapDirectory): void {
  const of = `of the directory ${quoted(directory.name)}`;
  if (directory.secure === 'startTls') {
    throw new InputError(where, `StartTLS ${of}`, 'write secure: "ssl": the form of Bitbucket has no StartTLS');
  }
  if (Object.keys(directory.localGroups ?? {}).length > 0) {
    throw new InputError(
      where,
      `members of localGroups ${of}`,
      'write localGroups: {} for "Read Only, with Local Groups", and keep such groups in Bitbucket itself',
    );
  }
}
