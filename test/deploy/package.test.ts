import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOST, type Settings } from '../package/topology';
import { FreshProject } from '../support/fresh-project';
import { AdHocClient } from './support/ad-hoc-client';
import { AdHocStack, type Program } from './support/ad-hoc-stack';

const stack = new AdHocStack('package');
const client = new AdHocClient();
const project = new FreshProject();
let port = 0;

/** Somebody's own: the package from npm's tarball, compiled by TypeScript, run by Node. */
const program: Program = {
  synthesise: (name, folder, settings) => {
    port = settings.port(7);
    const given: Settings = { name, environment: settings.environment(0), port };
    project.write('settings.json', JSON.stringify(given));
    project.run('main.js', 'settings.json', folder);
  },
};

beforeAll(() => {
  project.install();
  for (const file of ['topology.ts', 'main.ts']) project.copy(file);
  expect(project.compile({ module: 'commonjs', moduleResolution: 'node10' })).toBe('');
});

afterAll(async () => {
  await stack.destroy();
  client.remove();
  project.remove();
});

test('with the fork cdktn under the name of cdktf, the same program compiles, and makes the same', () => {
  const fork = new FreshProject();
  try {
    fork.install('0.24.0');
    for (const file of ['topology.ts', 'main.ts']) fork.copy(file);
    expect(fork.compile({ module: 'node16' })).toBe('');
    const made = [project, fork].map((each) => {
      each.write('settings.json', JSON.stringify({ name: 'fork', environment: { name: 'fork' }, port: 9443 }));
      each.run('main.js', 'settings.json', 'out');
      return readFileSync(join(each.folder, 'out/stacks/fork/cdk.tf.json'), 'utf8');
    });
    const [before, after] = made.map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(made[1]).toContain('"version": "0.24.0"');
    expect({ ...after, '//': undefined }).toEqual({ ...before, '//': undefined });
  } finally {
    fork.remove();
  }
});

test('a project that has the package from its tarball alone deploys a topology, clones from it, and destroys it', async () => {
  const { ca, password } = (await stack.apply(program)) as { ca: string; password: string };
  client.use(ca, { ann: password });
  const url = `https://${HOST}:${port}`;
  expect(await client.curl(`${url}/status`)).toMatchObject({
    status: 200,
    body: expect.stringContaining('RUNNING') as unknown,
  });
  expect((await client.curl(`${url}/scm/demo/hello.git/info/refs?service=git-upload-pack`)).status).toBe(401);
  await client.git('ann', 'clone', `${url}/scm/demo/hello.git`, 'work');
  const identity = ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com'];
  await client.git('ann', '-C', 'work', ...identity, 'commit', '--allow-empty', '-m', 'from the package');
  await client.git('ann', '-C', 'work', 'push', 'origin', 'HEAD:refs/heads/main');
  expect(await stack.plan(program)).toEqual([]);

  await stack.takeDown();
  expect((await client.curl(`${url}/status`).catch(() => ({ status: 0 }))).status).toBe(0);
});
