import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryEnvironment } from '../../scripts/stack/environment-lock';
import { wipe } from '../../scripts/stack/environments';
import { applyTtl, readExpiry } from '../../scripts/stack/expiry';
import { stateFolder } from '../../stacks/settings';
import { copyCheckout } from './support/checkout';
import { command, npmRun, succeed, type Result } from './support/command';
import { NamedEnvironment } from './support/named-environment';
import { interruptedDeploys } from './suites/interrupted-deploys';

const one = new NamedEnvironment('one');
const two = new NamedEnvironment('two');
const lost = new NamedEnvironment('lost');
const NOW: { kind: 'for'; milliseconds: number } = { kind: 'for', milliseconds: 0 };

interface Row {
  readonly environment: string;
  readonly state: string;
  readonly base_url: string | null;
  readonly expires: string | null;
  readonly expired: boolean;
  readonly from: string;
}

async function listed(): Promise<Row[]> {
  const rows = JSON.parse(await succeed(process.execPath, ['scripts/run.mjs', 'ls', '--json'])) as Row[];
  return rows.filter(({ environment }) => [one.name, two.name].includes(environment));
}

let ups: Result[] = [];
beforeAll(async () => {
  for (const { name } of [one, two, lost]) await wipe(name);
  // The second one of the first environment comes while the first one deploys.
  ups = await Promise.all([one.run('up', { TTL: '1h' }), two.run('up', { TTL: '30m' }), one.run('up')]);
});
afterAll(async () => {
  for (const { name } of [one, two, lost]) await wipe(name);
});

test('several environments are deployed at once, and one deploy of an environment waits for the other', async () => {
  expect(ups.map(({ status, output }) => (status === 0 ? 0 : output))).toEqual([0, 0, 0]);
  const waited = ups.filter(({ output }) => output.includes('is in use by npm run up (process'));
  expect(waited).toHaveLength(1);
  expect(one.reservation).not.toEqual(two.reservation);
  expect(await one.onEngine()).toHaveLength((await two.onEngine()).length);
});

test('ls tells of them, with their expiry', async () => {
  const [first, second] = await listed();
  expect([first?.environment, first?.state, first?.from, first?.expired]).toEqual([one.name, 'healthy', 'here', false]);
  expect(first?.base_url).toBe(`http://${one.name}.git-http.localhost:${7990 + one.reservation.portOffset}`);
  expect(first?.expires).toBe(readExpiry(one.name)?.toISOString());
  expect(second?.expires).toBe(readExpiry(two.name)?.toISOString());
  expect(Date.parse(first?.expires ?? '')).toBeGreaterThan(Date.parse(second?.expires ?? ''));
});

test('another expiry changes nothing of what is deployed', async () => {
  applyTtl(one.name, { kind: 'for', milliseconds: 60_000 }, new Date());
  const { status, output } = await one.run('plan');
  expect(output).toContain('No changes');
  expect(status).toBe(0);
});

test('what containers are killed, paused or removed by hand is told by ls', async () => {
  await succeed('docker', ['pause', two.container('ldap')]);
  expect((await listed())[1]?.state).toBe('partial');
  await succeed('docker', ['rm', '--force', two.container('git')]);
  expect((await listed())[1]?.state).toBe('partial');
});

test('sweep destroys what is past its expiry, in whatever state, and leaves alone what is in use', async () => {
  const dry = await npmRun('sweep', '--dry-run');
  expect(dry.output).not.toContain(two.name);
  for (const { name } of [one, two]) applyTtl(name, NOW, new Date());
  const swept = await tryEnvironment(one.name, () => npmRun('sweep'));
  expect(swept).toMatchObject({ status: 0 });
  const { output } = swept as Result;
  expect(output).toMatch(new RegExp(`^${one.name}: in use by .*: left alone$`, 'm'));
  expect(output).toMatch(new RegExp(`^${two.name}: destroyed: http-direct, expired `, 'm'));
  expect(await two.onEngine()).toEqual([]);
  expect(existsSync(stateFolder(two.name))).toBe(false);
  expect((await listed()).map(({ environment, state }) => [environment, state])).toEqual([[one.name, 'healthy']]);
});

test('another checkout gets other ports, and takes down what it has the state of', async () => {
  applyTtl(one.name, { kind: 'none' }, new Date());
  const checkout = copyCheckout();
  try {
    const reserve = `require('./scripts/stack/environments').reserve('${lost.name}')`;
    await succeed(process.execPath, ['--import', 'tsx', '-e', reserve], { cwd: checkout });
    const kept = await succeed('cat', [join(checkout, 'state', lost.name, 'environment.json')]);
    expect(JSON.parse(kept)).not.toEqual(one.reservation);
    // Its own state folder is the one of this checkout, as CI restores it.
    cpSync(stateFolder(one.name), join(checkout, 'state', one.name), { recursive: true });
    const { status, output } = await one.run('down', {}, checkout);
    expect([status, output]).toEqual([0, expect.not.stringContaining('removing by label')]);
    expect(await one.onEngine()).toEqual([]);
  } finally {
    rmSync(checkout, { recursive: true });
  }
  expect(await listed()).toMatchObject([{ environment: one.name, state: 'gone' }]);
  const { status } = await one.run('down');
  expect(status).toBe(0);
  expect(await listed()).toEqual([]);
});

test.each(['no state', 'a state that is cut off'])('with %s, down removes by label what is there', async (state) => {
  mkdirSync(stateFolder(lost.name), { recursive: true });
  if (state !== 'no state') writeFileSync(lost.stateFile, '{"resources":[');
  const label = `cdktf-git-topology.environment=${lost.engineName}`;
  const image = (await succeed('docker', ['image', 'ls', '--quiet', 'cdktf-git-topology/loader'])).split('\n')[0] ?? '';
  const stranger = `${lost.name}-stranger`;
  const sleeping = ['--detach', '--entrypoint', 'sleep', '--network', `${lost.engineName}-front`];
  try {
    await succeed('docker', ['network', 'create', '--label', label, `${lost.engineName}-front`]);
    await succeed('docker', ['volume', 'create', '--label', label, `${lost.engineName}-data`]);
    await succeed('docker', ['run', '--name', lost.container('git'), '--label', label, ...sleeping, image, '600']);
    // Somebody else's, on the same network.
    await succeed('docker', ['run', '--name', stranger, ...sleeping, image, '600']);
    await succeed('docker', ['pause', lost.container('git')]);
    expect((await lost.onEngine()).map(({ kind }) => kind)).toEqual(['container', 'network', 'volume']);
    const { status, output } = await lost.run('down');
    expect([status, output]).toEqual([0, expect.any(String)]);
    expect(await lost.onEngine()).toEqual([]);
    expect(existsSync(stateFolder(lost.name))).toBe(false);
  } finally {
    await command('docker', ['rm', '--force', stranger]);
  }
});

test.each([
  ['ls', '--bogus', /Unknown option '--bogus'/],
  ['ls', 'https-proxy', /^ls: https-proxy; it takes no stacks/],
  ['sweep', 'https-proxy', /^sweep: https-proxy; it takes no stacks/],
])('%s %s is refused, and --help answers', async (name, argument, sentence) => {
  expect(await npmRun(name, argument)).toEqual({ status: 1, output: expect.stringMatching(sentence) as string });
  const { status, output } = await npmRun(name, '--help');
  expect([status, output]).toEqual([0, expect.stringContaining(`npm run ${name} [--`)]);
});

test('a TTL that is none is refused before anything is done', async () => {
  const { status, output } = await lost.run('up', { TTL: '4 hours' });
  expect([status, output]).toEqual([1, expect.stringMatching(/^TTL: "4 hours"; write minutes, hours or days/)]);
  expect(existsSync(stateFolder(lost.name))).toBe(false);
});

if (process.env.TEST_SCALE === 'full') interruptedDeploys(lost);
