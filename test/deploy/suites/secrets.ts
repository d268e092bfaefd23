import { readFileSync } from 'node:fs';
import { command, succeed } from '../support/command';
import type { Stack } from '../support/stack';

/** Passwords and keys are in files of the services that need them, and nowhere that others look. */
export function secrets(stack: Stack): void {
  /** A line out of the middle of the key: the first ones are the same in all. */
  const partOfKey = (user: string): string => readFileSync(stack.sshKeyFile(user), 'utf8').split('\n')[3] ?? '';
  const known = (): string[] => {
    const { users, ldap } = stack.credentials;
    const keys = stack.outputs.ssh_url === null ? [] : Object.keys(users).map(partOfKey);
    return [...Object.values(users), ldap.password, ...keys];
  };
  const expectNone = (text: string): void => {
    for (const secret of known()) expect(text.includes(secret)).toBe(false);
    expect(text).not.toContain('PRIVATE KEY');
  };
  const names = async (): Promise<string[]> =>
    (await succeed('docker', ['ps', '--all', '--format', '{{.Names}}', '--filter', `name=^${stack.container('')}`]))
      .trim()
      .split('\n');

  test('docker inspect', async () => {
    const containers = await names();
    expect(containers.length).toBeGreaterThanOrEqual(6);
    expectNone(await succeed('docker', ['inspect', ...containers]));
    expectNone(
      await succeed('docker', [
        'volume',
        'inspect',
        ...(await stack.onEngine()).filter((name) => /-(data|files)$/.test(name)),
      ]),
    );
  });

  test('image history', async () => {
    for (const container of await names()) {
      const image = (await succeed('docker', ['inspect', '--format', '{{.Image}}', container])).trim();
      expectNone(await succeed('docker', ['history', '--no-trunc', image]));
    }
  });

  test('logs', async () => {
    for (const container of await names()) expectNone((await command('docker', ['logs', container])).output);
  });

  test('command lines and environments of processes', async () => {
    expectNone(await succeed('ps', ['axeww', '-o', 'args']));
  });

  test("another service cannot read a service's key", async () => {
    const { output } = await command('docker', [
      'exec',
      '--user',
      '65534',
      stack.container('proxy'),
      'find',
      '/files',
      '-type',
      'f',
      '-readable',
      '-name',
      '*key*',
    ]);
    expect(output).not.toMatch(/\.key|key\.pem/);
  });
}
