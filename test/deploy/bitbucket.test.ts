import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AdHocClient } from './support/ad-hoc-client';
import { AdHocStack } from './support/ad-hoc-stack';
import { bitbucketTopology, type BitbucketSettings } from './support/bitbucket-topology';
import { command, succeed } from './support/command';
import { until } from './support/until';

/**
 * BitbucketServer and its provisioner with the stand-in of test/bitbucket-stand-in, an OpenLDAP server and Apache. What is
 * proven here is proven on the documented rules that the stand-in enforces, not on Bitbucket.
 */
const stack = new AdHocStack('bitbucket');
const client = new AdHocClient();
let base = '';
let direct = '';
let secrets: readonly string[] = [];

const deploy = async (settings: BitbucketSettings = {}): Promise<void> => {
  // As `up` does, so that one that failed runs again.
  await command('docker', ['rm', '--force', provisioner]);
  const outputs = await stack.apply((scope, adHoc) => bitbucketTopology(scope, adHoc, settings));
  base = outputs['base'] as string;
  direct = outputs['direct'] as string;
  const users = { ...(outputs['users'] as Record<string, string>), setup: outputs['administrator'] as string };
  secrets = [...Object.values(users), outputs['bindPassword'] as string];
  client.use(outputs['ca'] as string, users);
};
const provisioner = stack.container('git-provisioner');
const said = (): Promise<string> => stack.logs('git-provisioner');
const status = async (user: string, path = '/rest/api/latest/projects'): Promise<number> =>
  (await client.curl(`${base}${path}`, { user })).status;
const directories = async (): Promise<string[]> => {
  const { body } = await client.curl(`${base}/rest/api/latest/admin/user-directories`, { user: 'setup' });
  return (JSON.parse(body) as { values: { name: string }[] }).values.map(({ name }) => name).slice(1);
};
const permissions = async (): Promise<Record<string, string>> => {
  const { body } = await client.curl(`${base}/rest/api/latest/admin/permissions/groups`, { user: 'setup' });
  const { values } = JSON.parse(body) as { values: { group: { name: string }; permission: string }[] };
  return Object.fromEntries(values.map(({ group, permission }) => [group.name, permission]));
};
/** What the server was asked since it started, but for reading. */
const writes = async (): Promise<string[]> => {
  const inside = ['exec', stack.container('git'), 'curl', '-fsS', 'http://127.0.0.1:7990/stand-in/requests'];
  const requests = JSON.parse(await succeed('docker', inside)) as { method: string; path: string }[];
  return requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);
};

afterAll(async () => {
  client.remove();
  await stack.destroy();
});

test('from nothing to a server that people of the directory may use', async () => {
  await deploy();
  expect(await directories()).toEqual(['people']);
  expect(await permissions()).toEqual({ 'git-readers': 'LICENSED_USER', 'git-admins': 'SYS_ADMIN' });
  expect(await status('reader')).toBe(200);
  expect(await status('reader', '/rest/api/latest/admin/permissions/groups')).not.toBe(200);
  expect(await status('outsider')).not.toBe(200);
});

test('Git through the proxy, on the base URL alone', async () => {
  const post = async (path: string, json: unknown): Promise<number> =>
    (await client.curl(`${base}/rest/api/latest/${path}`, { user: 'admin', method: 'POST', json })).status;
  expect(await post('projects', { key: 'DEMO', name: 'Demo' })).toBe(201);
  expect(await post('projects/DEMO/repos', { name: 'hello' })).toBe(201);
  const { body } = await client.curl(`${base}/rest/api/latest/projects/DEMO/repos/hello`, { user: 'reader' });
  expect(body).toContain(`"href":"${base}/scm/demo/hello.git"`);
  expect(body.match(/https?:\/\/[^"]+/g)?.filter((url) => !url.startsWith(base))).toEqual([]);
  await client.git('admin', 'clone', '-q', `${base}/scm/demo/hello.git`, 'hello');
  const clone = join(client.folder, 'hello');
  writeFileSync(join(clone, 'file'), 'text\n');
  await client.git('admin', '-C', clone, 'add', 'file');
  await client.git('admin', '-C', clone, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'one');
  await client.git('admin', '-C', clone, 'push', '-q', 'origin', 'HEAD:main');
  await client.git('reader', 'clone', '-q', `${base}/scm/demo/hello.git`, 'again');
  const { headers } = await client.curl(`${base}/`, { user: 'reader' });
  expect(headers['location']).toBe(`${base}/projects`);
});

test('the same once more: nothing is written, and no container is another', async () => {
  const before = await stack.containerId('git');
  const sent = await writes();
  await deploy();
  expect(await writes()).toEqual(sent);
  expect(await said()).toContain('unchanged');
  expect(await stack.containerId('git')).toBe(before);
  expect(await stack.plan((scope, adHoc) => bitbucketTopology(scope, adHoc))).toEqual([]);
});

test('a setting of a directory changes in place', async () => {
  await deploy({ pageSize: 500 });
  expect(await said()).toMatch(/directory "people": changed .*ldapPagedresultsSize/);
  expect(await directories()).toEqual(['people']);
  expect(await status('reader')).toBe(200);
});

test('a rotated password of the service account is sent, and the server uses it', async () => {
  await deploy({ pageSize: 500, rotation: 1 });
  expect(await said()).toContain('directory "people": changed ldapPassword');
  expect(await status('reader')).toBe(200);
});

test('three directories, then in another order, then fewer: only what was made is removed', async () => {
  await deploy({ rotation: 1, directories: ['people', 'second', 'third'] });
  expect(await directories()).toEqual(['people', 'second', 'third']);
  await deploy({ rotation: 1, directories: ['third', 'people', 'second'] });
  expect(await directories()).toEqual(['third', 'people', 'second']);
  await deploy({ rotation: 1, directories: ['people'] });
  expect(await directories()).toEqual(['people']);
  expect(await status('reader')).toBe(200);
});

test('a permission that is no longer wanted is taken back', async () => {
  await deploy({ rotation: 1, projectCreate: ['git-writers'] });
  expect(await permissions()).toMatchObject({ 'git-writers': 'PROJECT_CREATE' });
  await deploy({ rotation: 1 });
  expect(await permissions()).toEqual({ 'git-readers': 'LICENSED_USER', 'git-admins': 'SYS_ADMIN' });
});

test('with the directory away a deploy says so, and the next one completes', async () => {
  await succeed('docker', ['pause', stack.container('ldap')]);
  try {
    await expect(deploy({ rotation: 1, directories: ['people', 'late'] })).rejects.toThrow(/directory "late"/);
  } finally {
    await succeed('docker', ['unpause', stack.container('ldap')]);
  }
  await deploy({ rotation: 1, directories: ['people', 'late'] });
  expect(await directories()).toEqual(['people', 'late']);
});

test('a provisioner that is killed half way leaves no twins', async () => {
  const wanted = ['people', 'late', 'a', 'b', 'c', 'd'];
  const running = deploy({ rotation: 1, directories: wanted }).then(
    () => 'completed',
    () => 'failed',
  );
  await until(
    () => command('docker', ['logs', provisioner]),
    ({ output }) => output.includes('directory "b": created'),
    60,
  );
  await succeed('docker', ['kill', provisioner]);
  expect(await running).toBe('failed');
  await deploy({ rotation: 1, directories: wanted });
  expect(await directories()).toEqual(wanted);
});

describe('the other ways in, with the same data', () => {
  const wanted = { rotation: 1, directories: ['people'] };

  test('port 7990 beside the proxy redirects to the base URL', async () => {
    await deploy({ ...wanted, access: 'redirect' });
    const reply = await client.curl(`${direct}/projects?page=2`);
    expect([reply.status, reply.headers['location']]).toEqual([302, `${base}/projects?page=2`]);
    expect(await status('reader')).toBe(200);
  });

  test('or is open', async () => {
    await deploy({ ...wanted, access: 'open' });
    expect((await client.curl(`${direct}/rest/api/latest/projects`, { user: 'reader' })).status).toBe(200);
    expect(await status('reader')).toBe(200);
  });

  test('TLS of its own, with a key store, which the provisioner verifies', async () => {
    await deploy({ ...wanted, access: 'direct' });
    expect(await said()).toContain('https://git:7990/bitbucket is running');
    expect(await status('reader')).toBe(200);
    await client.git('reader', 'clone', '-q', `${base}/scm/demo/hello.git`, 'direct');
  });
});

test('no secret is in what the engine tells, in logs or in the environment', async () => {
  for (const service of ['git', 'git-provisioner', 'git-loader', 'git-provisioner-loader']) {
    const container = stack.container(service);
    const told = `${await succeed('docker', ['inspect', container])}${await stack.logs(service)}`;
    for (const secret of [...secrets, 'A licence for the stand-in']) expect(told.includes(secret)).toBe(false);
  }
  const properties = '/var/atlassian/application-data/bitbucket/shared/bitbucket.properties';
  const stat = ['exec', stack.container('git'), 'stat', '-c', '%a %u', properties];
  expect((await succeed('docker', stat)).trim()).toBe('600 2003');
});
