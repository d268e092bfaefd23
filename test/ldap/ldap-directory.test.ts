import type { ActiveDirectorySettings } from '../../constructs/ldap/directory-settings';
import { DIRECTORY_TYPES, type DirectoryTypeName } from '../../constructs/ldap/directory-types';
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { LdapFilter } from '../../constructs/ldap/ldap-filter';
import { FAKE_CONNECTION } from '../support/fakes';

const TYPES = Object.keys(DIRECTORY_TYPES) as DirectoryTypeName[];
const DN_TYPES = TYPES.filter((type) => DIRECTORY_TYPES[type].members === 'dn');
const POSIX_TYPES = TYPES.filter((type) => DIRECTORY_TYPES[type].members === 'name');

/** As a caller without types would. */
const make = (type: DirectoryTypeName, settings: Partial<ActiveDirectorySettings> = {}): LdapDirectory => {
  const all: ActiveDirectorySettings = { ...FAKE_CONNECTION, ...settings };
  return LdapDirectory[type](all);
};
const active = (settings: Partial<ActiveDirectorySettings> = {}): LdapDirectory => make('activeDirectory', settings);

describe('types', () => {
  test('are those of the document, each with a class of Crowd', () => {
    expect(TYPES.map((type) => [make(type).type.label, make(type).type.crowdClass])).toEqual([
      ['Microsoft Active Directory', 'MicrosoftActiveDirectory'],
      ['Apache Directory Server 1.0.x', 'ApacheDS'],
      ['Apache Directory Server 1.5.x', 'ApacheDS15'],
      ['Apple Open Directory (Read-Only)', 'AppleOpenDirectory'],
      ['FedoraDS (Read-Only Posix Schema)', 'FedoraDS'],
      ['Novell eDirectory Server', 'NovelleDirectory'],
      ['OpenDS', 'OpenDS'],
      ['OpenLDAP', 'OpenLDAP'],
      ['OpenLDAP (Read-Only Posix Schema)', 'OpenLDAPRfc2307'],
      ['Generic Posix/RFC2307 Directory (Read-Only)', 'Rfc2307'],
      ['Sun Directory Server Enterprise Edition', 'SunONE'],
      ['Generic Directory Server', 'GenericLDAP'],
    ]);
  });

  test('Posix types have names as members', () => {
    expect(POSIX_TYPES).toEqual(['appleOpenDirectory', 'fedoraDs', 'openLdapPosix', 'genericPosix']);
    for (const type of POSIX_TYPES) {
      expect(make(type).schema).toMatchObject({
        userObjectFilter: '(objectClass=posixAccount)',
        groupObjectFilter: '(objectClass=posixGroup)',
        groupMembersAttribute: 'memberUid',
        userMembershipAttribute: '',
      });
    }
  });

  test('Active Directory and OpenLDAP have the defaults of Crowd', () => {
    expect(active().schema).toEqual({
      userObjectClass: 'user',
      userObjectFilter: '(&(objectCategory=Person)(sAMAccountName=*))',
      userNameAttribute: 'sAMAccountName',
      userNameRdnAttribute: 'cn',
      userFirstNameAttribute: 'givenName',
      userLastNameAttribute: 'sn',
      userDisplayNameAttribute: 'displayName',
      userEmailAttribute: 'mail',
      userPasswordAttribute: 'unicodePwd',
      userUniqueIdAttribute: 'objectGUID',
      groupObjectClass: 'group',
      groupObjectFilter: '(objectCategory=Group)',
      groupNameAttribute: 'cn',
      groupDescriptionAttribute: 'description',
      groupMembersAttribute: 'member',
      userMembershipAttribute: 'memberOf',
    });
    expect(make('openLdap').schema).toMatchObject({
      userObjectFilter: '(objectclass=inetorgperson)',
      userNameAttribute: 'cn',
      groupObjectFilter: '(objectclass=groupOfUniqueNames)',
      groupMembersAttribute: 'uniqueMember',
    });
  });

  test('say which of their defaults are derived', () => {
    expect(active().derivedSettings).toEqual([]);
    expect(make('openLdap').derivedSettings).toEqual([]);
    expect(make('generic').derivedSettings).toEqual(['userPasswordAttribute']);
    expect(make('fedoraDs').derivedSettings).not.toContain('userObjectFilter');
    const all = make('sunDsee').derivedSettings;
    expect(all).toHaveLength(16);
    expect(make('sunDsee', { userNameAttribute: 'cn' }).derivedSettings).toHaveLength(15);
  });
});

test('ApacheDS 1.0 has no StartTLS, the others do', () => {
  const startTls = { secure: 'startTls' } as const;
  const others = TYPES.filter((type) => type !== 'apacheDs10');
  expect(others.map((type) => make(type, startTls).secure)).toEqual(others.map(() => 'startTls'));
  expect(() => make('apacheDs10', startTls)).toThrow(
    'LDAP directory "ldap": secure "startTls", which Apache Directory Server 1.0.x does not have; write "ssl"',
  );
});

describe('a type has no setting that there is nothing of in its servers', () => {
  test.each(TYPES.filter((type) => type !== 'activeDirectory'))('%s and what Active Directory has', (type) => {
    for (const settings of [
      { incrementalSynchronisation: true },
      { filterExpiredUsers: true },
      { manageUserStatusLocally: false },
    ]) {
      expect(() => make(type, settings)).toThrow(/^LDAP directory "ldap": \w+, which .* does not have; leave it out$/);
    }
    expect(make(type).incrementalSynchronisation).toBe(false);
  });

  test.each(POSIX_TYPES)('%s and nested groups or membership in users', (type) => {
    expect(() => make(type, { nestedGroups: true })).toThrow('nestedGroups, which');
    expect(() => make(type, { useUserMembershipAttribute: true })).toThrow('useUserMembershipAttribute, which');
  });

  test.each(['apacheDs10', 'apacheDs15'] as const)('%s and pages', (type) => {
    expect(() => make(type, { usePagedResults: true })).toThrow('usePagedResults, which');
    expect(() => make(type, { useUserMembershipAttribute: true })).toThrow('does not have');
    expect(make(type, { useUserMembershipAttribute: true, userMembershipAttribute: 'memberOf' })).toMatchObject({
      asksUserForGroups: true,
    });
  });
});

describe('defaults of the document', () => {
  test.each(TYPES)('%s', (type) => {
    const isActive = type === 'activeDirectory';
    expect(make(type)).toMatchObject({
      port: 636,
      secure: 'ssl',
      localGroups: undefined,
      nestedGroups: false,
      manageUserStatusLocally: false,
      filterExpiredUsers: false,
      usePagedResults: isActive,
      pageSize: 1000,
      followReferrals: false,
      naiveDnMatching: isActive,
      incrementalSynchronisation: isActive,
      updateGroupMembershipsOnLogin: 'newlyAdded',
      synchronisationInterval: 60,
      readTimeout: 120,
      searchTimeout: 60,
      connectionTimeout: 10,
    });
  });
});

describe('server and tree', () => {
  test('StartTLS has the port and scheme of plain LDAP', () => {
    expect(make('openLdap', { secure: 'startTls' })).toMatchObject({ port: 389, url: 'ldap://ldap:389' });
    expect(make('openLdap')).toMatchObject({ url: 'ldaps://ldap:636' });
    expect(make('openLdap', { port: 1636 })).toMatchObject({ url: 'ldaps://ldap:1636' });
  });

  test('users and groups are below the base DN, or below more', () => {
    expect(make('generic')).toMatchObject({ userBase: 'dc=example,dc=com', groupBase: 'dc=example,dc=com' });
    expect(make('generic', { additionalUserDn: 'ou=Users', additionalGroupDn: 'ou=Groups' })).toMatchObject({
      userBase: 'ou=Users,dc=example,dc=com',
      groupBase: 'ou=Groups,dc=example,dc=com',
    });
  });

  test('Active Directory knows an account by its principal name, too', () => {
    expect(active({ username: 'user@domain.name' }).username).toBe('user@domain.name');
    expect(active({ username: 'cn=user, dc=domain,dc=name' }).username).toBe('cn=user,dc=domain,dc=name');
    expect(() => make('openLdap', { username: 'user@domain.name' })).toThrow('the DN "user@domain.name"');
  });
});

test('filters may be made of values', () => {
  const groupObjectFilter = LdapFilter.inGroups('cn', ['a*b']);
  expect(active({ groupObjectFilter }).schema.groupObjectFilter).toBe('(&(objectClass=group)(|(cn=a\\2ab)))');
});

test('nested groups are found by the members of groups, whatever users say', () => {
  expect(active({ useUserMembershipAttribute: true }).asksUserForGroups).toBe(true);
  expect(active({ useUserMembershipAttribute: true, nestedGroups: true }).asksUserForGroups).toBe(false);
});

test('a page size means pages', () => {
  expect(make('openLdap', { pageSize: 500 })).toMatchObject({ usePagedResults: true, pageSize: 500 });
  expect(active({ usePagedResults: false })).toMatchObject({ usePagedResults: false });
});

test('what is given is told from what is left to the type', () => {
  const { given } = active({ synchronisationInterval: 60, readTimeout: undefined });
  expect(given.has('synchronisationInterval')).toBe(true);
  expect(given.has('readTimeout')).toBe(false);
});

describe('bad input', () => {
  test.each<[string, Partial<ActiveDirectorySettings>, string]>([
    ['host', { hostname: '10.0.0.1' }, 'the host "10.0.0.1"'],
    ['port', { port: 0 }, 'port'],
    ['account', { username: 'git server@example.com' }, 'username: "git server@example.com"'],
    ['empty account', { username: '' }, 'username: ""'],
    ['base DN', { baseDn: 'example.com' }, 'baseDn: the DN "example.com"'],
    ['user DN', { additionalUserDn: 'Users' }, 'additionalUserDn: the DN "Users"'],
    ['group DN', { additionalGroupDn: '' }, 'additionalGroupDn: the DN ""'],
    ['user filter', { userObjectFilter: 'uid=*' }, 'userObjectFilter: the LDAP filter "uid=*"'],
    ['group filter', { groupObjectFilter: '(&)' }, 'groupObjectFilter: the LDAP filter'],
    ['attribute', { userNameAttribute: 'uid;lang-en' }, 'userNameAttribute: "uid;lang-en"'],
    ['empty attribute', { userEmailAttribute: '' }, 'userEmailAttribute: ""'],
    ['object class', { groupObjectClass: 'a b' }, 'groupObjectClass: "a b"'],
    ['page size', { pageSize: 0 }, 'pageSize 0'],
    ['page size without pages', { pageSize: 10, usePagedResults: false }, 'pageSize 10 without paged results'],
    ['interval', { synchronisationInterval: 0 }, 'synchronisationInterval 0'],
    ['interval in fractions', { synchronisationInterval: 1.5 }, 'synchronisationInterval 1.5'],
    ['read timeout', { readTimeout: -1 }, 'readTimeout -1'],
    ['search timeout', { searchTimeout: Number.NaN }, 'searchTimeout NaN'],
    ['connection timeout', { connectionTimeout: -1 }, 'connectionTimeout -1'],
    ['local group', { localGroups: { '*': [] } }, 'localGroups: the group "*"'],
    ['user of a local group', { localGroups: { a: [' x'] } }, 'localGroups: the user " x" in "a"'],
    ['user twice', { localGroups: { a: ['x', 'X'] } }, 'localGroups: the user "X" twice in "a"'],
  ])('%s', (_, settings, message) => {
    expect(() => active(settings)).toThrow(message);
    expect(() => active(settings)).toThrow(/^LDAP directory "ldap"/);
  });
});

describe('attributes of Crowd', () => {
  test('of a directory with every setting', () => {
    const directory = active({
      secure: 'startTls',
      username: 'git@example.com',
      additionalUserDn: 'ou=Users',
      additionalGroupDn: 'ou=Groups',
      localGroups: { a: ['x'] },
      nestedGroups: true,
      manageUserStatusLocally: true,
      filterExpiredUsers: true,
      usePagedResults: true,
      pageSize: 500,
      followReferrals: true,
      naiveDnMatching: false,
      incrementalSynchronisation: false,
      updateGroupMembershipsOnLogin: 'everyTime',
      synchronisationInterval: 5,
      readTimeout: 1,
      searchTimeout: 2,
      connectionTimeout: 3,
      useUserMembershipAttribute: true,
      useUserMembershipAttributeForMembers: true,
      userNameAttribute: 'userPrincipalName',
      groupDescriptionAttribute: 'info',
      userUniqueIdAttribute: 'objectSid',
    });
    expect(directory.toCrowdAttributes()).toEqual({
      'ldap.url': 'ldap://ldap:389',
      'ldap.secure': 'starttls',
      'ldap.basedn': 'dc=example,dc=com',
      'ldap.userdn': 'git@example.com',
      'ldap.propogate.changes': 'false',
      'ldap.user.dn': 'ou=Users',
      'ldap.group.dn': 'ou=Groups',
      'ldap.local.groups': 'true',
      'ldap.nestedgroups.disabled': 'false',
      'ldap.filter.expiredUsers': 'true',
      localUserStatusEnabled: 'true',
      'ldap.roles.disabled': 'true',
      'ldap.pagedresults': 'true',
      'ldap.pagedresults.size': '500',
      'ldap.referral': 'true',
      'ldap.relaxed.dn.standardisation': 'false',
      'ldap.usermembership.use.for.groups': 'true',
      'ldap.usermembership.use': 'true',
      'ldap.user.objectclass': 'user',
      'ldap.user.filter': '(&(objectCategory=Person)(sAMAccountName=*))',
      'ldap.user.username': 'userPrincipalName',
      'ldap.user.username.rdn': 'cn',
      'ldap.user.firstname': 'givenName',
      'ldap.user.lastname': 'sn',
      'ldap.user.displayname': 'displayName',
      'ldap.user.email': 'mail',
      'ldap.user.password': 'unicodePwd',
      'ldap.user.group': 'memberOf',
      'ldap.external.id': 'objectSid',
      'ldap.group.objectclass': 'group',
      'ldap.group.filter': '(objectCategory=Group)',
      'ldap.group.name': 'cn',
      'ldap.group.description': 'info',
      'ldap.group.usernames': 'member',
      'crowd.sync.incremental.enabled': 'false',
      'crowd.sync.group.membership.after.successful.user.auth.enabled': 'true',
      'directory.cache.synchronise.interval': '300',
      'ldap.connection.timeout': '3000',
      'ldap.read.timeout': '1000',
      'ldap.search.timelimit': '2000',
    });
  });

  test.each([
    ['newlyAdded', 'only_when_first_created'],
    ['never', 'false'],
  ] as const)('memberships on login: %s', (updateGroupMembershipsOnLogin, value) => {
    expect(make('openLdap', { updateGroupMembershipsOnLogin }).toCrowdAttributes()).toMatchObject({
      'crowd.sync.group.membership.after.successful.user.auth.enabled': value,
    });
  });

  test.each(DN_TYPES)('%s: all are there, and none is a secret', (type) => {
    const attributes = make(type).toCrowdAttributes();
    expect(Object.keys(attributes)).toHaveLength(40);
    expect(Object.values(attributes)).not.toContain('secret-of-git');
    expect(attributes['ldap.secure']).toBe('true');
  });
});
