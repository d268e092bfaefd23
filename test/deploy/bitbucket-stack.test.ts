import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../stacks/settings';
import { AdHocClient } from './support/ad-hoc-client';
import { npmRun, succeed } from './support/command';
import { Stack } from './support/stack';

/** The stack `bitbucket` of main.ts as people deploy it, with the stand-in's image and a licence that it takes. */
const LICENCE = 'A licence for the stand-in.\nusers=5\n';
const stack = new Stack('bitbucket');
const client = new AdHocClient();
const folder = mkdtempSync(join(tmpdir(), 'licence-'));
const licenceFile = join(folder, 'licence');

beforeAll(async () => {
  writeFileSync(licenceFile, LICENCE, { mode: 0o600 });
  process.env.BITBUCKET_LICENCE_FILE = licenceFile;
  process.env.BITBUCKET_IMAGE = './test/bitbucket-stand-in';
  await npmRun('down', 'bitbucket');
});

afterAll(async () => {
  delete process.env.PORT_OFFSET;
  await npmRun('down', 'bitbucket');
  client.remove();
  rmSync(folder, { recursive: true });
});

const administrator = (): { username: string; password: string } =>
  (JSON.parse(stack.read('credentials.json')) as { administrator: { username: string; password: string } })
    .administrator;

test('up: who is in the right groups logs in, and verify is green', async () => {
  const { status, output } = await npmRun('up', 'bitbucket');
  expect(output).not.toMatch(/^FAIL/m);
  expect(status).toBe(0);
  for (const line of [
    'reader and writer may log in',
    'outsider may not',
    'admin administers the server, and reader does not',
    'its directories are, behind its own: ldap',
    'no more accounts may use it than the licence is for',
    'answers as a server of SSH',
  ]) {
    expect(output).toMatch(new RegExp(`^pass  .*${line}`, 'm'));
  }
  expect(output).toContain('setup: passwords in');
});

test('Git on the base URL that is written down', async () => {
  const { environment, portOffset } = readSettings(process.env);
  const base = `https://${environment}.bitbucket.localhost:${9443 + portOffset}`;
  expect(stack.outputs).toMatchObject({ base_url: base, proxy_port: 9443 + portOffset });
  expect(stack.sshUrl).toBe(`ssh://git@${environment}.bitbucket.localhost:${7993 + portOffset}`);
  const { username, password } = administrator();
  client.use(stack.read('ca.pem'), { ...stack.credentials.users, [username]: password });
  const post = (path: string, json: unknown): Promise<{ status: number }> =>
    client.curl(`${base}/rest/api/latest/${path}`, { user: 'admin', method: 'POST', json });
  expect((await post('projects', { key: 'DEMO', name: 'Demo' })).status).toBe(201);
  expect((await post('projects/DEMO/repos', { name: 'hello' })).status).toBe(201);
  await client.git('admin', 'clone', '-q', stack.cloneUrl('demo/hello'), 'hello');
});

test('a second up and a plan change nothing', async () => {
  const containers = (): Promise<string> =>
    succeed('docker', ['ps', '--all', '--quiet', '--no-trunc', '--filter', `name=^${stack.container('')}`]);
  const before = await containers();
  expect((await npmRun('up', 'bitbucket')).status).toBe(0);
  expect(await containers()).toBe(before);
  expect((await npmRun('plan', 'bitbucket')).status).toBe(0);
});

test('no secret is in what the engine tells, in logs, in processes or in what is synthesised', async () => {
  const { users, ldap } = stack.credentials;
  const secrets = [...Object.values(users), ldap.password, administrator().password, LICENCE.split('\n')[0] ?? ''];
  const names = (await stack.onEngine()).filter((name) => !/-(front|directory|home|data|state|files)$/.test(name));
  expect(names.length).toBeGreaterThanOrEqual(7);
  const logs = await Promise.all(names.map((name) => succeed('docker', ['logs', name])));
  const environment = readSettings(process.env).environment;
  const synthesised = readFileSync(`cdktf.out/environments/${environment}/stacks/bitbucket/cdk.tf.json`, 'utf8');
  const told = [
    await succeed('docker', ['inspect', ...names]),
    ...logs,
    await succeed('ps', ['axeww', '-o', 'args']),
    synthesised,
  ];
  for (const secret of secrets) expect(told.some((text) => text.includes(secret))).toBe(false);
});

test('another base URL: relink says what must follow, before and after, and verify that the server keeps the old one', async () => {
  const { base_url: old } = stack.outputs;
  process.env.PORT_OFFSET = String(readSettings(process.env).portOffset + 3);
  const before = await npmRun('relink', 'bitbucket');
  expect(before.status).toBe(0);
  const { status, output } = await npmRun('up', 'bitbucket');
  const { base_url: now } = stack.outputs;
  expect(now).not.toBe(old);
  expect(before.output).toContain(`bitbucket: from ${old} to ${now}.`);
  expect(before.output).toContain(`${now}/admin/server-settings: write ${now}`);
  expect(status).toBe(1);
  expect(output.match(/^FAIL.*/gm)).toEqual([
    expect.stringMatching(`^FAIL  links that it gives are on the base URL: ${old}/\\S* is not; .*npm run relink`),
  ]);
  const list = (output: string): string => output.slice(output.indexOf('bitbucket: from'));
  expect(list((await npmRun('relink', 'bitbucket')).output)).toBe(list(before.output));
});

test('down leaves nothing', async () => {
  expect((await npmRun('down', 'bitbucket')).status).toBe(0);
  expect(await stack.onEngine()).toEqual([]);
});
