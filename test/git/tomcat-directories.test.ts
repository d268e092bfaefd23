import { AnnotationMetadataEntryType } from 'cdktf';
import type { Environment } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { GlobalPermissions } from '../../constructs/git/global-permissions';
import { Repository } from '../../constructs/git/repository';
import { TomcatGitServer, type TomcatGitServerProps } from '../../constructs/git/tomcat-git-server';
import type { ActiveDirectorySettings } from '../../constructs/ldap/directory-settings';
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { FAKE_CONNECTION, fakeDirectory } from '../support/fakes';
import { synth, testEnvironment, type Synthesised } from '../support/synth';
import { all, only, parseXml, service } from './xml';

const access = Access.direct(PublicUrl.http('git.example.com', { port: 7999 }));
const hello = new Repository('demo/hello', { readers: ['r'], writers: ['w'] });
const WARNING: string = AnnotationMetadataEntryType.WARN;

const directory = (password = 'pw'): LdapDirectory =>
  fakeDirectory({ password, additionalUserDn: 'ou=people', additionalGroupDn: 'ou=groups' });

function make(environment: Environment, props: Partial<TomcatGitServerProps>): TomcatGitServer {
  return new TomcatGitServer(environment, 'git', { access, directories: [directory()], ...props });
}

const built = (props: Partial<TomcatGitServerProps> = {}): Synthesised =>
  synth((environment) => make(environment, props));
const file = (path: string): string => built().file('env/git', path);

function warnings(directories: readonly LdapDirectory[]): unknown[] {
  const { metadata } = make(testEnvironment(), { directories }).node;
  return metadata.filter(({ type }) => type === WARNING).map(({ data }) => data as unknown);
}

describe('directories', () => {
  const branches = { additionalUserDn: 'ou=people', additionalGroupDn: 'ou=groups' } as const;
  const about = (settings: Partial<ActiveDirectorySettings>): unknown[] =>
    warnings([LdapDirectory.activeDirectory({ ...FAKE_CONNECTION, ...branches, ...settings })]);

  test('of several, each has its folder and its files', () => {
    const second = fakeDirectory({
      name: 'partners',
      hostname: 'two',
      password: 'p2',
      localGroups: { deploy: ['ada', 'bob'] },
    });
    const stack = built({ directories: [directory('p1'), second] });
    const loaded = (path: string): string => stack.file('env/git', path);
    expect([loaded('directories/1/password'), loaded('directories/2/password')]).toEqual(['p1', 'p2']);
    expect(loaded('directories/2/ca.pem')).toBe('CA');
    expect(loaded('directories/2/local-groups.tsv')).toBe('deploy\tada\tbob\n');
    expect(() => loaded('directories/1/local-groups.tsv')).toThrow(/no file/);
    const [, , one, two] = all(parseXml(loaded('server.xml')), 'Realm').map(({ attributes }) => attributes);
    expect(one).toMatchObject({ passwordFile: '/files/current/directories/1/password', label: 'ldap' });
    expect(one).not.toHaveProperty('localGroups');
    expect(two).toMatchObject({
      passwordFile: '/files/current/directories/2/password',
      trustStore: '/run/git-server/authorities-2.p12',
      localGroups: '/files/current/directories/2/local-groups.tsv',
    });
  });

  test('what has no use is warned of, each with its reason', () => {
    const useless: Partial<ActiveDirectorySettings> = {
      naiveDnMatching: false,
      incrementalSynchronisation: true,
      updateGroupMembershipsOnLogin: 'never',
      synchronisationInterval: 5,
      userObjectClass: 'person',
      userNameRdnAttribute: 'uid',
      userFirstNameAttribute: 'a',
      userLastNameAttribute: 'b',
      userDisplayNameAttribute: 'c',
      userEmailAttribute: 'd',
      userPasswordAttribute: 'e',
      userUniqueIdAttribute: 'f',
      groupObjectClass: 'team',
      groupDescriptionAttribute: 'g',
      useUserMembershipAttributeForMembers: true,
      userMembershipAttribute: 'h',
    };
    const texts = about(useless).map(String);
    for (const setting of Object.keys(useless)) {
      expect(texts).toContainEqual(
        expect.stringMatching(new RegExp(`^directory "ldap": ${setting} has no effect, because \\w`)),
      );
    }
    expect(texts).toHaveLength(Object.keys(useless).length);
  });

  test('what is used, off, or given beside what is used is not warned of', () => {
    expect(
      about({
        nestedGroups: true,
        manageUserStatusLocally: false,
        useUserMembershipAttributeForMembers: false,
        userObjectClass: 'person',
        userObjectFilter: '(objectClass=person)',
        userNameRdnAttribute: 'uid',
        userNameAttribute: 'uid',
        groupObjectClass: 'team',
        groupObjectFilter: '(objectClass=team)',
      }),
    ).toEqual([]);
    expect(about({ useUserMembershipAttribute: true, userMembershipAttribute: 'memberOf' })).toEqual([]);
  });

  test('what Stash ignores, and what is slow in a large tree, is warned of', () => {
    expect(about({ nestedGroups: true, useUserMembershipAttribute: true })).toEqual([
      'directory "ldap": useUserMembershipAttribute has no effect with nestedGroups: members are searched in the groups',
    ]);
    expect(warnings([fakeDirectory({ additionalUserDn: 'ou=people' })])).toEqual([
      'directory "ldap": without additionalGroupDn, searches start at the base DN, which is slow in a large tree',
    ]);
  });

  test('what cannot be is refused', () => {
    expect(() => about({ manageUserStatusLocally: true })).toThrow(
      /manageUserStatusLocally of the directory "ldap"; leave it out, and activate/,
    );
    expect(() => about({ followReferrals: true, secure: 'startTls' })).toThrow(/followReferrals with StartTLS of the/);
  });
});

describe('global permissions', () => {
  const globalPermissions = new GlobalPermissions({
    licensedUser: { groups: ['staff'], limit: 3 },
    admin: ['admins'],
    sysAdmin: ['root'],
  });
  const stack = built({ globalPermissions, repositories: [hello] });
  const loaded = (path: string): string => stack.file('env/git', path);

  test('administrators read every repository, and write none but their own', () => {
    expect(loaded('repositories.tsv')).toBe('demo/hello\tread\tadmins\tr\troot\tw\ndemo/hello\twrite\tw\n');
    expect(loaded('web.xml')).toContain('/admin/status');
  });

  test('the licence is a list of groups, administrators among them', () => {
    expect(loaded('licensed-groups')).toBe('admins\nroot\nstaff\n');
    const [, ordered] = all(parseXml(loaded('server.xml')), 'Realm');
    expect(ordered?.attributes['licensedGroups']).toBe('/files/current/licensed-groups');
  });

  test('without them everything is as it was', () => {
    expect(() => file('licensed-groups')).toThrow(/no file/);
    expect(file('server.xml')).not.toContain('licensedGroups');
    expect(file('web.xml')).not.toContain('ServerStatusServlet');
  });

  test('nobody creates projects here', () => {
    expect(() => built({ globalPermissions: new GlobalPermissions({ projectCreate: ['devs'] }) })).toThrow(
      /projectCreate for "devs"; leave it out: the repositories of this server are declared in code/,
    );
  });
});

describe('the service that SSH asks', () => {
  test('has a socket and an engine of its own, and none of the application', () => {
    const server = parseXml(file('server.xml'));
    const access = service(server, 'access');
    expect(only(access, 'Connector').attributes).toMatchObject({
      unixDomainSocketPath: '/run/git-access/socket',
      unixDomainSocketPathPermissions: 'rw-------',
    });
    expect(only(access, 'Connector').attributes).not.toHaveProperty('port');
    expect(all(access, 'Valve').map(({ attributes }) => attributes)).toEqual([
      { className: 'gitserver.AccessValve', service: 'git', repositories: '/files/current/repositories.tsv' },
    ]);
    expect(all(access, 'Context')).toEqual([]);
    expect(JSON.stringify(service(server))).not.toContain('AccessValve');
  });
});
