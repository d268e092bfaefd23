import type { DirectorySetting } from '../ldap/ldap-directory';

/** What becomes of a setting of a directory. */
export type SettingUse =
  /** Attributes of `<Realm>` in server.xml that carry it out, or files. */
  | { readonly carriedOutBy: readonly string[] }
  /** Why nothing does. */
  | { readonly noUse: string };

const NO_COPY = 'this server keeps no copy of a directory: it asks the directory itself at each login';
const NO_WRITING = 'this server never writes to a directory';
const NO_PROFILE = 'this server shows of an account its user name alone';

/**
 * What the default Git server does with each setting of a directory: JNDIRealm's own attributes where Tomcat has them,
 * those of gitserver.DirectoryRealm where it has none.
 * @see https://tomcat.apache.org/tomcat-10.1-doc/config/realm.html#JNDI_Directory_Realm_-_org.apache.catalina.realm.JNDIRealm
 */
export const TOMCAT_DIRECTORY_SETTINGS: Readonly<Record<DirectorySetting, SettingUse>> = {
  name: { carriedOutBy: ['label'] },
  hostname: { carriedOutBy: ['connectionURL'] },
  port: { carriedOutBy: ['connectionURL'] },
  secure: { carriedOutBy: ['connectionURL', 'useStartTls'] },
  username: { carriedOutBy: ['connectionName'] },
  password: { carriedOutBy: ['passwordFile'] },
  caPem: { carriedOutBy: ['trustStore'] },
  baseDn: { carriedOutBy: ['userBase', 'roleBase'] },
  additionalUserDn: { carriedOutBy: ['userBase'] },
  additionalGroupDn: { carriedOutBy: ['roleBase'] },
  localGroups: { carriedOutBy: ['localGroups'] },
  nestedGroups: { carriedOutBy: ['roleNested'] },
  manageUserStatusLocally: {
    noUse: 'this server keeps no accounts of its own whose state could be another than in the directory',
  },
  filterExpiredUsers: { carriedOutBy: ['filterExpiredUsers'] },
  usePagedResults: { carriedOutBy: ['pageSize'] },
  pageSize: { carriedOutBy: ['pageSize'] },
  followReferrals: { carriedOutBy: ['referrals', 'protocol'] },
  naiveDnMatching: { noUse: 'this server compares no DNs: the directory does, when it is searched' },
  incrementalSynchronisation: { noUse: NO_COPY },
  updateGroupMembershipsOnLogin: { noUse: NO_COPY },
  synchronisationInterval: { noUse: NO_COPY },
  readTimeout: { carriedOutBy: ['readTimeout'] },
  searchTimeout: { carriedOutBy: ['timeLimit'] },
  connectionTimeout: { carriedOutBy: ['connectionTimeout'] },
  userObjectClass: { noUse: 'userObjectFilter says which entries are users' },
  userObjectFilter: { carriedOutBy: ['userSearch', 'userFilter'] },
  userNameAttribute: { carriedOutBy: ['userSearch', 'userName'] },
  userNameRdnAttribute: { noUse: 'the directory says what the DN of a user is' },
  userFirstNameAttribute: { noUse: NO_PROFILE },
  userLastNameAttribute: { noUse: NO_PROFILE },
  userDisplayNameAttribute: { noUse: NO_PROFILE },
  userEmailAttribute: { noUse: NO_PROFILE },
  userPasswordAttribute: { noUse: `${NO_WRITING}, and a login is a bind` },
  userUniqueIdAttribute: { noUse: NO_COPY },
  groupObjectClass: { noUse: 'groupObjectFilter says which entries are groups' },
  groupObjectFilter: { carriedOutBy: ['roleSearch'] },
  groupNameAttribute: { carriedOutBy: ['roleName'] },
  groupDescriptionAttribute: { noUse: 'this server shows no groups' },
  groupMembersAttribute: { carriedOutBy: ['roleSearch'] },
  userMembershipAttribute: { carriedOutBy: ['userRoleName'] },
  useUserMembershipAttribute: { carriedOutBy: ['userRoleName'] },
  useUserMembershipAttributeForMembers: {
    noUse: 'this server never asks who is in a group, only which groups an account is in',
  },
};

/**
 * Facts about a directory that are given together with what this server goes by in their place: nobody expects more of
 * them. Given alone, they may be meant for it.
 */
export const BESIDE: Readonly<Partial<Record<DirectorySetting, DirectorySetting>>> = {
  userObjectClass: 'userObjectFilter',
  groupObjectClass: 'groupObjectFilter',
  userNameRdnAttribute: 'userNameAttribute',
};
