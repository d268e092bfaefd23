import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from '../../scripts/stack/command-line';
import { refuseLeftovers } from '../../scripts/stack/leftovers';
import { previousPlace, writeOutFiles, type StackOutputs } from '../../scripts/stack/out-files';
import { processListening } from '../../scripts/stack/ports';
import { resourcesInState } from '../../scripts/stack/state';
import { chooseStack, chooseStacks, type SynthesisedStack } from '../../scripts/stack/synth';
import { prepareStateFile } from '../../stacks/local-files';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stack-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);
const known: SynthesisedStack[] = ['https-proxy', 'other'].map((name) => ({
  name,
  folder: '',
  resources: {},
  outputs: {},
  warnings: [],
}));

describe('command line', () => {
  test('stacks and switches', () => {
    expect(readCommandLine('', ['adopt'], ['user'], ['--adopt', '--user', 'ada', 'a', 'b'])).toEqual({
      stacks: ['a', 'b'],
      switches: new Set(['adopt']),
      values: new Map([['user', 'ada']]),
    });
  });

  test('what is unknown is refused', () => {
    expect(() => readCommandLine('', [], [], ['--adopt'])).toThrow(/Unknown option '--adopt'/);
  });

  test('the default stack, several, and one that there is not', () => {
    expect(chooseStacks(known, []).map(({ name }) => name)).toEqual(['https-proxy']);
    expect(chooseStacks(known, ['other', 'https-proxy', 'other']).map(({ name }) => name)).toEqual([
      'other',
      'https-proxy',
    ]);
    expect(() => chooseStacks(known, ['x'])).toThrow('stack: "x"; write one of https-proxy, other');
    expect(() => chooseStacks(known, ['bitbucket'])).toThrow(
      'stack: "bitbucket" without a licence; set BITBUCKET_LICENCE_FILE to the file of one',
    );
    expect(() => chooseStack(known, ['other', 'https-proxy'])).toThrow('name one stack at a time');
  });
});

describe('files', () => {
  const outputs: StackOutputs = {
    environment: 'e',
    base_url: 'https://git.localhost',
    clone_url: 'https://git.localhost/scm/<repository>.git',
    ldap_url: 'ldaps://ldap:636',
    proxy_name: 'git.localhost',
    proxy_port: 443,
    ca_pem: 'PEM',
    users: { writer: 'w' },
    ldap: { bind_dn: 'cn=x', password: 'p' },
  };

  test('out/ has what the contract names, and secrets in the closed file alone', () => {
    writeOutFiles(folder, outputs);
    writeOutFiles(folder, outputs);
    const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
    expect(Object.keys(JSON.parse(text('outputs.json')) as object)).toEqual([
      'base_url',
      'clone_url',
      'ssh_url',
      'ldap_url',
      'proxy_name',
      'proxy_port',
      'ca_file',
    ]);
    expect(JSON.parse(text('credentials.json'))).toEqual({
      users: { writer: 'w' },
      ldap: { bind_dn: 'cn=x', password: 'p' },
    });
    expect(text('ca.pem')).toBe('PEM');
    expect(mode(join(folder, 'credentials.json'))).toBe('600');
    expect(JSON.parse(text('outputs.json'))).toMatchObject({ ssh_url: null });
    expect(existsSync(join(folder, 'ssh'))).toBe(false);
  });

  test('with SSH, its URL and files are there, too', () => {
    writeOutFiles(folder, {
      ...outputs,
      ssh_url: 'ssh://git@git.localhost:7999',
      ssh_bind_address: '127.0.0.1',
      ssh_host_keys: ['ssh-ed25519 AAAA'],
      ssh_keys: { writer: 'KEY' },
    });
    expect(readFileSync(join(folder, 'outputs.json'), 'utf8')).toContain('"ssh_url": "ssh://git@git.localhost:7999"');
    expect(['ssh/writer', 'ssh_config', 'known_hosts'].every((file) => existsSync(join(folder, file)))).toBe(true);
  });

  test('of Bitbucket its administrator, and the URL of SSH without keys that nobody here knows', () => {
    const administrator = { username: 'setup', password: 's' };
    writeOutFiles(folder, { ...outputs, ssh_url: 'ssh://git@git.localhost:7993', administrator });
    expect(JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8'))).toMatchObject({ administrator });
    expect(readFileSync(join(folder, 'outputs.json'), 'utf8')).toContain('ssh://git@git.localhost:7993');
    expect(existsSync(join(folder, 'ssh_config'))).toBe(false);
  });

  test('where a stack was before is kept, through deploys that do not move it', () => {
    const moved = join(folder, 'moved');
    writeOutFiles(moved, outputs);
    expect(previousPlace(moved)).toBeUndefined();
    writeOutFiles(moved, { ...outputs, base_url: 'https://git.localhost/git' });
    writeOutFiles(moved, { ...outputs, base_url: 'https://git.localhost/git' });
    expect(previousPlace(moved)).toEqual({ baseUrl: 'https://git.localhost', sshUrl: undefined });
  });

  test('out/ has a file for each certificate request', () => {
    writeOutFiles(folder, { ...outputs, server_csr_pem: 'CSR' });
    expect(readFileSync(join(folder, 'server.csr'), 'utf8')).toBe('CSR');
  });

  test('a state file is closed before Terraform writes it, also one that was open', () => {
    const file = join(folder, 'state', 'a.tfstate');
    prepareStateFile(file);
    expect([mode(join(folder, 'state')), mode(file), mode(`${file}.backup`)]).toEqual(['700', '600', '600']);
    const open = join(folder, 'b.tfstate');
    writeFileSync(open, '{"resources":[{"type":"t","instances":[]}]}', { mode: 0o644 });
    prepareStateFile(open);
    expect(mode(open)).toBe('600');
    expect(resourcesInState(open)).toHaveLength(1);
    expect(resourcesInState(file)).toEqual([]);
    expect(resourcesInState(join(folder, 'missing'))).toEqual([]);
  });
});

test('what is left over is named with both ways out', () => {
  const found = [
    { kind: 'volume' as const, name: 'x-git-data' },
    { kind: 'network' as const, name: 'x-front' },
  ];
  const text = refuseLeftovers(found, 'https-proxy', 'state/https-proxy.tfstate');
  expect(text).toContain('the volumes x-git-data, network x-front');
  expect(text).toContain('npm run up -- --adopt https-proxy');
  expect(text).toContain('npm run down -- https-proxy');
});

test('a process that listens is named', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  expect(processListening((server.address() as AddressInfo).port)).toMatch(new RegExp(`\\(process ${process.pid}\\)$`));
  await new Promise((resolve) => server.close(resolve));
});
