import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitSshCommand, removeSshFiles, writeSshFiles, type SshOutputs } from '../../scripts/stack/ssh-files';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ssh files'"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const outputs: SshOutputs = {
  ssh_url: 'ssh://git@git.localhost:7999',
  ssh_bind_address: '127.0.0.1',
  ssh_host_keys: ['ssh-ed25519 AAAA', 'ecdsa-sha2-nistp256 BBBB'],
  ssh_keys: { writer: 'KEY\n', reader: 'KEY\n' },
};
const mode = (path: string): string => (statSync(join(folder, path)).mode & 0o777).toString(8);
const text = (path: string): string => readFileSync(join(folder, path), 'utf8');

test('keys are for their owner alone, also where they were open, and those of accounts that are gone go', () => {
  mkdirSync(join(folder, 'ssh'), { mode: 0o755 });
  chmodSync(join(folder, 'ssh'), 0o755);
  removeSshFiles(folder);
  writeSshFiles(folder, { ...outputs, ssh_keys: { gone: 'x' } });
  removeSshFiles(folder);
  expect(readdirSync(folder)).toEqual([]);
  writeSshFiles(folder, outputs);
  expect(readdirSync(join(folder, 'ssh')).sort()).toEqual(['reader', 'writer']);
  expect(text('ssh/writer')).toBe('KEY\n');
  expect([mode('ssh'), mode('ssh/writer')]).toEqual(['700', '600']);
});

test('known_hosts names host and port as clients look them up', () => {
  writeSshFiles(folder, outputs);
  expect(text('known_hosts')).toBe(
    '[git.localhost]:7999 ssh-ed25519 AAAA\n[git.localhost]:7999 ecdsa-sha2-nistp256 BBBB\n',
  );
  writeSshFiles(folder, { ...outputs, ssh_url: 'ssh://git@git.localhost' });
  expect(text('known_hosts')).toContain('git.localhost ssh-ed25519 AAAA\n');
  expect(text('ssh_config')).toContain('  Port 22\n');
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
  ['192.0.2.1', '192.0.2.1'],
])('published on %s, the name leads to %s', (ssh_bind_address, address) => {
  writeSshFiles(folder, { ...outputs, ssh_bind_address });
  expect(text('ssh_config')).toContain(`  HostName ${address}\n`);
});

test('ssh_config is for the host alone, and asks nobody', () => {
  writeSshFiles(folder, outputs);
  expect(text('ssh_config').startsWith('Host git.localhost\n')).toBe(true);
  for (const line of [
    'Port 7999',
    'User git',
    'IdentitiesOnly yes',
    'StrictHostKeyChecking yes',
    'HostKeyAlias [git.localhost]:7999',
  ]) {
    expect(text('ssh_config')).toContain(`  ${line}\n`);
  }
  expect(text('ssh_config')).toContain(`UserKnownHostsFile "${folder}/known_hosts"`);
});

test('what git runs is one command for a shell, wherever the folder is', () => {
  expect(gitSshCommand('/a/b', 'writer')).toBe('ssh -F /a/b/ssh_config -i /a/b/ssh/writer');
  writeSshFiles(folder, outputs);
  const command = gitSshCommand(folder, 'writer')
    .replace(/^ssh -F /, 'ls ')
    .replace(' -i ', ' ');
  const { status, stdout } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .every((file) => existsSync(file)),
  ).toBe(true);
});
