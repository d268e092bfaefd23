import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Environment } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { TomcatGitServer } from '../../constructs/git/tomcat-git-server';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { NginxProxy } from '../../constructs/proxy/nginx-proxy';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { BASE_DN, DemoAccounts, demoRepositories, demoSeed } from '../../stacks/demo-directory';
import { AdHocClient } from './support/ad-hoc-client';
import { AdHocStack, type Build } from './support/ad-hoc-stack';
import { command, succeed } from './support/command';

const HOST = 'existing.localhost';
const stack = new AdHocStack('existing');
const client = new AdHocClient();
/** Names that the environment would not give. */
const FRONT = stack.container('by-hand-front');
const DIRECTORY = stack.container('by-hand-directory');
const VOLUME = stack.container('by-hand-repositories');
const SUBNETS = { front: '172.29.250', directory: '172.29.251' } as const;
let port = 0;

const topology: Build = (scope, settings) => {
  port = settings.port(5);
  const env = new Environment(scope, 'env', {
    ...settings.environment(0),
    existingNetworks: { front: { name: FRONT, proxyAddress: `${SUBNETS.front}.2` }, directory: { name: DIRECTORY } },
    existingVolumes: { 'git-data': VOLUME },
  });
  const accounts = new DemoAccounts(scope, 'accounts');
  const ca = new CertificateAuthority(env, 'ca');
  const ldap = new OpenLdapServer(env, 'ldap', {
    baseDn: BASE_DN,
    certificate: ca.issue('ldap', { hosts: ['ldap'] }),
    seed: demoSeed(),
    passwords: accounts.passwordsByDn,
  });
  const url = PublicUrl.https(HOST, { port });
  const git = new TomcatGitServer(env, 'git', {
    access: Access.behindProxy(url),
    directories: [ldap.directory()],
    repositories: demoRepositories(),
  });
  const certificate = ca.issue('proxy', { hosts: [HOST] });
  new NginxProxy(env, 'proxy', {
    virtualHosts: [VirtualHost.https(url, { certificate, proxyPass: [git.proxyPass()] })],
  });
  return { ca: ca.caPem, users: accounts.passwords };
};

async function deploy(): Promise<void> {
  const outputs = await stack.apply(topology);
  client.use(outputs['ca'] as string, outputs['users'] as Record<string, string>);
}

const network = (name: string, subnet: string, ...options: readonly string[]): Promise<string> =>
  succeed('docker', [
    ...['network', 'create', '--subnet', `${subnet}.0/24`, '--ip-range', `${subnet}.128/25`, ...options, name],
  ]);

async function exist(): Promise<boolean[]> {
  const kinds = [
    ['network', FRONT],
    ['network', DIRECTORY],
    ['volume', VOLUME],
  ] as const;
  return Promise.all(
    kinds.map(async ([kind, name]) => (await command('docker', [kind, 'inspect', name])).status === 0),
  );
}

async function removeByHand(): Promise<void> {
  await command('docker', ['network', 'rm', FRONT, DIRECTORY]);
  await command('docker', ['volume', 'rm', '--force', VOLUME]);
}

afterAll(async () => {
  await stack.destroy();
  client.remove();
  await removeByHand();
});

test('a network that is not there fails the deploy before anything is made', async () => {
  await removeByHand();
  await expect(stack.apply(topology)).rejects.toThrow(/by-hand-/);
  expect(await exist()).toEqual([false, false, false]);
});

// A whole topology twice.
if (process.env.TEST_SCALE === 'full') {
  test('networks and a volume that were made by hand serve, and outlive the topology with their data', async () => {
    await network(FRONT, SUBNETS.front);
    await network(DIRECTORY, SUBNETS.directory, '--internal');
    await succeed('docker', ['volume', 'create', VOLUME]);
    await deploy();
    const remote = `https://${HOST}:${port}/scm/demo/hello.git`;
    await client.git('writer', 'clone', remote, 'work');
    writeFileSync(join(client.folder, 'work', 'data'), 'which stays\n');
    await client.git('writer', '-C', 'work', 'add', 'data');
    const identity = ['-c', 'user.name=w', '-c', 'user.email=w@example.com'];
    await client.git('writer', '-C', 'work', ...identity, 'commit', '-m', 'data');
    await client.git('writer', '-C', 'work', 'push', 'origin', 'main');
    const pushed = (await client.git('writer', '-C', 'work', 'rev-parse', 'HEAD')).trim();
    expect(await stack.plan(topology)).toEqual([]);

    await stack.takeDown();
    expect(await exist()).toEqual([true, true, true]);
    await deploy();
    expect(await client.git('reader', 'ls-remote', remote)).toContain(pushed);
  });

  test('a network of the wrong kind is refused', async () => {
    await stack.takeDown();
    await succeed('docker', ['network', 'rm', DIRECTORY]);
    await network(DIRECTORY, SUBNETS.directory);
    await expect(stack.apply(topology)).rejects.toThrow('must be an internal one');
  });
}
