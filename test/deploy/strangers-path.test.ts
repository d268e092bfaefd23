import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { engineName, environmentName, PROJECT } from '../../stacks/settings';
import { applyReadmeEdits } from '../docs/readme-edits';
import { copyCheckout } from './support/checkout';
import { command, succeed, type Result } from './support/command';
import { GitClient } from './support/git-client';
import { Stack } from './support/stack';

/** README, as somebody follows it who has read nothing else: in a checkout of its own, in an environment of its own. */
const NAME = 'https-proxy';
const ENVIRONMENT = `${environmentName(process.env)}-path`;
const checkout = copyCheckout();
const clients: GitClient[] = [];

class StrangersStack extends Stack {
  public override get folder(): string {
    return join(checkout, relative(PROJECT, super.folder));
  }
}
const stack = new StrangersStack(NAME, ENVIRONMENT);

function inCheckout(program: string, ...args: readonly string[]): Promise<Result> {
  return command(program, args, { cwd: checkout, env: { ENVIRONMENT } });
}

const npmRun = (name: string, ...args: readonly string[]): Promise<Result> =>
  inCheckout(process.execPath, 'scripts/run.mjs', name, ...args);

function cdktf(...args: readonly string[]): Promise<Result> {
  const output = `cdktf.out/environments/${ENVIRONMENT}`;
  return inCheckout('npx', 'cdktf', ...args, '--skip-provider-lock', '--auto-approve', '--output', output, NAME);
}

function as(user: string): GitClient {
  const client = new GitClient(stack, user);
  clients.push(client);
  return client;
}

const imageOf = (service: string): Promise<string> =>
  succeed('docker', ['inspect', '--format', '{{.Config.Image}}', stack.container(service)]);

afterAll(async () => {
  clients.forEach((client) => client.remove());
  await npmRun('down', '--delete-data', NAME);
  rmSync(checkout, { recursive: true });
});

test('npm run up, and a first push', async () => {
  const { status, output } = await npmRun('up');
  expect([status, output]).toEqual([0, expect.stringContaining(stack.outputs.base_url)]);
  expect(await imageOf('proxy')).toContain('/apache:');
  const writer = as('writer');
  await writer.clone('demo/hello', 'hello');
  await writer.commitRandom('hello', 'pushed-before', 1);
  await writer.ok(['push', 'origin', 'HEAD:main'], 'hello');
});

test("after README's changes, plan says what it would do, and up does it", async () => {
  applyReadmeEdits(checkout);
  expect((await npmRun('plan')).status).toBe(2);
  const { status, output } = await npmRun('up');
  expect([status, output]).toEqual([0, expect.not.stringMatching(/^FAIL/m)]);
  expect(await imageOf('proxy')).toContain('/nginx:');
});

test('the new group may push to the new repository, others may not, and what was pushed is there', async () => {
  const reader = as('reader');
  await reader.clone('team/app', 'app');
  await reader.commitRandom('app', 'first', 1);
  await reader.ok(['push', 'origin', 'HEAD:main'], 'app');
  const outsider = await as('outsider').run(['ls-remote', stack.cloneUrl('team/app')]);
  expect([outsider.status, outsider.output]).toEqual([128, expect.stringContaining('403')]);
  await reader.clone('demo/hello', 'hello');
  expect(await reader.ok(['log', '--oneline', 'origin/main'], 'hello')).toContain('add pushed-before');
});

test('verify looks at one account, and its groups', async () => {
  const { status, output } = await npmRun('verify', '--user', 'reader', NAME);
  expect(output).toMatch(/knows the groups of a user: reader is in 2 groups \(git-readers, team\)/);
  expect(status).toBe(0);
});

test('relink says what has the old base URL of a server that was not deployed from here', async () => {
  const { status, output } = await npmRun('relink', '--from', 'http://git.example.com', NAME);
  expect([status, output]).toEqual([
    0,
    expect.stringContaining(`to ${stack.outputs.base_url}. What a deploy does not`),
  ]);
});

test('plain cdktf deploys and destroys the same', async () => {
  const deployed = await cdktf('deploy');
  expect([deployed.status, deployed.output]).toEqual([
    0,
    expect.stringMatching(/No changes|0 added, 0 changed, 0 destroyed/),
  ]);
  const destroyed = await cdktf('destroy');
  expect([destroyed.status, destroyed.output]).toEqual([0, expect.any(String)]);
  const left = await succeed('docker', [
    'ps',
    '--all',
    '--quiet',
    '--filter',
    `name=^${engineName(ENVIRONMENT, NAME)}-`,
  ]);
  expect(left).toBe('');
});

test('npm run down -- --all leaves nothing of the environment', async () => {
  expect((await npmRun('down', '--all')).status).toBe(0);
  expect(await stack.onEngine()).toEqual([]);
});
