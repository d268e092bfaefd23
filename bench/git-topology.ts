import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Environment } from '../constructs/environment';
import { Access } from '../constructs/git/access';
import { DirectAccess } from '../constructs/git/direct-access';
import { TomcatGitServer } from '../constructs/git/tomcat-git-server';
import { OpenLdapServer } from '../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../constructs/proxy/apache-proxy';
import { NginxProxy } from '../constructs/proxy/nginx-proxy';
import { PublicUrl } from '../constructs/proxy/public-url';
import { VirtualHost } from '../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../constructs/tls/certificate-authority';
import { BASE_DN, DemoAccounts, demoRepositories, demoSeed } from '../stacks/demo-directory';
import type { AdHocClient } from '../test/deploy/support/ad-hoc-client';
import type { AdHocStack } from '../test/deploy/support/ad-hoc-stack';
import { ClassicServer } from './classic-server';

/** A Git server behind each proxy, whose own port is open, too, and two that people build by hand. */
export const WAYS = [
  'apache',
  'tomcat behind apache',
  'nginx',
  'tomcat behind nginx',
  'classic apache',
  'classic nginx',
] as const;
export type Way = (typeof WAYS)[number];

export const REPOSITORY = 'demo/hello';
const PROXIES = { apache: ApacheProxy, nginx: NginxProxy } as const;
type Proxy = keyof typeof PROXIES;

export interface GitTopologyOfBench {
  readonly urls: Readonly<Record<Way, string>>;
  /** Answers without a login, through Apache. */
  readonly statusUrl: string;
  stop(): Promise<void>;
}

/** Deploys all of them; `client` gets their authorities and accounts. */
export async function deployWays(stack: AdHocStack, client: AdHocClient): Promise<GitTopologyOfBench> {
  const ports = new Map<Way, number>();
  const port = (way: Way): number => ports.get(way) ?? 0;
  const outputs = await stack.apply((scope, settings) => {
    WAYS.forEach((way, index) => ports.set(way, settings.port(index)));
    const env = new Environment(scope, 'env', settings.environment(0));
    const accounts = new DemoAccounts(scope, 'accounts', false);
    const ca = new CertificateAuthority(env, 'ca');
    const ldap = new OpenLdapServer(env, 'ldap', {
      baseDn: BASE_DN,
      certificate: ca.issue('ldap', { hosts: ['ldap'] }),
      seed: demoSeed(),
      passwords: accounts.passwordsByDn,
      // Each login of Argon2 costs some 40 ms by itself, on purpose, wherever it comes from.
      passwordHash: 'ssha',
    });
    for (const proxy of Object.keys(PROXIES) as Proxy[]) {
      const url = PublicUrl.https(`${proxy}.localhost`, { port: port(proxy) });
      const git = new TomcatGitServer(env, `git-${proxy}`, {
        access: Access.behindProxy(url, DirectAccess.open(port(`tomcat behind ${proxy}`))),
        directories: [ldap.directory()],
        repositories: demoRepositories(),
      });
      const certificate = ca.issue(proxy, { hosts: [url.host] });
      new PROXIES[proxy](env, `proxy-${proxy}`, {
        virtualHosts: [VirtualHost.https(url, { certificate, proxyPass: [git.proxyPass()] })],
      });
    }
    return { ca: ca.caPem, users: accounts.passwords, bindDn: ldap.bindDn, bindPassword: ldap.bindPassword };
  });
  const users = outputs['users'] as Record<string, string>;
  const caPem = outputs['ca'] as string;
  client.use(caPem, users);
  const ownUrl = (way: Proxy): string => `https://${way}.localhost:${port(way)}/scm/${REPOSITORY}.git`;
  const tomcatUrl = (proxy: Proxy): string =>
    `http://${proxy}.localhost:${port(`tomcat behind ${proxy}`)}/scm/${REPOSITORY}.git`;
  const empty = join(client.folder, 'empty.git');
  await client.git('writer', 'clone', '--quiet', '--bare', ownUrl('apache'), empty);
  const prefix = stack.container('').replace(/-$/, '');
  const classics = Object.fromEntries(
    (Object.keys(PROXIES) as Proxy[]).map((kind) => [
      kind,
      new ClassicServer(
        {
          kind,
          port: port(`classic ${kind}`),
          networks: { front: `${prefix}-front`, directory: `${prefix}-directory` },
          directory: {
            bindDn: outputs['bindDn'] as string,
            password: outputs['bindPassword'] as string,
            caPem,
          },
          account: { name: 'writer', password: users['writer'] ?? '' },
          repositories: { [REPOSITORY]: empty },
        },
        join(client.folder, `classic-${kind}`),
      ),
    ]),
  ) as Record<Proxy, ClassicServer>;
  const stop = async (): Promise<void> => {
    for (const classic of Object.values(classics)) await classic.stop();
  };
  try {
    for (const classic of Object.values(classics)) {
      await classic.stop();
      await classic.start();
      appendFileSync(client.caFile, readFileSync(classic.certificateFile));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    urls: {
      apache: ownUrl('apache'),
      'tomcat behind apache': tomcatUrl('apache'),
      nginx: ownUrl('nginx'),
      'tomcat behind nginx': tomcatUrl('nginx'),
      'classic apache': classics.apache.url(REPOSITORY),
      'classic nginx': classics.nginx.url(REPOSITORY),
    },
    statusUrl: `https://apache.localhost:${port('apache')}/status`,
    stop,
  };
}
