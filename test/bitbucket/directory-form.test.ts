import { directoryForm } from '../../constructs/bitbucket/directory-form';
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { FAKE_CONNECTION, fakeDirectory } from '../support/fakes';

const form = (directory: LdapDirectory): ReturnType<typeof directoryForm> => directoryForm('test/git', directory);

/** All that the form insists on. */
const REQUIRED = [
  ...['name', 'type', 'hostname', 'port', 'ldapPermissionOption', 'ldapBasedn', 'ldapCacheSynchroniseIntervalInMin'],
  ...['ldapUserObjectclass', 'ldapUserFilter', 'ldapUserUsername', 'ldapUserFirstname', 'ldapUserLastname'],
  ...['ldapUserDisplayname', 'ldapUserEmail', 'ldapUserGroup', 'ldapUserPassword'],
  ...['ldapGroupObjectclass', 'ldapGroupFilter', 'ldapGroupName', 'ldapGroupDescription', 'ldapGroupUsernames'],
];

const TYPES: readonly (readonly [LdapDirectory, string, string])[] = [
  [LdapDirectory.activeDirectory(FAKE_CONNECTION), 'MicrosoftActiveDirectory', 'activedirectory'],
  [LdapDirectory.apacheDs10(FAKE_CONNECTION), 'ApacheDS', 'ldap'],
  [LdapDirectory.apacheDs15(FAKE_CONNECTION), 'ApacheDS15', 'ldap'],
  [LdapDirectory.appleOpenDirectory(FAKE_CONNECTION), 'AppleOpenDirectory', 'ldap'],
  [LdapDirectory.fedoraDs(FAKE_CONNECTION), 'FedoraDS', 'ldap'],
  [LdapDirectory.novellEDirectory(FAKE_CONNECTION), 'NovelleDirectory', 'ldap'],
  [LdapDirectory.openDs(FAKE_CONNECTION), 'OpenDS', 'ldap'],
  [LdapDirectory.openLdap(FAKE_CONNECTION), 'OpenLDAP', 'ldap'],
  [LdapDirectory.openLdapPosix(FAKE_CONNECTION), 'OpenLDAPRfc2307', 'ldap'],
  [LdapDirectory.genericPosix(FAKE_CONNECTION), 'Rfc2307', 'ldap'],
  [LdapDirectory.sunDsee(FAKE_CONNECTION), 'SunONE', 'ldap'],
  [LdapDirectory.generic(FAKE_CONNECTION), 'GenericLDAP', 'ldap'],
];

test.each(TYPES)('%#: class, form, and no empty field that the form insists on', (directory, crowdClass, path) => {
  const { fields, path: found } = form(directory);
  expect(fields['type']).toBe(`com.atlassian.crowd.directory.${crowdClass}`);
  expect(found).toBe(path);
  expect(REQUIRED.filter((field) => (fields[field] ?? '') === '')).toEqual([]);
});

test('the connection, without its password', () => {
  const directory = fakeDirectory({ port: 1636, additionalUserDn: 'ou=people', additionalGroupDn: 'ou=groups' });
  expect(form(directory).fields).toMatchObject({
    name: 'ldap',
    hostname: 'ldap',
    port: '1636',
    ldapUserdn: 'cn=git,dc=example,dc=com',
    ldapBasedn: 'dc=example,dc=com',
    ldapUserDn: 'ou=people',
    ldapGroupDn: 'ou=groups',
    ldapPermissionOption: 'READ_ONLY',
  });
  expect(JSON.stringify(form(directory))).not.toContain('secret-of-git');
  expect(form(directory).checkboxes).toMatchObject({ useSSL: true, ldapSecure: true });
});

test('times in minutes and seconds', () => {
  const times = { synchronisationInterval: 5, connectionTimeout: 1, readTimeout: 2, searchTimeout: 3 };
  expect(form(fakeDirectory(times)).fields).toMatchObject({
    ldapCacheSynchroniseIntervalInMin: '5',
    ldapConnectionTimeoutInSec: '1',
    ldapReadTimeoutInSec: '2',
    ldapSearchTimelimitInSec: '3',
  });
});

test.each([
  ['everyTime', 'ALWAYS'],
  ['newlyAdded', 'WHEN_AUTHENTICATION_CREATED_THE_USER'],
  ['never', 'NEVER'],
] as const)('memberships on login: %s', (updateGroupMembershipsOnLogin, mode) => {
  expect(form(fakeDirectory({ updateGroupMembershipsOnLogin })).fields['groupSyncOnAuthMode']).toBe(mode);
});

test.each([
  [{ nestedGroups: true }, 'nestedGroupsEnabled'],
  [{ manageUserStatusLocally: true }, 'localUserStatusEnabled'],
  [{ filterExpiredUsers: true }, 'ldapFilterExpiredUsers'],
  [{ usePagedResults: true }, 'ldapPagedresults'],
  [{ followReferrals: true }, 'ldapReferral'],
  [{ naiveDnMatching: true }, 'ldapRelaxedDnStandardisation'],
  [{ useUserMembershipAttributeForMembers: true }, 'ldapUsermembershipUse'],
  [{ useUserMembershipAttribute: true }, 'ldapUsermembershipUseForGroups'],
  [{ incrementalSynchronisation: true }, 'crowdSyncIncrementalEnabled'],
])('%p is ticked as %s, and not without', (setting, checkbox) => {
  const [name = ''] = Object.keys(setting);
  const ticked = (value: boolean): boolean | undefined =>
    form(LdapDirectory.activeDirectory({ ...FAKE_CONNECTION, [name]: value })).checkboxes[checkbox];
  expect([ticked(true), ticked(false)]).toEqual([true, false]);
});

test('page size', () => {
  expect(form(fakeDirectory({ pageSize: 500 })).fields['ldapPagedresultsSize']).toBe('500');
});

test('the schema', () => {
  const schema = {
    userObjectClass: 'a',
    userObjectFilter: '(b=*)',
    userNameAttribute: 'c',
    userNameRdnAttribute: 'd',
    userFirstNameAttribute: 'e',
    userLastNameAttribute: 'f',
    userDisplayNameAttribute: 'g',
    userEmailAttribute: 'h',
    userPasswordAttribute: 'i',
    userUniqueIdAttribute: 'j',
    groupObjectClass: 'k',
    groupObjectFilter: '(l=*)',
    groupNameAttribute: 'm',
    groupDescriptionAttribute: 'n',
    groupMembersAttribute: 'o',
    userMembershipAttribute: 'p',
  };
  expect(form(fakeDirectory(schema)).fields).toMatchObject({
    ldapUserObjectclass: 'a',
    ldapUserFilter: '(b=*)',
    ldapUserUsername: 'c',
    ldapUserUsernameRdn: 'd',
    ldapUserFirstname: 'e',
    ldapUserLastname: 'f',
    ldapUserDisplayname: 'g',
    ldapUserEmail: 'h',
    ldapUserPassword: 'i',
    ldapExternalId: 'j',
    ldapGroupObjectclass: 'k',
    ldapGroupFilter: '(l=*)',
    ldapGroupName: 'm',
    ldapGroupDescription: 'n',
    ldapGroupUsernames: 'o',
    ldapUserGroup: 'p',
  });
});

test('what the form cannot say is refused', () => {
  expect(() => form(fakeDirectory({ secure: 'startTls' }))).toThrow(
    'test/git: StartTLS of the directory "ldap"; write secure: "ssl"',
  );
  expect(() => form(fakeDirectory({ localGroups: { a: ['b'] } }))).toThrow(/^test\/git: members of localGroups/);
  expect(form(fakeDirectory({ localGroups: {} })).fields['ldapPermissionOption']).toBe('READ_ONLY_LOCAL_GROUPS');
});
