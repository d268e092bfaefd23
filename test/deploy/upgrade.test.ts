import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceContainer } from '../../constructs/docker/service-container';
import { ServiceImage } from '../../constructs/docker/service-image';
import { Environment } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { Repository } from '../../constructs/git/repository';
import { TomcatGitServer } from '../../constructs/git/tomcat-git-server';
import { Ldif } from '../../constructs/ldap/ldif';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../../constructs/proxy/apache-proxy';
import { Hsts } from '../../constructs/proxy/hsts';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { BASE_DN, DemoAccounts, demoRepositories } from '../../stacks/demo-directory';
import { PROJECT } from '../../stacks/settings';
import { AdHocClient } from './support/ad-hoc-client';
import { AdHocStack, type Build } from './support/ad-hoc-stack';
import { command, succeed } from './support/command';
import { Load } from './support/load';

const HOST = 'upgrade.localhost';
const SERVICES = ['proxy', 'git', 'ldap'] as const;
/** Seconds that a deploy waits for a container that cannot become healthy. */
const PATIENCE = 60;
const isFull = process.env.TEST_SCALE === 'full';
const stack = new AdHocStack('upgrade');
const client = new AdHocClient();
const folders = mkdtempSync(join(tmpdir(), 'upgrade-'));
let port = 0;

interface Change {
  /** Folder of an image. */
  readonly proxyImage?: string;
  readonly gitImage?: string;
  /** One to pull. */
  readonly pulledImage?: string;
  readonly hsts?: Hsts;
  readonly repositories?: readonly Repository[];
  readonly entries?: string;
}

/** Everything as it was, but for the change. */
function topology(change: Change = {}): Build {
  return (scope, settings) => {
    port = settings.port(2);
    const env = new Environment(scope, 'env', settings.environment(0));
    const accounts = new DemoAccounts(scope, 'accounts');
    const ca = new CertificateAuthority(env, 'ca');
    const ldap = new OpenLdapServer(env, 'ldap', {
      baseDn: BASE_DN,
      certificate: ca.issue('ldap', { hosts: ['ldap'] }),
      seed: Ldif.parse(`${readFileSync(join(PROJECT, 'directory.ldif'), 'utf8')}\n${change.entries ?? ''}`),
      passwords: accounts.passwordsByDn,
    });
    const url = PublicUrl.https(HOST, { port });
    const git = new TomcatGitServer(env, 'git', {
      access: Access.behindProxy(url),
      directories: [ldap.directory()],
      repositories: [...demoRepositories(), ...(change.repositories ?? [])],
      image: ServiceImage.built(env, 'git-image', change.gitImage ?? 'git-server'),
    });
    const certificate = ca.issue('proxy', { hosts: [HOST] });
    new ApacheProxy(env, 'proxy', {
      virtualHosts: [VirtualHost.https(url, { certificate, proxyPass: [git.proxyPass()], hsts: change.hsts })],
      image:
        change.pulledImage === undefined
          ? ServiceImage.built(env, 'proxy-image', change.proxyImage ?? 'apache')
          : ServiceImage.named(env, 'proxy-image', change.pulledImage),
    });
    for (const service of ['git', 'proxy']) {
      const container = env.node.findChild(service).node.findChild('container');
      if (container instanceof ServiceContainer) container.container.addOverride('wait_timeout', PATIENCE);
    }
    return { ca: ca.caPem, users: accounts.passwords };
  };
}

const url = (): string => `https://${HOST}:${port}`;
const remote = (repository: string): string => `https://${HOST}:${port}/scm/${repository}.git`;
const heads = (): Promise<string> => client.git('reader', 'ls-remote', remote('demo/hello'));
const containerIds = (): Promise<string[]> => Promise.all(SERVICES.map((service) => stack.containerId(service)));

async function deploy(change?: Change): Promise<void> {
  const outputs = await stack.apply(topology(change));
  client.use(outputs['ca'] as string, outputs['users'] as Record<string, string>);
}

/** What is replaced, in short: `docker_container proxy_container`. */
async function planned(change: Change): Promise<string[]> {
  return (await stack.plan(topology(change)))
    .map((line) => line.replace(/^(\w+)\.env_(\S+?)_[0-9A-F]{8} (?:must|will) be /, '$1 $2 '))
    .sort();
}

/** Deploys a change under requests, of which each logs in, and gives the services whose containers were replaced. */
async function upgraded(what: string, change: Change): Promise<{ replaced: string[]; load: Load }> {
  const before = await containerIds();
  const load = new Load(async () => {
    const { status } = await client.curl(`${url()}/`, { user: 'reader' });
    if (status !== 200) throw new Error(`status ${status}`);
  });
  await sleep(1000);
  const started = Date.now();
  await deploy(change);
  const seconds = Math.round((Date.now() - started) / 1000);
  // Reloads are not part of a deploy, and come some seconds later.
  await sleep(5000);
  await load.stop();
  const after = await containerIds();
  process.stderr.write(
    `upgrade: ${what}: deployed in ${seconds} s, ${load.failures.length} of ${load.attempts} requests failed, ` +
      `${(load.interruption / 1000).toFixed(1)} s without service\n`,
  );
  return { replaced: SERVICES.filter((_, index) => before[index] !== after[index]), load };
}

/** The folder of an image of this project with something added, as another image. */
function nextImage(folder: string): string {
  const next = join(folders, `upgrade-${folder}`);
  cpSync(join(PROJECT, 'images', folder), next, { recursive: true });
  appendFileSync(join(next, 'Dockerfile'), 'LABEL upgrade-test="next"\n');
  return next;
}

function brokenImage(folder: string): string {
  const broken = join(folders, `broken-${folder}`);
  mkdirSync(broken);
  writeFileSync(
    join(broken, 'Dockerfile'),
    'ARG BASE_IMAGE=debian:trixie-slim\nFROM ${BASE_IMAGE}\nENTRYPOINT ["false"]\n',
  );
  return broken;
}

let pushed = '';

beforeAll(async () => {
  await deploy();
  await client.git('writer', 'clone', remote('demo/hello'), 'work');
  writeFileSync(join(client.folder, 'work', 'data'), 'which stays\n');
  await client.git('writer', '-C', 'work', 'add', 'data');
  const identity = ['-c', 'user.name=w', '-c', 'user.email=w@example.com'];
  await client.git('writer', '-C', 'work', ...identity, 'commit', '-m', 'data');
  await client.git('writer', '-C', 'work', 'push', 'origin', 'main');
  pushed = (await client.git('writer', '-C', 'work', 'rev-parse', 'HEAD')).trim();
});

afterAll(async () => {
  await stack.destroy();
  client.remove();
  const images = await succeed('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}']);
  const made = images.split('\n').filter((name) => /^cdktf-git-topology\/(upgrade|broken)-/.test(name));
  if (made.length > 0) await succeed('docker', ['rmi', ...made]);
  rmSync(folders, { recursive: true });
});

afterEach(async () => {
  expect(await heads()).toContain(pushed);
});

test('a setting of the proxy is reloaded: no request fails', async () => {
  const change = { hsts: Hsts.maxAge(700) };
  expect(await planned(change)).toEqual(['docker_container proxy_files_loader replaced']);
  const { replaced, load } = await upgraded('setting of the proxy', change);
  expect(replaced).toEqual([]);
  expect(load.failures).toEqual([]);
  expect((await client.curl(`${url()}/status`)).headers['strict-transport-security']).toContain('700');
});

test('an entry of the directory is made while it runs: no login fails', async () => {
  const change = {
    hsts: Hsts.maxAge(700),
    entries: `dn: ou=more,${BASE_DN}\nobjectClass: organizationalUnit\nou: more\n`,
  };
  expect(await planned(change)).toEqual(['docker_container ldap_files_loader replaced']);
  const { replaced, load } = await upgraded('entry of the directory', change);
  expect(replaced).toEqual([]);
  expect(load.failures).toEqual([]);
});

test('another image of the proxy replaces its container alone', async () => {
  const change = { proxyImage: nextImage('apache') };
  await deploy();
  expect(await planned(change)).toEqual([
    'docker_container proxy_container replaced',
    'docker_image proxy-image replaced',
  ]);
  const { replaced, load } = await upgraded('image of the proxy', change);
  expect(replaced).toEqual(['proxy']);
  expect(load.interruption).toBeLessThan(60_000);
  expect(await stack.drift()).toEqual([]);
});

test('another repository replaces the container of the Git server alone', async () => {
  await deploy();
  const change = { repositories: [new Repository('demo/extra', { readers: ['git-readers'], writers: [] })] };
  expect(await planned(change)).toEqual([
    'docker_container git_container replaced',
    'docker_container git_files_loader replaced',
    'random_id git_files_revision replaced',
  ]);
  const { replaced, load } = await upgraded('repository list', change);
  expect(replaced).toEqual(['git']);
  expect(load.interruption).toBeLessThan(120_000);
  expect(await client.git('reader', 'ls-remote', remote('demo/extra'))).toBe('');
});

test('an image that cannot be pulled fails the deploy before anything is replaced', async () => {
  await deploy();
  const before = await containerIds();
  await expect(deploy({ pulledImage: 'localhost:1/none/such:1' })).rejects.toThrow(/none\/such/);
  expect(await containerIds()).toEqual(before);
  expect((await client.curl(`${url()}/status`)).status).toBe(200);
  await deploy();
  expect(await containerIds()).toEqual(before);
});

// A deploy waits for it as long as it may take.
if (isFull) {
  test('an image that cannot start: the data stays, and the next deploy repairs it', async () => {
    await expect(deploy({ gitImage: brokenImage('git') })).rejects.toThrow(/healthy|exited|running/);
    expect((await client.curl(`${url()}/`, { user: 'reader' })).status).not.toBe(200);
    const { output } = await command('docker', ['volume', 'ls', '--format', '{{.Name}}']);
    expect(output.split('\n')).toContain(stack.container('git-data'));
    await deploy();
    expect((await client.curl(`${url()}/`, { user: 'reader' })).status).toBe(200);
  });
}
