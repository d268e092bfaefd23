import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'xmlbuilder2';
import { addRealm, type RealmXmlProps } from '../../constructs/git/realm-xml';
import { TOMCAT_DIRECTORY_SETTINGS } from '../../constructs/git/tomcat-directory-settings';
import { NOBODY } from '../../constructs/ldap/group-name';
import { LdapDirectory, type DirectorySetting } from '../../constructs/ldap/ldap-directory';
import { PROJECT } from '../../stacks/settings';
import { FAKE_CONNECTION } from '../support/fakes';
import { all, parseXml, type Element } from './xml';

const SETTINGS = Object.keys(TOMCAT_DIRECTORY_SETTINGS) as DirectorySetting[];

function realms(props: Partial<RealmXmlProps> & Pick<RealmXmlProps, 'directories'>): readonly Element[] {
  const engine = create().ele('Engine');
  addRealm(engine, { licensedGroups: undefined, ...props });
  return all(parseXml(engine.end()), 'Realm');
}

function attributesOf(directory: LdapDirectory): Readonly<Record<string, string>> {
  const paths = { passwordFile: '/files/password', trustStore: '/run/authorities' };
  const localGroups = directory.localGroups === undefined ? undefined : '/files/local-groups';
  const [, , realm] = realms({ directories: [{ ...paths, directory, localGroups }] });
  return realm?.attributes ?? {};
}

/** Every setting, each with a value that is no type's default. */
const EVERY = {
  ...FAKE_CONNECTION,
  name: 'staff',
  hostname: 'ad.example.com',
  port: 1636,
  secure: 'ssl',
  additionalUserDn: 'ou=u',
  additionalGroupDn: 'ou=g',
  localGroups: { deploy: ['ada'] },
  nestedGroups: true,
  filterExpiredUsers: true,
  usePagedResults: true,
  pageSize: 77,
  followReferrals: true,
  readTimeout: 7,
  searchTimeout: 8,
  connectionTimeout: 9,
  userObjectFilter: '(objectClass=person)',
  userNameAttribute: 'uid',
  groupObjectFilter: '(objectClass=team)',
  groupNameAttribute: 'ou',
  groupMembersAttribute: 'participant',
} as const;

test.each(['R&D;', '&amp;', '<&>"'])('the name %s arrives as it is', (name) => {
  expect(attributesOf(LdapDirectory.activeDirectory({ ...EVERY, name }))['label']).toBe(name);
});

test('settings arrive as the attributes that carry them out', () => {
  expect(attributesOf(LdapDirectory.activeDirectory(EVERY))).toEqual({
    className: 'gitserver.DirectoryRealm',
    label: 'staff',
    connectionURL: 'ldaps://ad.example.com:1636',
    connectionName: 'cn=git,dc=example,dc=com',
    passwordFile: '/files/password',
    trustStore: '/run/authorities',
    trustStorePassword: 'authorities',
    connectionPoolSize: '8',
    connectionTimeout: '9000',
    readTimeout: '7000',
    timeLimit: '8000',
    pageSize: '77',
    referrals: 'follow',
    protocol: 'ssl',
    userBase: 'ou=u,dc=example,dc=com',
    userFilter: '(objectClass=person)',
    userName: 'uid',
    userSearch: '(&(objectClass=person)(uid={0}))',
    userSubtree: 'true',
    filterExpiredUsers: 'true',
    roleBase: 'ou=g,dc=example,dc=com',
    roleName: 'ou',
    roleSubtree: 'true',
    roleNested: 'true',
    roleSearch: `(&(objectClass=team)(participant={0})(!(ou=${NOBODY})))`,
    localGroups: '/files/local-groups',
  });
});

test('what is not asked for is not there', () => {
  const attributes = attributesOf(LdapDirectory.generic({ ...FAKE_CONNECTION, secure: 'startTls' }));
  expect(attributes).toMatchObject({ connectionURL: 'ldap://ldap:389', useStartTls: 'true', referrals: 'throw' });
  for (const name of ['pageSize', 'protocol', 'roleNested', 'filterExpiredUsers', 'localGroups']) {
    expect(attributes).not.toHaveProperty(name);
  }
  expect(attributesOf(LdapDirectory.generic(FAKE_CONNECTION))).not.toHaveProperty('useStartTls');
});

test("the user's attribute gives DNs, of which the group filter decides", () => {
  const settings = { ...FAKE_CONNECTION, userMembershipAttribute: 'isMemberOf', useUserMembershipAttribute: true };
  const attributes = attributesOf(LdapDirectory.generic(settings));
  expect(attributes['userRoleName']).toBe('isMemberOf');
  expect(attributes['roleSearch']).toBe(`(&(objectclass=groupOfUniqueNames)(!(cn=${NOBODY})))`);
  const nested = attributesOf(LdapDirectory.generic({ ...settings, nestedGroups: true }));
  expect(nested).not.toHaveProperty('userRoleName');
  expect(nested['roleSearch']).toContain('(uniqueMember={0})');
});

test('Posix groups are found by the name and by the number of the primary group', () => {
  const attributes = attributesOf(LdapDirectory.genericPosix(FAKE_CONNECTION));
  expect(attributes['userRoleAttribute']).toBe('gidNumber');
  expect(attributes['roleSearch']).toBe(
    `(&(objectClass=posixGroup)(|(memberUid={1})(gidNumber={2}))(!(cn=${NOBODY})))`,
  );
});

test('directories are asked in order, and the licence is their realm’s', () => {
  const directories = ['one', 'two'].map((hostname) => ({
    directory: LdapDirectory.generic({ ...FAKE_CONNECTION, hostname }),
    passwordFile: hostname,
    trustStore: hostname,
    localGroups: undefined,
  }));
  const [lock, ordered, ...inner] = realms({ directories, licensedGroups: '/files/licensed' });
  expect(lock?.attributes['className']).toBe('gitserver.AccountLockRealm');
  expect(ordered?.attributes).toEqual({ className: 'gitserver.DirectoriesRealm', licensedGroups: '/files/licensed' });
  expect(inner.map(({ attributes }) => attributes['connectionURL'])).toEqual(['ldaps://one:636', 'ldaps://two:636']);
});

describe('every setting of a directory', () => {
  const readme = readFileSync(join(PROJECT, 'docs/directories.md'), 'utf8');

  test.each(SETTINGS)('%s: what carries it out is in server.xml', (setting) => {
    const use = TOMCAT_DIRECTORY_SETTINGS[setting];
    if ('noUse' in use) return;
    const written = new Set(
      [
        LdapDirectory.activeDirectory(EVERY),
        LdapDirectory.generic({ ...FAKE_CONNECTION, secure: 'startTls', useUserMembershipAttribute: true }),
      ].flatMap((directory) => Object.keys(attributesOf(directory))),
    );
    for (const attribute of use.carriedOutBy) expect(written).toContain(attribute);
  });

  test.each(SETTINGS)('%s has its row in docs/directories.md', (setting) => {
    const row = readme
      .split('\n')
      .find((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${setting}\``));
    const use = TOMCAT_DIRECTORY_SETTINGS[setting];
    const wanted = 'noUse' in use ? 'no use' : use.carriedOutBy[0];
    expect(row).toContain(wanted);
  });
});
