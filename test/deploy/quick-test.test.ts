import { readFileSync } from 'node:fs';
import { Environment } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { TomcatGitServer } from '../../constructs/git/tomcat-git-server';
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { Ldif } from '../../constructs/ldap/ldif';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import type { Outcome } from '../../scripts/verify/quick-test/quick-test';
import { BASE_DN, DemoAccounts } from '../../stacks/demo-directory';
import { directoryOutput, type DirectoryOutput } from '../../stacks/directory-outputs';
import { AdHocStack } from './support/ad-hoc-stack';
import { succeed } from './support/command';
import { makeCertificate } from './support/make-certificate';
import { quickTestLines } from './support/quick-test-lines';
import { until } from './support/until';

/** Beside the demo directory: a group in a group, and people and groups of Posix. */
const MORE = `
dn: cn=staff,ou=groups,${BASE_DN}
objectClass: groupOfNames
cn: staff
member: cn=git-writers,ou=groups,${BASE_DN}

dn: uid=ada,ou=people,${BASE_DN}
objectClass: inetOrgPerson
objectClass: posixAccount
uid: ada
cn: Ada
sn: Ada
mail: ada@example.com
uidNumber: 1001
gidNumber: 100
homeDirectory: /home/ada

dn: cn=devs,ou=groups,${BASE_DN}
objectClass: posixGroup
cn: devs
gidNumber: 200
memberUid: ada

dn: cn=users,ou=groups,${BASE_DN}
objectClass: posixGroup
cn: users
gidNumber: 100
`;

const stack = new AdHocStack('quick-test');
let directories: Readonly<Record<'dn' | 'nested' | 'byUser' | 'startTls' | 'posix' | 'wrongly', DirectoryOutput>>;
let passwords: Readonly<Record<string, string>>;

beforeAll(async () => {
  const outputs = await stack.apply((scope, settings) => {
    const env = new Environment(scope, 'env', settings.environment(0));
    const accounts = new DemoAccounts(scope, 'accounts');
    const ca = new CertificateAuthority(env, 'ca');
    const ldap = new OpenLdapServer(env, 'ldap', {
      baseDn: BASE_DN,
      certificate: ca.issue('ldap', { hosts: ['ldap'] }),
      seed: Ldif.parse(`${readFileSync('directory.ldif', 'utf8')}\n${MORE}`),
      passwords: accounts.passwordsByDn,
      startTls: true,
    });
    const connection = {
      name: 'posix',
      hostname: 'ldap',
      username: ldap.bindDn,
      password: ldap.bindPassword,
      caPem: ca.caPem,
      baseDn: BASE_DN,
      additionalUserDn: 'ou=people',
      additionalGroupDn: 'ou=groups',
    };
    new TomcatGitServer(env, 'git', {
      access: Access.direct(PublicUrl.http('quick.localhost', { port: settings.port(0) })),
      directories: [ldap.directory()],
    });
    const memberOf = { useUserMembershipAttribute: true, useUserMembershipAttributeForMembers: true };
    const every: Record<keyof typeof directories, LdapDirectory> = {
      dn: ldap.directory({ usePagedResults: true, pageSize: 2 }),
      nested: ldap.directory({ nestedGroups: true }),
      byUser: ldap.directory(memberOf),
      startTls: ldap.directory({ secure: 'startTls' }),
      posix: LdapDirectory.openLdapPosix(connection),
      wrongly: LdapDirectory.openLdap({
        ...connection,
        userNameAttribute: 'uid',
        groupObjectFilter: '(objectClass=posixGroup)',
        groupMembersAttribute: 'memberUid',
      }),
    };
    const known = Object.entries(every).map(([name, directory]) => [name, directoryOutput(directory)]);
    return { directories: Object.fromEntries(known) as unknown, users: accounts.passwords };
  });
  directories = outputs['directories'] as typeof directories;
  passwords = outputs['users'] as typeof passwords;
});
afterAll(() => stack.destroy());

function lines(
  directory: DirectoryOutput,
  changes: Partial<DirectoryOutput> = {},
  user: readonly [string, string] = ['writer', passwords['writer'] ?? ''],
): Promise<readonly Outcome[]> {
  return quickTestLines(stack.container('git'), { ...directory, ...changes }, user);
}

/** What failed, one line or more. */
async function failures(...args: Parameters<typeof lines>): Promise<string> {
  const said = await lines(...args);
  return said
    .filter(({ passed }) => !passed)
    .map(({ text }) => text)
    .join('\n');
}

async function passed(...args: Parameters<typeof lines>): Promise<string> {
  const said = await lines(...args);
  expect(said.filter((line) => !line.passed)).toEqual([]);
  return said.map(({ text }) => text).join('\n');
}

describe('what is right passes', () => {
  test('members by DN, in pages', async () => {
    const said = await passed(directories.dn);
    expect(said).toMatch(/connects to ldap:636: at 172\.\d+\.\d+\.\d+ \[\d+ ms\]/);
    expect(said).toContain('5 users below ou=people,dc=example,dc=com: 1 without displayName [');
    expect(said).toContain('4 groups below ou=groups,dc=example,dc=com with 4 memberships (member) [');
    expect(said).toContain("writer is in 1 group (git-writers) by the groups' member [");
    expect(said).toContain('lets a user in: writer, as uid=writer,ou=people,dc=example,dc=com [');
  });

  test('groups in groups', async () => {
    expect(await passed(directories.nested)).toContain("by the groups' member, and through them in 1 group (staff)");
  });

  test('membership by the attribute of users', async () => {
    expect(await passed(directories.byUser)).toContain(
      "writer is in 1 group (git-writers) by the user's memberOf; 1 group (git-writers) has 1 member by the users' memberOf",
    );
  });

  test('StartTLS', async () => {
    const said = await passed(directories.startTls);
    expect(said).toContain('connects to ldap:389');
    expect(said).toContain('speaks StartTLS: TLSv1.3, certificate for ldap');
    expect(said).toContain('lets a user in: writer');
  });

  test('members by name, and by number', async () => {
    expect(await passed(directories.posix)).toContain(
      "ada is in 1 group (devs) by the groups' memberUid; by its gidNumber 100 in 1 group (users)",
    );
  });
});

test('no program of the test stays in the container', async () => {
  await passed(directories.dn);
  const programs = (): Promise<string> => succeed('docker', ['top', stack.container('git')]);
  expect(await programs()).toContain('java');
  expect(await until(programs, (list) => !list.includes('perl'), 15)).not.toContain('perl');
});

describe('what is wrong is named', () => {
  test('the host, and the port', async () => {
    expect(await failures(directories.dn, { hostname: 'nowhere.invalid' })).toContain(
      'the Git server knows no host nowhere.invalid',
    );
    expect(await failures(directories.dn, { port: 637 })).toContain('ldap refuses connections on port 637');
    expect(await failures(directories.dn, { port: 389 })).toContain('does the server want "startTls"?');
    expect(await failures(directories.startTls, { port: 636 })).toContain('does the server want "ssl"?');
  });

  test('the authority, with TLS from the first byte and with StartTLS', async () => {
    const { ca } = await makeCertificate('ldap');
    for (const directory of [directories.dn, directories.startTls]) {
      expect(await failures(directory, { caPem: ca })).toMatch(
        /the certificate for ldap is signed by "cdktf-git-topology CA", which leads to no authority in caPem/,
      );
    }
  });

  test('the name in the certificate', async () => {
    const said = await passed(directories.dn);
    const address = /at ([\d.]+)/.exec(said)?.[1] ?? '';
    expect(await failures(directories.dn, { hostname: address })).toContain(
      `the certificate is for ldap, and not for ${address}`,
    );
  });

  test('the password of the account, and of the user', async () => {
    expect(await failures(directories.dn, { password: 'no-such-password' })).toMatch(
      /the account is refused: the name or the/,
    );
    expect(await failures(directories.dn, {}, ['writer', 'no-such-password'])).toMatch(
      /^directory ldap: lets a user in: writer \(/,
    );
  });

  test('the base DN', async () => {
    expect(await failures(directories.dn, { userBase: `ou=staff,ou=people,${BASE_DN}` })).toContain(
      `the nearest above it is ou=people,${BASE_DN}; the server holds ${BASE_DN}`,
    );
  });

  test('a filter that finds nothing', async () => {
    const schema = { ...directories.dn.schema, userObjectFilter: '(objectClass=user)' };
    expect(await failures(directories.dn, { schema })).toMatch(
      /nothing below ou=people,dc=example,dc=com matches \(objectClass=user\); without the filter there are 6 entries, of the classes inetOrgPerson 5/,
    );
  });

  test('names where the type has DNs, and DNs where it has names', async () => {
    expect(await failures(directories.wrongly)).toContain(
      '1 of 1 value of memberUid is no DN but a user name, such as "ada"',
    );
    const schema = {
      ...directories.posix.schema,
      userObjectFilter: '(objectClass=inetOrgPerson)',
      groupObjectFilter: '(objectClass=groupOfNames)',
      groupMembersAttribute: 'member',
    };
    expect(await failures(directories.posix, { schema })).toContain('are each no user name but a DN, such as "');
  });
});
