import { BitbucketBench } from './support/bitbucket-bench';
import { bitbucketTopology } from './support/bitbucket-topology';
import { command, succeed } from './support/command';
import { until } from './support/until';

/**
 * BitbucketServer and its provisioner with the stand-in of test/bitbucket-stand-in, an OpenLDAP server and Apache. What is
 * proven here is proven on the documented rules that the stand-in enforces, not on Bitbucket.
 */
const bench = new BitbucketBench('bitbucket');
const { stack, client } = bench;

afterAll(() => bench.remove());

test('from nothing to a server that people of the directory may use', async () => {
  await bench.deploy();
  expect(await bench.directories()).toEqual(['people']);
  expect(await bench.permissions()).toEqual({ 'git-readers': 'LICENSED_USER', 'git-admins': 'SYS_ADMIN' });
  expect(await bench.status('reader')).toBe(200);
  expect(await bench.status('reader', '/rest/api/latest/admin/permissions/groups')).not.toBe(200);
  expect(await bench.status('outsider')).not.toBe(200);
});

test('Git through the proxy, on the base URL alone', async () => {
  await bench.useGit();
});

test('the same once more: nothing is written, and no container is another', async () => {
  const before = await stack.containerId('git');
  const sent = await bench.writes();
  await bench.deploy();
  expect(await bench.writes()).toEqual(sent);
  expect(await bench.said()).toContain('unchanged');
  expect(await stack.containerId('git')).toBe(before);
  expect(await stack.plan((scope, adHoc) => bitbucketTopology(scope, adHoc))).toEqual([]);
});

test('a setting of a directory changes in place', async () => {
  await bench.deploy({ pageSize: 500 });
  expect(await bench.said()).toMatch(/directory "people": changed .*ldapPagedresultsSize/);
  expect(await bench.directories()).toEqual(['people']);
  expect(await bench.status('reader')).toBe(200);
});

test('a rotated password of the service account is sent, and the server uses it', async () => {
  await bench.deploy({ pageSize: 500, rotation: 1 });
  expect(await bench.said()).toContain('directory "people": changed ldapPassword');
  expect(await bench.status('reader')).toBe(200);
});

test('three directories, then in another order, then fewer: only what was made is removed', async () => {
  await bench.deploy({ rotation: 1, directories: ['people', 'second', 'third'] });
  expect(await bench.directories()).toEqual(['people', 'second', 'third']);
  await bench.deploy({ rotation: 1, directories: ['third', 'people', 'second'] });
  expect(await bench.directories()).toEqual(['third', 'people', 'second']);
  await bench.deploy({ rotation: 1, directories: ['people'] });
  expect(await bench.directories()).toEqual(['people']);
  expect(await bench.status('reader')).toBe(200);
});

test('a permission that is no longer wanted is taken back', async () => {
  await bench.deploy({ rotation: 1, projectCreate: ['git-writers'] });
  expect(await bench.permissions()).toMatchObject({ 'git-writers': 'PROJECT_CREATE' });
  await bench.deploy({ rotation: 1 });
  expect(await bench.permissions()).toEqual({ 'git-readers': 'LICENSED_USER', 'git-admins': 'SYS_ADMIN' });
});

test('with the directory away a deploy says so, and the next one completes', async () => {
  await succeed('docker', ['pause', stack.container('ldap')]);
  try {
    await expect(bench.deploy({ rotation: 1, directories: ['people', 'late'] })).rejects.toThrow(/directory "late"/);
  } finally {
    await succeed('docker', ['unpause', stack.container('ldap')]);
  }
  await bench.deploy({ rotation: 1, directories: ['people', 'late'] });
  expect(await bench.directories()).toEqual(['people', 'late']);
});

test('a provisioner that is killed half way leaves no twins', async () => {
  const wanted = ['people', 'late', 'a', 'b', 'c', 'd'];
  const running = bench.deploy({ rotation: 1, directories: wanted }).then(
    () => 'completed',
    () => 'failed',
  );
  await until(
    () => command('docker', ['logs', bench.provisioner]),
    ({ output }) => output.includes('directory "b": created'),
    60,
  );
  await succeed('docker', ['kill', bench.provisioner]);
  expect(await running).toBe('failed');
  await bench.deploy({ rotation: 1, directories: wanted });
  expect(await bench.directories()).toEqual(wanted);
});

describe('the other ways in, with the same data', () => {
  const wanted = { rotation: 1, directories: ['people'] };

  test('port 7990 beside the proxy redirects to the base URL', async () => {
    await bench.deploy({ ...wanted, access: 'redirect' });
    const reply = await client.curl(`${bench.direct}/projects?page=2`);
    expect([reply.status, reply.headers['location']]).toEqual([302, `${bench.base}/projects?page=2`]);
    expect(await bench.status('reader')).toBe(200);
  });

  test('or is open', async () => {
    await bench.deploy({ ...wanted, access: 'open' });
    expect((await client.curl(`${bench.direct}/rest/api/latest/projects`, { user: 'reader' })).status).toBe(200);
    expect(await bench.status('reader')).toBe(200);
  });

  test('TLS of its own, with a key store, which the provisioner verifies', async () => {
    await bench.deploy({ ...wanted, access: 'direct' });
    expect(await bench.said()).toContain('https://git:7990/bitbucket is running');
    expect(await bench.status('reader')).toBe(200);
    await bench.clone('reader', 'direct');
  });
});

test('native libraries can be unpacked and executed in the home, where Java is told to, and not in /tmp', async () => {
  const home = '/var/atlassian/application-data/bitbucket';
  const execute = (folder: string): Promise<{ status: number }> => {
    const script = `mkdir -p ${folder} && cp /bin/true ${folder}/tried && ${folder}/tried; status=$?; rm ${folder}/tried; exit $status`;
    return command('docker', ['exec', stack.container('git'), 'sh', '-c', script]);
  };
  expect(await execute(`${home}/tmp`)).toMatchObject({ status: 0 });
  expect(await execute('/tmp')).toMatchObject({ status: 126 });
  const properties = ['exec', stack.container('git'), 'cat', `${home}/shared/bitbucket.properties`];
  expect(await succeed('docker', properties)).toContain(`sidecar.jvm-args[0]=-Djava.io.tmpdir=${home}/tmp`);
});

test('no secret is in what the engine tells, in logs or in the environment', async () => {
  for (const service of ['git', 'git-provisioner', 'git-loader', 'git-provisioner-loader']) {
    const container = stack.container(service);
    const told = `${await succeed('docker', ['inspect', container])}${await stack.logs(service)}`;
    for (const secret of [...bench.secrets, 'A licence for the stand-in']) expect(told.includes(secret)).toBe(false);
  }
  const properties = '/var/atlassian/application-data/bitbucket/shared/bitbucket.properties';
  const stat = ['exec', stack.container('git'), 'stat', '-c', '%a %u', properties];
  expect((await succeed('docker', stat)).trim()).toBe('600 2003');
});
