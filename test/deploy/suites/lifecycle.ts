import { readFileSync, statSync } from 'node:fs';
import { environmentName, stateFile } from '../../../stacks/settings';
import { command, npmRun, succeed } from '../support/command';
import type { Stack } from '../support/stack';

/** `up`, `plan`, and plain cdktf on the same state. */
export function lifecycle(stack: Stack): void {
  const ids = (): Promise<string> =>
    succeed('docker', ['ps', '--all', '--quiet', '--no-trunc', '--filter', `name=^${stack.container('')}`]);

  beforeAll(async () => {
    // What an earlier run may have left behind.
    const { status, output } = await npmRun('down', stack.name);
    if (status !== 0) throw new Error(output);
  });

  test('up deploys and verifies', async () => {
    const { status, output } = await npmRun('up', stack.name);
    expect(output).toContain(stack.outputs.base_url);
    expect(output).not.toMatch(/^FAIL/m);
    expect(status).toBe(0);
  });

  test.each([
    ['proxy', ['apache2', '-t', '-f', '/files/current/httpd.conf'], 'Syntax OK'],
    ['ldap', ['slaptest', '-u', '-f', '/files/current/slapd.conf'], 'config file testing succeeded'],
  ])("the server's own parser of %s accepts its configuration", async (service, parser, answer) => {
    const { status, output } = await command('docker', ['exec', stack.container(service), ...parser]);
    expect(output).toContain(answer);
    expect(status).toBe(0);
  });

  test('a second up changes nothing', async () => {
    const before = await ids();
    const { status } = await npmRun('up', stack.name);
    expect(status).toBe(0);
    expect(await ids()).toBe(before);
  });

  test('plan says that nothing would change', async () => {
    const { status, output } = await npmRun('plan', stack.name);
    expect(output).toContain('No changes');
    expect(status).toBe(0);
  });

  test('plain cdktf finds the same state', async () => {
    const before = await ids();
    const { status, output } = await command('npx', [
      'cdktf',
      'deploy',
      '--skip-provider-lock',
      '--auto-approve',
      '--output',
      `cdktf.out/environments/${environmentName(process.env)}`,
      stack.name,
    ]);
    expect(output).toMatch(/No changes|0 added, 0 changed, 0 destroyed/);
    expect(status).toBe(0);
    expect(await ids()).toBe(before);
  });

  test('files in out/ and the state are as closed as they must be', () => {
    const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    expect(mode(`${stack.folder}/credentials.json`)).toBe('600');
    expect(mode(stateFile(environmentName(process.env), stack.name))).toBe('600');
    expect(mode(`${stateFile(environmentName(process.env), stack.name)}.backup`)).toBe('600');
    expect(readFileSync(stack.caFile, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(Object.keys(stack.credentials.users).sort()).toEqual(['admin', 'outsider', 'reader', 'writer']);
  });

  test('a port in use is told before anything is made', async () => {
    const { status, output } = await command(process.execPath, ['-e', PORT_IN_USE, stack.name], {
      env: { TAKEN: String(stack.port + 5000) },
    });
    expect(output).toMatch(/in use by node \(process \d+\)/);
    expect(status).toBe(1);
  });

  test('an unknown stack name is answered with the known ones', async () => {
    const { status, output } = await npmRun('plan', 'nosuch');
    expect(output).toMatch(/stack: "nosuch"; write one of .*https-proxy/);
    expect(status).toBe(1);
  });
}

/** Holds a port while `up` runs in another environment that needs it. */
const PORT_IN_USE = `
const { createServer } = require('node:net');
const { spawn } = require('node:child_process');
const { rmSync } = require('node:fs');
const server = createServer().listen(Number(process.env.TAKEN), '127.0.0.1', () => {
  const env = { ...process.env, ENVIRONMENT: 'port-in-use', PORT_OFFSET: String(Number(process.env.TAKEN) - 443) };
  const up = spawn(process.execPath, ['scripts/run.mjs', 'up', process.argv[1]], { env, stdio: 'inherit' });
  up.on('close', (status) => {
    server.close();
    rmSync('state/port-in-use', { recursive: true, force: true });
    process.exitCode = status;
  });
});
`;

/** `down` leaves nothing. */
export function teardown(stack: Stack): void {
  test('down leaves no container, network or volume', async () => {
    const { status } = await npmRun('down', stack.name);
    expect(status).toBe(0);
    expect(await stack.onEngine()).toEqual([]);
  });
}
