import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Environment } from '../constructs/environment';
import { Access } from '../constructs/git/access';
import { DirectAccess } from '../constructs/git/direct-access';
import { TomcatGitServer } from '../constructs/git/tomcat-git-server';
import { OpenLdapServer } from '../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../constructs/proxy/apache-proxy';
import { PublicUrl } from '../constructs/proxy/public-url';
import { VirtualHost } from '../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../constructs/tls/certificate-authority';
import { BASE_DN, DemoAccounts, demoRepositories, demoSeed } from '../stacks/demo-directory';
import { AdHocClient } from '../test/deploy/support/ad-hoc-client';
import { AdHocStack } from '../test/deploy/support/ad-hoc-stack';
import type { Bench, Measurement } from './bench';
import { inTurn, median } from './statistics';

const HOST = 'bench.localhost';
/** Megabytes of a clone, and of each push: random bytes, which nothing makes smaller. */
const CLONE_MB = 32;
const PUSH_MB = 8;
const TIMES = 5;
/** libcurl 7.88 (Debian 12) never sends the end of some uploads over HTTP/2, whoever the server is. */
const HTTP = ['-c', 'http.version=HTTP/1.1'];
const AUTHOR = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];

/** What the proxy, with its TLS, costs clones and pushes. */
export const transferBench: Bench = {
  name: 'transfer',
  about: 'clones and pushes through Apache with HTTPS against Tomcat itself with HTTP',
  run: async (say) => {
    const stack = new AdHocStack('bench');
    const client = new AdHocClient();
    try {
      const urls = await deploy(stack, client, say);
      return await measure(client, urls, say);
    } finally {
      client.remove();
      await stack.destroy();
    }
  },
};

interface Urls {
  readonly proxied: string;
  readonly direct: string;
}

async function deploy(stack: AdHocStack, client: AdHocClient, say: (line: string) => void): Promise<Urls> {
  say('deploying a server behind a proxy');
  let ports = { https: 0, http: 0 };
  const outputs = await stack.apply((scope, settings) => {
    ports = { https: settings.port(0), http: settings.port(1) };
    const env = new Environment(scope, 'env', settings.environment(0));
    const accounts = new DemoAccounts(scope, 'accounts');
    const ca = new CertificateAuthority(env, 'ca');
    const url = PublicUrl.https(HOST, { port: ports.https });
    const ldap = new OpenLdapServer(env, 'ldap', {
      baseDn: BASE_DN,
      certificate: ca.issue('ldap', { hosts: ['ldap'] }),
      seed: demoSeed(),
      passwords: accounts.passwordsByDn,
    });
    const git = new TomcatGitServer(env, 'git', {
      access: Access.behindProxy(url, DirectAccess.open(ports.http)),
      directories: [ldap.directory()],
      repositories: demoRepositories(),
    });
    const certificate = ca.issue('proxy', { hosts: [HOST] });
    new ApacheProxy(env, 'proxy', {
      virtualHosts: [VirtualHost.https(url, { certificate, proxyPass: [git.proxyPass()] })],
    });
    return { ca: ca.caPem, users: accounts.passwords };
  });
  client.use(outputs['ca'] as string, outputs['users'] as Record<string, string>);
  const path = 'scm/demo/hello.git';
  return { proxied: `https://${HOST}:${ports.https}/${path}`, direct: `http://${HOST}:${ports.http}/${path}` };
}

async function measure(client: AdHocClient, urls: Urls, say: (line: string) => void): Promise<Measurement[]> {
  const git = (...args: readonly string[]): Promise<string> => client.git('writer', ...HTTP, ...args);
  await git('clone', '--quiet', urls.direct, 'work');
  let files = 0;
  const commit = async (megabytes: number): Promise<void> => {
    files += 1;
    writeFileSync(join(client.folder, 'work', `file-${files}`), randomBytes(megabytes * 1024 * 1024));
    await git('-C', 'work', 'add', '.');
    await git('-C', 'work', ...AUTHOR, 'commit', '--quiet', '-m', `file ${files}`);
  };
  await commit(CLONE_MB);
  await git('-C', 'work', 'push', '--quiet', urls.direct, 'main');
  say(`${TIMES} clones of ${CLONE_MB} MB each way`);
  const clone = (url: string) => async (): Promise<void> => {
    await git('clone', '--quiet', '--bare', url, 'clone');
    rmSync(join(client.folder, 'clone'), { recursive: true });
  };
  const clones = (await inTurn(TIMES, clone(urls.proxied), clone(urls.direct))).map(median);
  say(`${TIMES} pushes of ${PUSH_MB} MB each way`);
  const pushes: [number[], number[]] = [[], []];
  for (let round = 0; round < TIMES; round++) {
    for (const [way, url] of [urls.proxied, urls.direct].entries()) {
      await commit(PUSH_MB);
      const started = performance.now();
      await git('-C', 'work', 'push', '--quiet', url, 'main');
      pushes[way]?.push(performance.now() - started);
    }
  }
  return [...figures('clone', CLONE_MB, clones), ...figures('push', PUSH_MB, pushes.map(median))];
}

function figures(what: string, megabytes: number, [proxied = 0, direct = 0]: readonly number[]): Measurement[] {
  return [
    { what: `${what} through the proxy`, value: (megabytes / proxied) * 1000, unit: 'MB/s' },
    { what: `${what} of Tomcat itself`, value: (megabytes / direct) * 1000, unit: 'MB/s' },
    { what: `time of a ${what} through the proxy, against Tomcat itself`, value: proxied / direct, unit: 'x' },
  ];
}
