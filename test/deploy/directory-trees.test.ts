import type { Entry } from 'ldapts';
import { statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Environment } from '../../constructs/environment';
import type { DirectorySchema } from '../../constructs/ldap/directory-schema';
import type { GroupClass } from '../../constructs/ldap/group-class';
import { LdapGroup } from '../../constructs/ldap/ldap-group';
import { LdapUser } from '../../constructs/ldap/ldap-user';
import type { OpenLdapServerProps } from '../../constructs/ldap/open-ldap-props';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { AdHocStack, type Build } from './support/ad-hoc-stack';
import { succeed } from './support/command';
import { DirectoryServer } from './support/directory-server';
import { until } from './support/until';

const BASE = 'dc=example,dc=com';
const USERS = 10_000;
const GROUPS = 1_000;
const MEMBERS_OF_EACH = 200;

const stack = new AdHocStack('trees');
afterAll(() => stack.destroy());

interface Tree {
  readonly server: DirectoryServer;
  readonly account: { readonly dn: string; readonly password: string };
  readonly schema: DirectorySchema;
}

/** A directory of each id. */
function trees(servers: Readonly<Record<string, Partial<OpenLdapServerProps<GroupClass>>>>): Build {
  return (scope, settings) => {
    const env = new Environment(scope, 'env', settings.environment(0));
    const ca = new CertificateAuthority(env, 'ca');
    const outputs = Object.entries(servers).map(([id, props]) => {
      const certificate = ca.issue(id, { hosts: [id, 'ldap'] });
      const made = new OpenLdapServer<GroupClass>(env, id, { baseDn: BASE, certificate, ...props });
      return [id, { dn: made.bindDn, password: made.bindPassword, schema: made.directory().schema }] as const;
    });
    return { ca: ca.caPem, ...Object.fromEntries(outputs) };
  };
}

async function deploy(build: Build): Promise<(id: string) => Tree> {
  const outputs = await stack.apply(build);
  return (id) => {
    const { dn, password, schema } = outputs[id] as { dn: string; password: string; schema: DirectorySchema };
    return {
      server: new DirectoryServer(stack.container(id), outputs['ca'] as string),
      account: { dn, password },
      schema,
    };
  };
}

/** All that a connection of the directory's own finds. */
async function read({ server, account, schema }: Tree): Promise<{ users: Entry[]; groups: Entry[] }> {
  const options = { paged: { pageSize: 1000 } };
  const users = await server.search(account, `ou=people,${BASE}`, { filter: schema.userObjectFilter, ...options });
  const groups = await server.search(account, `ou=groups,${BASE}`, { filter: schema.groupObjectFilter, ...options });
  return { users, groups };
}

const person = (name: string, number: number): LdapUser =>
  new LdapUser({
    name,
    firstName: 'A',
    lastName: 'B',
    email: `${name}@example.com`,
    uidNumber: number,
    gidNumber: 100,
    password: `password of ${name}`,
  });
const users = [person('ann', 1001), person('bob', 1002)];

describe('each class of groups', () => {
  let tree: (id: string) => Tree;
  beforeAll(async () => {
    tree = await deploy(
      trees({
        unique: {
          groupClass: 'groupOfUniqueNames',
          passwordHash: 'ssha',
          users,
          groups: [new LdapGroup({ name: 'all', members: users })],
        },
        posix: {
          groupClass: 'posixGroup',
          users,
          groups: [
            new LdapGroup({ name: 'main', members: [], gidNumber: 100 }),
            new LdapGroup({ name: 'all', members: users, gidNumber: 200 }),
          ],
        },
      }),
    );
  });

  test('groupOfUniqueNames, with passwords as salted SHA-1', async () => {
    const found = await read(tree('unique'));
    expect(found.users.map(({ uid }) => uid)).toEqual(['ann', 'bob']);
    expect(found.groups).toMatchObject([{ uniqueMember: users.map(({ name }) => `uid=${name},ou=people,${BASE}`) }]);
    const { server } = tree('unique');
    const ann = await server.entry(`uid=ann,ou=people,${BASE}`);
    expect(ann['userPassword']?.[0]).toMatch(/^\{SSHA\}/);
    expect(ann['memberOf']).toEqual([`cn=all,ou=groups,${BASE}`]);
    expect(await server.login(`uid=ann,ou=people,${BASE}`, 'password of ann')).toBe('');
    expect(await server.login(`uid=ann,ou=people,${BASE}`, 'password of bob')).toContain('0x31');
  });

  test('Posix, by numbers and names', async () => {
    const { server, account, schema } = tree('posix');
    const found = await read(tree('posix'));
    expect(found.users.map((user) => user[schema.userNameAttribute])).toEqual(['ann', 'bob']);
    expect(found.groups).toMatchObject([
      { cn: 'main', gidNumber: '100' },
      { cn: 'all', memberUid: ['ann', 'bob'] },
    ]);
    for (const [filter, entries] of Object.entries({
      '(uidNumber=1001)': 1,
      '(gidNumber=100)': 3,
      '(memberUid=ann)': 1,
    })) {
      expect(await server.search(account, BASE, { filter })).toHaveLength(entries);
    }
    expect((await server.entry(`uid=ann,ou=people,${BASE}`))['userPassword']?.[0]).toMatch(/^\{ARGON2\}/);
  });
});

describe(`${USERS} users, ${GROUPS} groups, ${USERS * 20} memberships`, () => {
  const large = (change: 'none' | 'some'): Partial<OpenLdapServerProps<GroupClass>> => {
    const many = Array.from({ length: USERS }, (_, index) => {
      const name = `user${index}`;
      const firstName = change === 'some' && index < 50 ? 'Changed' : 'First';
      return new LdapUser({ name, firstName, lastName: `Last${index}`, email: `${name}@example.com` });
    });
    const groups = Array.from({ length: GROUPS }, (_, group) => {
      const first = (group * 10 + (change === 'some' && group < 5 ? 5000 : 0)) % USERS;
      const own = Array.from({ length: MEMBERS_OF_EACH }, (__, index) => many[(first + index * 49) % USERS] ?? '');
      return new LdapGroup({ name: `group${group}`, members: own });
    });
    return { users: many, groups };
  };
  const seconds = (from: number): number => Math.round((performance.now() - from) / 100) / 10;
  const say = (text: string): void => void process.stderr.write(`directory: ${text}\n`);

  test('are seeded and answered for within 15 s of the start, and never part of configuration and state', async () => {
    let from = performance.now();
    await stack.synthesised(trees({ large: large('none') }));
    say(`synth ${seconds(from)} s`);
    from = performance.now();
    const tree = (await deploy(trees({ large: large('none') })))('large');
    say(`synth and apply ${seconds(from)} s`);
    from = performance.now();
    expect(await stack.plan(trees({ large: large('none') }))).toEqual([]);
    say(`synth and plan ${seconds(from)} s`);
    expect(await succeed('docker', ['inspect', '--format', '{{.RestartCount}}', stack.container('large')])).toBe('0\n');
    const started = new Date((await stack.containerId('large')).split(' ')[1] ?? '').getTime();
    const log = await succeed('sh', ['-c', `docker logs --timestamps ${stack.container('large')} 2>&1`]);
    const line =
      log
        .split('\n')
        .filter((text) => text.includes('slapd starting'))
        .at(-1) ?? '';
    const until = (new Date(line.split(' ')[0] ?? '').getTime() - started) / 1000;
    say(`answering ${until.toFixed(1)} s after the start`);
    expect(until).toBeLessThan(15);
    from = performance.now();
    const found = await read(tree);
    say(`all read by paged searches in ${seconds(from)} s`);
    expect([found.users.length, found.groups.length]).toEqual([USERS, GROUPS]);
    expect(found.groups.flatMap(({ member }) => member)).toHaveLength(USERS * 20);
    const { server } = tree;
    expect((await server.entry(`uid=user49,ou=people,${BASE}`))['memberOf']?.length).toBeGreaterThan(15);
    const folder = stack.stackFolder;
    expect(statSync(`${folder}/cdk.tf.json`).size).toBeLessThan(100_000);
    expect(statSync(`${folder}/terraform.tfstate`).size).toBeLessThan(200_000);
  });

  test('of which some change while the server runs', async () => {
    const from = performance.now();
    const tree = (await deploy(trees({ large: large('some') })))('large');
    const log = await until(
      () => stack.logs('large'),
      (text) => text.includes('apply-declared: '),
      300,
    );
    say(`deploy and ${/apply-declared: (.*)/.exec(log)?.[1] ?? 'nothing'} in ${seconds(from)} s`);
    expect(log).toMatch(/apply-declared: \d+ changes of declared entries, 0 of them not made/);
    expect(await tree.server.entry(`uid=user7,ou=people,${BASE}`)).toMatchObject({ givenName: ['Changed'] });
    const group = await tree.server.entry(`cn=group0,ou=groups,${BASE}`);
    expect(group['member']).toContain(`uid=user5000,ou=people,${BASE}`);
    expect(group['member']).toHaveLength(MEMBERS_OF_EACH);
  });
});
