import { bitbucketChecks } from '../../scripts/verify/bitbucket-checks';
import type { Subject } from '../../scripts/verify/check';
import type { StackOutputs } from '../../scripts/stack/out-files';
import { BIND, create, group, PEOPLE, person, synchronise } from '../bitbucket/stand-in-form';
import { ADMINISTRATOR, StandIn, type FakeDirectory } from '../bitbucket/stand-in-process';

/** What `verify` says of Bitbucket, asked of the stand-in. */
const REST = '/bitbucket/rest/api/latest';
const USERS = { reader: 'of reader', writer: 'of writer', admin: ADMINISTRATOR.password, outsider: 'of outsider' };
// The stand-in's own administrator has that name, too, and comes first.
const NAMES = Object.keys(USERS);
const DIRECTORY: FakeDirectory = {
  passwords: {
    [BIND.dn]: BIND.password,
    ...Object.fromEntries(Object.entries(USERS).map(([user, password]) => [`uid=${user},${PEOPLE}`, password])),
  },
  entries: [
    { dn: 'dc=example,dc=com', attributes: { objectClass: ['domain'] } },
    ...NAMES.map(person),
    group('git-users', `uid=reader,${PEOPLE}`, `uid=writer,${PEOPLE}`),
    group('git-admins', `uid=admin,${PEOPLE}`),
  ],
};

// Two processes of Python for each test.
jest.setTimeout(60_000);

let running: StandIn | undefined;
afterEach(async () => {
  await running?.remove();
  running = undefined;
});

/** One with its directory and permissions, started again as `version` and without some rules. */
async function start(environment: Record<string, string> = {}, without: string[] = []): Promise<StandIn> {
  running = await StandIn.start({ properties: { 'setup.license': 'a licence that is for tests\nusers=4' } });
  running.serveDirectory(DIRECTORY);
  await synchronise(running, await create(running));
  for (const [name, permission] of [
    ['git-users', 'LICENSED_USER'],
    ['git-admins', 'SYS_ADMIN'],
  ]) {
    await running.ask(`${REST}/admin/permissions/groups?name=${name}&permission=${permission}`, { method: 'PUT' });
  }
  await running.end();
  const { home } = running;
  running = await StandIn.start({ home, environment, without });
  running.serveDirectory(DIRECTORY);
  return running;
}

/** The titles that failed, with why. */
async function failures({ port }: StandIn, changes: Partial<StackOutputs> = {}): Promise<string[]> {
  const outputs: Partial<StackOutputs> = {
    base_url: `http://127.0.0.1:${port}/bitbucket`,
    users: USERS,
    administrator: ADMINISTRATOR,
    directories: [{ name: 'Example directory' }] as unknown as StackOutputs['directories'],
    ...changes,
  };
  const subject: Subject = { outputs: outputs as StackOutputs, caFile: '', bindAddress: '127.0.0.1' };
  const failed: string[] = [];
  for (const check of bitbucketChecks(subject)) {
    await check.run().catch((error: unknown) => failed.push(`${check.title}: ${String(error)}`));
  }
  return failed;
}

test.each(['9.4.16', '10.2.0'])('version %s: all is as it must be', async (STANDIN_VERSION) => {
  expect(await failures(await start({ STANDIN_VERSION }))).toEqual([]);
});

test('of another server nothing is asked', () => {
  expect(bitbucketChecks({ outputs: {} as StackOutputs, caFile: '', bindAddress: '' })).toEqual([]);
});

test('somebody without a licence who gets in', async () => {
  expect(await failures(await start({}, ['licensed-login']))).toEqual([
    'outsider may not: Error: the status for outsider is 200, not 401 or 403',
  ]);
});

test('a password that is wrong, directories that are others, and a port of SSH where nobody is', async () => {
  const standIn = await start();
  const directories = [{ name: 'b' }, { name: 'a' }] as unknown as StackOutputs['directories'];
  expect(await failures(standIn, { directories })).toEqual([
    'its directories are, behind its own: b, a: Error: the list is "Example directory", not "b, a"',
  ]);
  expect(await failures(standIn, { users: { ...USERS, writer: 'wrong' } })).toEqual([
    'reader and writer may log in: Error: the status for writer is 401, not 200',
  ]);
  expect(await failures(standIn, { ssh_url: 'ssh://git@127.0.0.1:1' })).toEqual([
    expect.stringMatching(/^ssh:.* answers as a server of SSH: .*ECONNREFUSED/),
  ]);
});

test('links that lead to the base URL of its first start, once there are any', async () => {
  const standIn = await start();
  await standIn.ask(`${REST}/projects`, { json: { key: 'DEMO', name: 'Demo' } });
  expect(await failures(standIn)).toEqual([
    expect.stringMatching(
      /base URL: .*https:\/\/git\.localhost:9443\/bitbucket\/projects\/DEMO is not; .*npm run relink/,
    ),
  ]);
});

test('more people than the licence is for', async () => {
  const standIn = await start();
  await standIn.ask(`${REST}/admin/license`, { json: { license: 'a licence that is for tests\nusers=2' } });
  expect(await failures(standIn)).toEqual([expect.stringContaining('3 may, and it is for 2')]);
});
