import { App, TerraformStack } from 'cdktf';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wipe } from '../../scripts/stack/environments';
import { isDeployedProtected, unprotect } from '../../scripts/stack/protected';
import { ofType } from '../../scripts/stack/state';
import { Terraform } from '../../scripts/stack/terraform';
import { engineName, environmentName, stateFile } from '../../stacks/settings';
import { npmRun } from './support/command';
import { declareBackend, readStateBackend } from '../../stacks/state-backend';
import { Stack } from './support/stack';
import { StateServer } from './support/state-server';
import { terraformBinary } from './support/terraform';

const before = environmentName(process.env);
/** An environment of its own: where Terraform was told of another backend before, it asks what to do. */
const ENVIRONMENT = `${before}-remote`;
const stack = new Stack('http-direct');
const server = new StateServer();
const path = `/states/${engineName(ENVIRONMENT, stack.name)}`;

beforeAll(async () => {
  await wipe(ENVIRONMENT);
  process.env.STATE_BACKEND = await server.listen();
  process.env.ENVIRONMENT = ENVIRONMENT;
});
afterAll(async () => {
  delete process.env.STATE_BACKEND;
  process.env.ENVIRONMENT = before;
  server.close();
  await wipe(ENVIRONMENT);
});

describe("Terraform's own part, on a resource that needs no engine", () => {
  const folder = mkdtempSync(join(tmpdir(), 'backend-'));
  const file = join(folder, 'cdk.tf.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  async function declare(value: string): Promise<Terraform> {
    const app = new App({ outdir: join(folder, 'out') });
    const own = new TerraformStack(app, 'own');
    declareBackend(own, readStateBackend(process.env), 'own', '');
    const { terraform } = own.toTerraform() as { terraform: { backend: unknown } };
    const data = { input: value, lifecycle: { prevent_destroy: true } };
    const output = { protect_data: { value: true } };
    writeFileSync(
      file,
      JSON.stringify({ terraform: { backend: terraform.backend }, resource: { terraform_data: { data } }, output }),
    );
    const made = new Terraform(await terraformBinary(), folder, 2);
    await made.init(() => undefined);
    return made;
  }

  test('the state is read from where it is, locked meanwhile, and protected until it is not', async () => {
    const first = await declare('a');
    expect(await first.state()).toEqual({ resources: [], outputs: {} });
    await first.change('apply', () => undefined);
    expect(ofType(await first.state(), 'terraform_data')).toHaveLength(1);
    expect(isDeployedProtected(await first.state())).toBe(true);
    expect([[...server.states.keys()], server.locked, server.locks.size]).toEqual([['/states/own'], 1, 0]);

    const second = await declare('b');
    const before = server.states.get('/states/own');
    server.locks.set('/states/own', JSON.stringify({ ID: 'x', Who: 'somebody@elsewhere' }));
    await expect(second.change('apply', () => undefined)).rejects.toThrow('The state is in use by another Terraform');
    expect(server.states.get('/states/own')).toBe(before);
    server.locks.clear();

    await expect(second.change('destroy', () => undefined)).rejects.toThrow('lifecycle.prevent_destroy');
    unprotect({ folder });
    await second.change('destroy', () => undefined);
    expect((await second.state()).resources).toEqual([]);
    server.states.clear();
  });
});

test('down of what was never deployed asks the server, and reserves and leaves nothing', async () => {
  expect(await npmRun('down', stack.name)).toMatchObject({ status: 0 });
  expect(server.states.size).toBe(0);
});

// A deploy; the rest is for a machine with time.
if (process.env.TEST_SCALE === 'full') {
  test('the state is on the server, and in no file here', async () => {
    expect(await npmRun('up', stack.name)).toMatchObject({ status: 0 });
    expect(server.states.get(path)).toContain('docker_container');
    expect(server.locked).toBeGreaterThan(0);
    expect(server.locks.size).toBe(0);
    expect(existsSync(stateFile(ENVIRONMENT, stack.name))).toBe(false);
    expect(await npmRun('plan', stack.name)).toMatchObject({ status: 0 });
  });

  test('while somebody else holds the lock nothing is changed', async () => {
    const state = server.states.get(path);
    server.locks.set(path, JSON.stringify({ ID: 'x', Operation: 'OperationTypeApply', Who: 'somebody@elsewhere' }));
    const { status, output } = await npmRun('up', stack.name);
    expect(output).toMatch(/lock/i);
    expect(status).toBe(1);
    expect(server.states.get(path)).toBe(state);
    server.locks.clear();
  });

  test('down destroys all that the state on the server knows', async () => {
    expect(await npmRun('down', stack.name)).toMatchObject({ status: 0 });
    expect(await stack.onEngine()).toEqual([]);
    expect(server.states.get(path) ?? '').not.toContain('docker_container');
  });
}
