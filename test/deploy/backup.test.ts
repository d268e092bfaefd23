import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { reserve, wipe } from '../../scripts/stack/environments';
import { environmentName, PROJECT, reservationFile, stateFolder } from '../../stacks/settings';
import { command, npmRun, succeed, type Result } from './support/command';
import { Directory } from './support/directory';
import { GitClient } from './support/git-client';
import { PushLoad } from './support/push-load';
import { entriesOf, gitOnServer, refsOf } from './support/restored-data';
import { Stack } from './support/stack';

const isFull = process.env.TEST_SCALE === 'full';
const NAME = 'https-direct';
const COPY = `${environmentName(process.env)}-copy`;
/** An environment that a refused restore does not leave behind. */
const NOBODY = `${COPY}-not`;
const ZOE = 'uid=zoe,ou=people,dc=example,dc=com';
/** Accounts whose password a start sets. */
const DECLARED = /^dn: (uid=(writer|reader|admin|outsider)|cn=git-server),/;
/** Of the repository that is under load: what main and its neighbours are, time tells. */
const MOVING = / ?refs\/heads\/(main|load-\d) /;

const stack = new Stack(NAME);
const copy = new Stack(NAME, COPY);
const folder = mkdtempSync(join(tmpdir(), 'backup-'));
const file = join(folder, 'backup.tar');
const clients: GitClient[] = [];
const load: { current?: PushLoad } = {};

const repositories = ['demo/hello', 'demo/private', 'old/one'];
const before: {
  refs: string[][];
  entries: Awaited<ReturnType<typeof entriesOf>>;
  acknowledged: number;
} = { refs: [], entries: {}, acknowledged: 0 };

function as(of: Stack, user: string, password?: string): GitClient {
  const client = new GitClient(of, user, password);
  clients.push(client);
  return client;
}

/** A command of the project in the copy's environment. */
const inCopy = (name: string, ...args: readonly string[]): Promise<Result> => inEnvironment(COPY, name, ...args);

function inEnvironment(environment: string, name: string, ...args: readonly string[]): Promise<Result> {
  return command(process.execPath, ['scripts/run.mjs', name, ...args], { env: { ENVIRONMENT: environment } });
}

async function run(name: string, ...args: readonly string[]): Promise<string> {
  const { status, output } = await npmRun(name, ...args);
  if (status !== 0) throw new Error(output);
  return output;
}

const still = (refs: readonly string[]): string[] => refs.filter((ref) => !MOVING.test(` ${ref}`));

beforeAll(async () => {
  await wipe(COPY);
  await run('down', NAME);
  await run('up', NAME);
  // Or it would take the ports of the first, once that is destroyed.
  await reserve(COPY);
});

afterAll(async () => {
  await load.current?.stop().catch(() => undefined);
  load.current?.remove();
  clients.forEach((client) => client.remove());
  rmSync(folder, { recursive: true });
  await wipe(COPY);
  await npmRun('down', NAME);
});

test('people change repositories and the directory', async () => {
  const writer = as(stack, 'writer');
  await writer.clone('demo/hello', 'hello');
  await writer.commitRandom('hello', 'large.bin', isFull ? 200 : 5);
  await writer.ok(['tag', '-a', 'v1', '-m', 'one'], 'hello');
  await writer.ok(['push', 'origin', 'HEAD:refs/heads/main', 'v1', 'HEAD:refs/notes/commits'], 'hello');
  const admin = as(stack, 'admin');
  await admin.clone('demo/private', 'private');
  await admin.ok(['checkout', '-b', 'trunk'], 'private');
  await admin.commitRandom('private', 'secret.bin', 1);
  // The second one is a slip of many hands, which makes the short name of the first ambiguous.
  await admin.ok(['push', 'origin', 'trunk', 'trunk:refs/heads/refs/heads/trunk'], 'private');
  await gitOnServer(stack, 'demo/private', 'symbolic-ref', 'HEAD', 'refs/heads/trunk');
  // Left from when it was declared, with what an administrator wrote.
  const made =
    'cd /var/lib/git-repositories && mkdir old && cp -R demo/hello.git old/one.git && echo Old >old/one.git/description';
  await succeed('docker', ['exec', stack.container('git'), 'sh', '-c', made]);
  await new Directory(stack).change(
    `dn: ${ZOE}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: zoe\ncn: Zoë\nsn: Z\nuserPassword: password of zoe\n\n` +
      `dn: cn=git-readers,ou=groups,dc=example,dc=com\nchangetype: modify\nadd: member\nmember: ${ZOE}\n`,
  );
  before.refs = await Promise.all(repositories.map((repository) => refsOf(stack, repository)));
  before.entries = await entriesOf(stack, DECLARED);
  expect(before.refs.map((refs) => refs.length)).toEqual([4, 3, 4]);
  expect(before.entries[`dn: ${ZOE}`]).toBeDefined();
});

test('backup, while clients push and clone and the server repacks', async () => {
  const clientsAtWork = new PushLoad(stack, 'demo/hello');
  load.current = clientsAtWork;
  await clientsAtWork.start();
  before.acknowledged = clientsAtWork.acknowledged.length;
  const output = await run('backup', NAME, file);
  const during = clientsAtWork.acknowledged.length - before.acknowledged;
  await clientsAtWork.stop();
  expect(during).toBeGreaterThan(0);
  expect(clientsAtWork.clones).toBeGreaterThan(0);
  expect(clientsAtWork.repacks).toBeGreaterThan(0);
  expect(output).toContain('Repositories of git: 3, with');
  expect(output).toContain('reflogs');
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  // Nothing that is secret is shown.
  for (const password of Object.values(stack.credentials.users)) expect(output).not.toContain(password);
  expect((await npmRun('backup', NAME, file)).output).toContain('a file that exists');
});

test('restore into a stack that has data, and of a file that is not whole, is refused', async () => {
  const ids = await succeed('docker', ['ps', '--quiet', '--no-trunc', '--filter', `name=^${stack.container('')}`]);
  const refused = await npmRun('restore', NAME, file);
  expect(refused.output).toContain('there is data already (the volume');
  expect(refused.status).toBe(1);
  const cut = join(folder, 'cut.tar');
  copyFileSync(file, cut);
  truncateSync(cut, statSync(file).size - 5000);
  for (const environment of [stack.environment, NOBODY]) {
    const { status, output } = await inEnvironment(environment, 'restore', '--replace', NAME, cut);
    expect(output).toMatch(/no whole backup: .*nothing was changed/);
    expect(status).toBe(1);
  }
  expect(await succeed('docker', ['ps', '--quiet', '--no-trunc', '--filter', `name=^${stack.container('')}`])).toBe(
    ids,
  );
  const other = await inEnvironment(NOBODY, 'restore', 'http-direct', file);
  expect(other.output).toContain(`a backup of ${NAME}, not of http-direct`);
  expect(existsSync(stateFolder(NOBODY))).toBe(false);
  cpSync(stack.folder, join(folder, 'out'), { recursive: true });
});

test('the stack is destroyed', async () => {
  const reservation = reservationFile(stack.environment);
  const kept = readFileSync(reservation);
  await run('down', NAME);
  // Or another worker's environment would get its ports until it is restored.
  mkdirSync(dirname(reservation), { recursive: true, mode: 0o700 });
  writeFileSync(reservation, kept, { mode: 0o600 });
  expect(await stack.onEngine()).toEqual([]);
});

if (isFull) {
  test('a restore that is killed is noticed', async () => {
    const args = ['scripts/run.mjs', 'restore', '--keys', NAME, file];
    const env = { ...process.env, ENVIRONMENT: COPY };
    const child = spawn(process.execPath, args, {
      cwd: PROJECT,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      output += chunk.toString();
      if (output.includes('loaded at its start')) break;
    }
    const ended = once(child, 'exit');
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
    const up = await inCopy('up', NAME);
    expect(up.output).toContain('a restore was interrupted');
    expect(up.status).toBe(1);
  });
}

/** Everything that was there before, in a stack that was restored. */
async function expectRestored(restored: Stack): Promise<void> {
  for (const [index, repository] of repositories.entries()) {
    const refs = await refsOf(restored, repository);
    const wanted = before.refs[index] ?? [];
    expect(repository === 'demo/hello' ? still(refs) : refs).toEqual(
      repository === 'demo/hello' ? still(wanted) : wanted,
    );
    expect(await gitOnServer(restored, repository, 'fsck', '--full', '--strict')).not.toMatch(/missing|broken|error/);
  }
  const description = ['cat', '/var/lib/git-repositories/old/one.git/description'];
  expect(await succeed('docker', ['exec', restored.container('git'), ...description])).toBe('Old\n');
  expect(await entriesOf(restored, DECLARED)).toEqual(before.entries);
}

/** What was pushed before the backup began is there; what was pushed meanwhile may be. */
async function expectAcknowledged(restored: Stack): Promise<void> {
  const clientsAtWork = load.current;
  if (clientsAtWork === undefined) throw new Error('nobody pushed');
  const main = (await gitOnServer(restored, 'demo/hello', 'rev-parse', 'refs/heads/main')).trim();
  const last = clientsAtWork.acknowledged[before.acknowledged - 1] ?? '';
  expect(await clientsAtWork.isAncestor(last, main)).toBe(true);
  expect(await clientsAtWork.isAncestor(main, clientsAtWork.acknowledged.at(-1) ?? '')).toBe(true);
}

const old = (name: string): string => readFileSync(join(folder, 'out', name), 'utf8');

test('restored into another environment: every ref, every entry, CA, host keys, passwords', async () => {
  const { status, output } = await inCopy('restore', '--keys', NAME, file);
  expect(output).not.toMatch(/^FAIL/m);
  expect(output).toContain('served to nobody until main.ts declares them: old/one');
  expect(output).toMatch(/The base URL is https:\/\/.*, and was https:\/\//);
  if (isFull) expect(output).toContain('A restore was interrupted: what it left is removed');
  expect(status).toBe(0);
  for (const password of Object.values(copy.credentials.users)) expect(output).not.toContain(password);
  await expectRestored(copy);
  await expectAcknowledged(copy);
  for (const same of ['ca.pem', 'credentials.json', 'ssh/writer']) expect(copy.read(same)).toBe(old(same));
  const keys = (text: string): string[] => text.split('\n').map((line) => line.replace(/^\S+ /, ''));
  expect(keys(copy.read('known_hosts'))).toEqual(keys(old('known_hosts')));
  await as(copy, 'zoe', 'password of zoe').ok(['ls-remote', copy.cloneUrl('demo/hello')]);
  expect((await inCopy('plan', NAME)).status).toBe(0);
});

if (isFull) {
  test('restored into the same one: clients of before notice nothing', async () => {
    const { status, output } = await npmRun('restore', NAME, file);
    expect(output).not.toMatch(/^FAIL/m);
    expect(output).not.toContain('The base URL is');
    expect(status).toBe(0);
    await expectRestored(stack);
    await expectAcknowledged(stack);
    for (const same of ['ca.pem', 'credentials.json', 'known_hosts', 'ssh/writer', 'outputs.json']) {
      expect(stack.read(same)).toBe(old(same));
    }
    const [writer, admin] = clients;
    await writer?.ok(['fetch'], 'hello');
    await admin?.commitRandom('private', 'more.bin', 1);
    await admin?.ok(['push', 'origin', 'HEAD:refs/heads/later'], 'private');
  });

  test('--replace: without --keys, into another environment, keys and passwords are new', async () => {
    const { status, output } = await inCopy('restore', '--replace', NAME, file);
    expect(output).toContain('generated passwords are new ones');
    expect(status).toBe(0);
    for (const other of ['ca.pem', 'credentials.json', 'ssh/writer']) expect(copy.read(other)).not.toBe(old(other));
    await as(copy, 'zoe', 'password of zoe').ok(['ls-remote', copy.cloneUrl('demo/hello')]);
  });
}
