import { renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentName, stateFile } from '../../../stacks/settings';
import { npmRun, succeed } from '../support/command';
import { curl } from '../support/curl';
import { GitClient } from '../support/git-client';
import { terraformBinary } from '../support/terraform';
import type { Stack } from '../support/stack';

const BACK_WITHIN_SECONDS = 30;

/** Main processes killed, containers removed, secrets rotated, state lost: nothing is lost with them. */
export function faults(stack: Stack): void {
  const git = new Map<string, GitClient>();
  const client = (user: string): GitClient => {
    const known = git.get(user) ?? new GitClient(stack, user);
    git.set(user, known);
    return known;
  };
  const head = async (): Promise<string> =>
    (await client('reader').ok(['ls-remote', stack.cloneUrl('demo/hello'), 'refs/heads/main'])).slice(0, 40);
  const loginStatus = async (): Promise<number> =>
    (await curl(stack, `${stack.outputs.base_url}/`, { user: 'reader' })).status;
  afterAll(() => [...git.values()].forEach((each) => each.remove()));

  test.each(['git', 'proxy', 'ldap'])(
    `kill -9 of the main process of %s: back within ${BACK_WITHIN_SECONDS} s`,
    async (service) => {
      const before = await head();
      const pid = (await succeed('docker', ['inspect', '--format', '{{.State.Pid}}', stack.container(service)])).trim();
      process.kill(Number(pid), 'SIGKILL');
      const deadline = Date.now() + BACK_WITHIN_SECONDS * 1000;
      let status = 0;
      do {
        await sleep(500);
        status = await loginStatus().catch(() => 0);
      } while (status !== 200 && Date.now() < deadline);
      expect(status).toBe(200);
      expect(await head()).toBe(before);
    },
  );

  test('the Git server removed by hand: up brings it back with what was pushed', async () => {
    const before = await head();
    await succeed('docker', ['rm', '--force', stack.container('git')]);
    expect((await npmRun('plan', stack.name)).status).toBe(2);
    expect((await npmRun('up', stack.name)).status).toBe(0);
    expect(await head()).toBe(before);
  });

  test('the password of the service account rotated: logins go on', async () => {
    const folder = `cdktf.out/environments/${environmentName(process.env)}/stacks/${stack.name}`;
    const before = stack.credentials.ldap.password;
    const terraform = await terraformBinary();
    const resources = await succeed(terraform, ['state', 'list'], { cwd: folder });
    const address = resources
      .split('\n')
      .find((line) => line.startsWith('random_password.') && line.includes('service-account'));
    await succeed(terraform, ['taint', address ?? ''], { cwd: folder });
    expect((await npmRun('up', stack.name)).status).toBe(0);
    expect(stack.credentials.ldap.password).not.toBe(before);
    expect(await loginStatus()).toBe(200);
  });

  test('the state lost: up says what it found, and adopts it when told to', async () => {
    const before = await head();
    const state = stateFile(environmentName(process.env), stack.name);
    renameSync(state, `${state}.lost`);
    const refused = await npmRun('up', stack.name);
    expect(refused.status).toBe(1);
    expect(refused.output).toContain('--adopt');
    expect(refused.output).toContain(`${stack.container('git')}-data`);
    const adopted = await npmRun('up', '--adopt', stack.name);
    expect(adopted.status).toBe(0);
    client('reader').remove();
    git.clear();
    expect(await head()).toBe(before);
    expect((await npmRun('plan', stack.name)).status).toBe(0);
  });
}
