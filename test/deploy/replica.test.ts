import { replicaChecks } from '../../scripts/verify/replica-checks';
import { unhealthy } from '../../scripts/stack/unhealthy';
import { BASE_DN } from '../../stacks/demo-directory';
import { largeDirectory, largeUserName } from '../support/large-directory';
import { AdHocClient } from './support/ad-hoc-client';
import { AdHocStack } from './support/ad-hoc-stack';
import { command, succeed } from './support/command';
import { replicaTopology } from './support/replica-topology';
import { Replica, Slapd, type ReplicaStatus } from './support/slapd';
import { until } from './support/until';

const SIZE =
  process.env.TEST_SCALE === 'full'
    ? { users: 10_000, groups: 1_000, membershipsPerUser: 20 }
    : { users: 1_000, groups: 100, membershipsPerUser: 10 };
const USERS = '(objectClass=inetOrgPerson)';
/** By their classes, which have an index: slapd gives up on a slow walk through a tree that changes meanwhile. */
const ENTRIES = `(|${USERS}(objectClass=groupOfNames))`;
/** Seconds in which changes must be there; how quick it is the benchmark says. */
const PROMPTLY = 20;
const READER = `uid=reader,ou=people,${BASE_DN}`;
const REPLICATOR = `cn=replicator,ou=services,${BASE_DN}`;
const READERS_GROUP = `cn=git-readers,ou=groups,${BASE_DN}`;

const stack = new AdHocStack('replica');
const client = new AdHocClient();
/** The source is in an environment of its own, and meets the replicas on their way out. */
const source = new Slapd(stack.container('source', 1));
/** Asks at intervals, and passes binds on. */
const copy = new Replica(stack.container('copy'));
/** Stays connected, and has the passwords. */
const keeper = new Replica(stack.container('keeper'));
const ports = { copy: 0, keeper: 0 };
/** Name of the first environment. */
const ENVIRONMENT = stack.container('').slice(0, -1);
let users: Readonly<Record<string, string>> = {};

/** The status that a login as a user gets from the Git server of a replica. */
async function login(name: keyof typeof ports, user: string, password = users[user] ?? ''): Promise<number> {
  const url = `http://${name}.localhost:${ports[name]}/scm/demo/hello.git/info/refs?service=git-upload-pack`;
  return (await client.curl(url, { user, password })).status;
}

const modify = (dn: string, change: string): Promise<void> =>
  source.change(`dn: ${dn}\nchangetype: modify\n${change}\n`);

const displayName = (value: string): string => `replace: displayName\ndisplayName: ${value}`;

/** Asks for a synchronisation and waits for its end, whatever that is. */
async function synchronise(): Promise<ReplicaStatus> {
  // Entries are there before the synchronisation that brought them has ended, and that one is not to be taken for this.
  const { lastSync } = await copy.statusWhen(({ nextSync }) => nextSync !== null);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await copy.now();
  return copy.statusWhen(
    (status) => status.lastSync !== lastSync && status.phase === 'waiting' && status.nextSync !== null,
    60,
  );
}

afterAll(async () => {
  client.remove();
  await command('docker', ['network', 'disconnect', '--force', stack.container('outside'), source.container]);
  await stack.destroy();
});

test('the source, with a large tree', async () => {
  await stack.apply(replicaTopology(ports));
  const entries = largeDirectory({ ...SIZE, baseDn: BASE_DN })
    .split('\n\n')
    .slice(2)
    .join('\n\n');
  await source.load(entries);
  await succeed('docker', ['network', 'connect', '--alias', 'source', stack.container('outside'), source.container]);
});

test('the replicas: a deploy waits for the first copy', async () => {
  const outputs = await stack.apply(replicaTopology(ports, 'right'));
  users = outputs['users'] as Record<string, string>;
  client.use(outputs['ca'] as string, users);
  for (const replica of [copy, keeper]) {
    const seconds = await replica.firstCopySeconds();
    process.stdout.write(`first copy of ${SIZE.users} users in ${seconds.toFixed(1)} s\n`);
    expect(await replica.status()).toMatchObject({ complete: true, sourceReachable: true, lagSeconds: 0, error: null });
  }
  for (const check of await replicaChecks(ENVIRONMENT)) await check.run();
});

test('users, groups, keys and members are the same; passwords are where they were asked for alone', async () => {
  const attributes = ['uid', 'cn', 'sn', 'givenName', 'displayName', 'mail', 'sshPublicKey'];
  const there = (await source.search(USERS, ...attributes)).sort();
  const groups = (await source.search('(objectClass=groupOfNames)', 'cn', 'description', 'member')).sort();
  expect(there.filter((line) => line.startsWith('sshPublicKey')).length).toBe(4);
  for (const replica of [copy, keeper]) {
    expect((await replica.search(USERS, ...attributes)).sort()).toEqual(there);
    expect((await replica.search('(objectClass=groupOfNames)', 'cn', 'description', 'member')).sort()).toEqual(groups);
  }
  expect(await copy.dns('(userPassword=*)')).toEqual([]);
  expect(await keeper.dns(`(&${USERS}(userPassword=*))`)).toEqual(await source.dns(`(&${USERS}(userPassword=*))`));
});

test('memberOf is computed from the groups', async () => {
  const [name] = [largeUserName(7)];
  const groups = await source.dns(`(member=uid=${name},ou=people,${BASE_DN})`);
  expect(groups).toHaveLength(SIZE.membershipsPerUser);
  const memberOf = (await keeper.search(`(uid=${name})`, 'memberOf')).slice(1);
  expect(memberOf.map((line) => line.replace('memberOf: ', '')).sort()).toEqual(groups);
});

test.each(['copy', 'keeper'] as const)('logins through %s: by group and password', async (name) => {
  expect(await login(name, 'reader')).toBe(200);
  expect(await login(name, 'reader', 'wrong')).toBe(401);
  expect(await login(name, 'reader', 'a*)(uid=*')).toBe(401);
  expect(await login(name, 'outsider')).toBe(403);
});

test('100 changes: with the next synchronisation, or by themselves', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `uid=${largeUserName(index + 1)},ou=people,${BASE_DN}`);
  await source.change(names.map((dn) => `dn: ${dn}\nchangetype: modify\n${displayName('Changed')}\n`).join('\n'));
  const changed = Date.now();
  const isThere = (found: readonly string[]): boolean => found.length === 100;
  expect(await until(() => keeper.dns('(displayName=Changed)'), isThere, PROMPTLY)).toHaveLength(100);
  process.stdout.write(`100 changes after ${Date.now() - changed} ms with refreshAndPersist\n`);
  await copy.now();
  const asked = Date.now();
  expect(await until(() => copy.dns('(displayName=Changed)'), isThere, PROMPTLY)).toHaveLength(100);
  process.stdout.write(`100 changes after ${Date.now() - asked} ms with refreshOnly\n`);
});

test('the interval is kept', async () => {
  const { nextSync } = await synchronise();
  await modify(READER, displayName('By itself'));
  const due = Date.parse(nextSync ?? '');
  expect(due - Date.now()).toBeGreaterThan(50_000);
  await new Promise((resolve) => setTimeout(resolve, due - Date.now() - 3000));
  expect(await copy.dns('(displayName=By itself)')).toEqual([]);
  expect(
    await until(
      () => copy.dns('(displayName=By itself)'),
      (found) => found.length === 1,
      10,
    ),
  ).toEqual([READER]);
});

test('a membership and an account that are taken away, and a changed password', async () => {
  await modify(READERS_GROUP, `add: member\nmember: uid=outsider,ou=people,${BASE_DN}`);
  await synchronise();
  expect([await login('copy', 'outsider'), await login('keeper', 'outsider')]).toEqual([200, 200]);
  await modify(READERS_GROUP, `delete: member\nmember: uid=outsider,ou=people,${BASE_DN}`);
  await source.change(`dn: uid=${largeUserName(1)},ou=people,${BASE_DN}\nchangetype: delete\n`);
  await modify(READER, 'replace: userPassword\nuserPassword: another one');
  expect([await login('copy', 'reader'), await login('copy', 'reader', 'another one')]).toEqual([401, 200]);
  await synchronise();
  expect([await login('copy', 'outsider'), await login('keeper', 'outsider')]).toEqual([403, 403]);
  expect([await login('keeper', 'reader'), await login('keeper', 'reader', 'another one')]).toEqual([401, 200]);
  expect(await copy.dns(USERS)).toEqual(await source.dns(USERS));
  expect(await keeper.dns(USERS)).toEqual(await source.dns(USERS));
  await modify(READER, `replace: userPassword\nuserPassword: ${users['reader'] ?? ''}`);
});

test('an account that is deleted and made again under its name, and one that is renamed', async () => {
  const again = `uid=${largeUserName(2)},ou=people,${BASE_DN}`;
  const added = `changetype: add\nobjectClass: inetOrgPerson\nuid: ${largeUserName(2)}\ncn: again\nsn: again\n`;
  await source.change(`dn: ${again}\nchangetype: delete\n\ndn: ${again}\n${added}`);
  const renamed = `uid=${largeUserName(3)},ou=people,${BASE_DN}`;
  await source.change(`dn: ${renamed}\nchangetype: modrdn\nnewrdn: uid=renamed\ndeleteoldrdn: 1\n`);
  await synchronise();
  for (const replica of [copy, keeper]) {
    expect(await replica.dns('(cn=again)')).toEqual([again]);
    expect(await replica.dns('(uid=renamed)')).toEqual([`uid=renamed,ou=people,${BASE_DN}`]);
    expect(await replica.dns(ENTRIES)).toEqual(await source.dns(ENTRIES));
    // refint works in its own time, at the source as in a replica.
    const there = (await source.search('(objectClass=groupOfNames)', 'member')).sort();
    const here = async (): Promise<string[]> => (await replica.search('(objectClass=groupOfNames)', 'member')).sort();
    expect(await until(here, (lines) => lines.join() === there.join(), 20)).toEqual(there);
  }
});

describe('nothing empties a replica', () => {
  const database = 'olcDatabase={1}mdb,cn=config';
  let before: string[] = [];
  beforeAll(async () => {
    before = await copy.dns(ENTRIES);
    expect(before.length).toBeGreaterThan(SIZE.users);
  });
  const isWhole = async (): Promise<void> => {
    for (const replica of [copy, keeper]) expect(await replica.dns(ENTRIES)).toHaveLength(before.length);
  };
  /** With refreshAndPersist it is a new connection that refreshes. */
  const reconnect = (): Promise<string> => succeed('docker', ['restart', keeper.container]);

  test.each([
    [
      'a size limit',
      `replace: olcLimits\nolcLimits: dn.exact="${REPLICATOR}" size=100`,
      'olcLimits',
      'limit',
      'retrying',
    ],
    [
      'an account that may read the branches alone',
      `add: olcAccess\nolcAccess: {0}to dn.children="ou=people,${BASE_DN}" by dn.exact="${REPLICATOR}" none by * break`,
      'olcAccess',
      'refused: the source shows',
      'refused',
    ],
    [
      'an account that may read nothing',
      `add: olcAccess\nolcAccess: {0}to dn.subtree="${BASE_DN}" by dn.exact="${REPLICATOR}" none by * break`,
      'olcAccess',
      'the source',
      'retrying',
    ],
  ])('%s at the source', async (_, change, attribute, error, phase) => {
    await modify(database, change);
    try {
      await modify(READER, displayName(`After ${attribute} ${Math.random()}`));
      await Promise.all([copy.now(), reconnect()]);
      for (const replica of [copy, keeper]) {
        const isRefused = (now: ReplicaStatus): boolean => now.phase === phase && (now.error ?? '').includes(error);
        const status = await replica.statusWhen(isRefused, 60);
        expect(status.error).toContain(error);
        expect(status).toMatchObject({ phase, complete: true });
      }
      await isWhole();
      expect(await login('keeper', 'reader')).toBe(200);
      await expect(runAll(await replicaChecks(ENVIRONMENT))).rejects.toThrow(error);
    } finally {
      await modify(
        database,
        attribute === 'olcAccess'
          ? 'delete: olcAccess\nolcAccess: {0}'
          : `replace: olcLimits\nolcLimits: dn.exact="${REPLICATOR}" size=unlimited time=unlimited`,
      );
    }
    await Promise.all([copy.now(), keeper.now()]);
    for (const replica of [copy, keeper]) {
      const isRight = (now: ReplicaStatus): boolean => now.error === null && now.lagSeconds === 0;
      expect(await replica.statusWhen(isRight, 60)).toMatchObject({ error: null, lagSeconds: 0 });
    }
    await isWhole();
  });

  test('a source that is killed while it is read', async () => {
    const dns = await source.dns(USERS);
    await source.change(dns.map((dn) => `dn: ${dn}\nchangetype: modify\n${displayName('All of them')}\n`).join('\n'));
    await copy.now();
    const isRefreshing = 'until grep -q refreshing /run/openldap/replication/phase; do sleep 0.05; done';
    await succeed('docker', ['exec', copy.container, 'timeout', '60', 'sh', '-c', isRefreshing]);
    await succeed('docker', ['kill', source.container]);
    expect((await copy.statusWhen(({ error }) => error !== null, 60)).error).not.toBeNull();
    await isWhole();
  });

  test('source stopped: logins go on where the passwords are, also after a restart, and all are healthy', async () => {
    await succeed('docker', ['restart', copy.container, keeper.container]);
    const health = (): Promise<string> =>
      succeed('docker', ['inspect', '--format', '{{.State.Health.Status}}', copy.container, keeper.container]);
    expect(await until(health, (text) => text === 'healthy\nhealthy\n', 60)).toBe('healthy\nhealthy\n');
    expect(await keeper.status()).toMatchObject({ sourceReachable: false, complete: true });
    expect(
      await until(
        () => login('keeper', 'reader'),
        (status) => status === 200,
        20,
      ),
    ).toBe(200);
    expect(await login('keeper', 'reader', 'wrong')).toBe(401);
    expect(await login('copy', 'reader')).not.toBe(200);
    await isWhole();
  });

  test('source started: both catch up by themselves', async () => {
    await source.start();
    for (const replica of [copy, keeper]) {
      // After as long without it, the next try may be a minute away.
      const status = await replica.statusWhen(({ lagSeconds, error }) => lagSeconds === 0 && error === null, 120);
      expect(status).toMatchObject({ lagSeconds: 0, error: null });
      expect(await replica.dns('(displayName=All of them)')).toEqual(await source.dns('(displayName=All of them)'));
    }
    expect(await login('copy', 'reader')).toBe(200);
  });

  test('a source that hangs: binds that are passed on end in time, and so does a synchronisation', async () => {
    await succeed('docker', ['pause', source.container]);
    try {
      await copy.now();
      const started = Date.now();
      expect(await login('copy', 'reader')).not.toBe(200);
      expect(Date.now() - started).toBeLessThan(20_000);
      expect(await login('keeper', 'reader')).toBe(200);
      expect((await copy.statusWhen(({ error }) => error !== null, 60)).error).toContain('the source');
      await isWhole();
    } finally {
      await succeed('docker', ['unpause', source.container]);
    }
    expect(await copy.statusWhen(({ error }) => error === null, 60)).toMatchObject({ error: null });
  });
});

test('the way to the source: verified by its authority, on a network that only replicas are on', async () => {
  await expect(stack.apply(replicaTopology(ports, 'wrong'))).rejects.toThrow();
  const distrustful = new Replica(stack.container('distrustful'));
  expect((await distrustful.status()).error).toMatch(/the source was not read/);
  const [reason, ...others] = await unhealthy(ENVIRONMENT);
  expect(others).toEqual([]);
  expect(reason).toMatch(
    /distrustful: .*: the first copy of ldaps:\/\/source:636 is not complete: the source was not read/,
  );
  const onNetwork = await succeed('docker', [
    'network',
    'inspect',
    '--format',
    '{{range .Containers}}{{.Name}} {{end}}',
    stack.container('outside'),
  ]);
  expect(onNetwork.trim().split(' ').sort()).toEqual(
    [copy, keeper, distrustful, source].map(({ container }) => container).sort(),
  );
  await succeed('docker', ['stop', distrustful.container]);
  const stopped = (await replicaChecks(ENVIRONMENT)).find(({ title }) => title.startsWith(distrustful.container));
  await expect(stopped?.run()).rejects.toThrow('is not running');
});

async function runAll(checks: Awaited<ReturnType<typeof replicaChecks>>): Promise<void> {
  for (const check of checks) await check.run();
}
