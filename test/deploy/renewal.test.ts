import { LocallySignedCert } from '@cdktf/provider-tls/lib/locally-signed-cert';
import { Client } from 'ldapts';
import { setTimeout as sleep } from 'node:timers/promises';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { Environment } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { TomcatGitServer } from '../../constructs/git/tomcat-git-server';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../../constructs/proxy/apache-proxy';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { BASE_DN, DemoAccounts, demoRepositories, demoSeed } from '../../stacks/demo-directory';
import { TestFolder } from '../support/test-certificates';
import { command, succeed } from './support/command';
import { Load } from './support/load';
import { handshake, type Handshake } from './support/tls-client';
import { AdHocStack, type Build } from './support/ad-hoc-stack';
import { until } from './support/until';

const HOST = 'renewal.localhost';
const SERVICES = ['proxy', 'git', 'ldap'] as const;
const DAYS = 90;
const stack = new AdHocStack('renewal');
const folder = new TestFolder();
let port = 0;

interface Change {
  readonly hosts?: readonly string[];
  /** Certificates that are in their renewal window, whatever the day. */
  readonly renewNow?: readonly string[];
}

function topology({ hosts = [HOST], renewNow = [] }: Change = {}): Build {
  return (scope, settings) => {
    port = settings.port(1);
    const env = new Environment(scope, 'env', settings.environment(0));
    const accounts = new DemoAccounts(scope, 'accounts');
    const ca = new CertificateAuthority(env, 'ca');
    const ldap = new OpenLdapServer(env, 'ldap', {
      baseDn: BASE_DN,
      certificate: ca.issue('ldap', { hosts: ['ldap'], validityDays: DAYS }),
      seed: demoSeed(),
      passwords: accounts.passwordsByDn,
    });
    const url = PublicUrl.https(HOST, { port });
    const git = new TomcatGitServer(env, 'git', {
      access: Access.behindProxy(url),
      directories: [ldap.directory()],
      repositories: demoRepositories(),
    });
    const certificate = ca.issue('proxy', { hosts, validityDays: DAYS });
    new ApacheProxy(env, 'proxy', {
      virtualHosts: [VirtualHost.https(url, { certificate, proxyPass: [git.proxyPass()] })],
    });
    for (const id of renewNow) {
      // No prop can say it, because a certificate so set would be replaced at every deploy.
      const issued = ca.node.findChild(id).node.findChild('certificate');
      if (issued instanceof LocallySignedCert) issued.addOverride('early_renewal_hours', DAYS * 24);
    }
    return { ca: ca.caPem, users: accounts.passwords, bind: { dn: ldap.bindDn, password: ldap.bindPassword } };
  };
}

let ca = '';
let bind = { dn: '', password: '' };

const ofProxy = (): Promise<Handshake> => handshake({ port, servername: HOST, caPem: ca });
/** LDAP is not published; the engine's host has a way into every network. */
const ldapAddress = (): Promise<string> =>
  succeed('docker', [
    'inspect',
    '--format',
    '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
    stack.container('ldap'),
  ]).then((text) => text.trim());
const ofLdap = async (): Promise<Handshake> =>
  handshake({ host: await ldapAddress(), port: 636, servername: 'ldap', caPem: ca });
const containers = (): Promise<string[]> => Promise.all(SERVICES.map((service) => stack.containerId(service)));

afterAll(async () => {
  folder.remove();
  await stack.destroy();
});

test('deploy', async () => {
  const outputs = await stack.apply(topology());
  ca = outputs['ca'] as string;
  bind = outputs['bind'] as typeof bind;
  folder.write('ca.pem', ca);
  const { reader = '' } = outputs['users'] as Record<string, string>;
  folder.write('credentials', `https://reader:${reader}@${HOST}:${port}\n`);
  expect((await ofProxy()).issuer).toContain('cdktf-git-topology CA');
  expect((await ofLdap()).issuer).toContain('cdktf-git-topology CA');
});

const requests: Readonly<Record<string, () => Promise<void>>> = {
  'curl, a connection each': async () => {
    await succeed('curl', [
      ...['--silent', '--show-error', '--fail', '--noproxy', '*', '--max-time', '20', '--output', '/dev/null'],
      ...['--cacert', `${folder.path}/ca.pem`, `https://${HOST}:${port}/status`],
    ]);
  },
  'git ls-remote, with a login by LDAPS': async () => {
    const { status, output } = await command(
      'git',
      [
        ...[
          '-c',
          `http.sslCAInfo=${folder.path}/ca.pem`,
          '-c',
          `credential.helper=store --file=${folder.path}/credentials`,
        ],
        ...['ls-remote', `https://${HOST}:${port}/scm/demo/hello.git`],
      ],
      {
        env: {
          GIT_TERMINAL_PROMPT: '0',
          GIT_CONFIG_GLOBAL: '/dev/null',
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_SSL_CAINFO: undefined,
        },
      },
    );
    if (status !== 0) throw new Error(output);
  },
  'LDAP, a connection each': async () => {
    const client = await boundClient();
    await client.unbind();
  },
};

async function boundClient(): Promise<Client> {
  const client = new Client({
    url: `ldaps://${await ldapAddress()}:636`,
    tlsOptions: { ca, servername: 'ldap' },
    connectTimeout: 10_000,
    timeout: 10_000,
  });
  await client.bind(bind.dn, bind.password);
  return client;
}

test('certificates in their window are replaced, and nothing else; clients of proxy and directory see it at once', async () => {
  const [proxyBefore, ldapBefore, idsBefore] = [await ofProxy(), await ofLdap(), await containers()];
  const change = topology({ renewNow: ['proxy', 'ldap'] });
  expect((await stack.plan(change)).sort()).toEqual(
    [
      /^docker_container\.env_ldap_files_loader_.* must be replaced$/,
      /^docker_container\.env_proxy_files_loader_.* must be replaced$/,
      /^tls_locally_signed_cert\.env_ca_ldap_certificate_.* must be replaced$/,
      /^tls_locally_signed_cert\.env_ca_proxy_certificate_.* must be replaced$/,
    ].map((pattern) => expect.stringMatching(pattern) as string),
  );
  const held = await boundClient();
  const loads = Object.entries(requests).map(([name, act]) => ({ name, load: new Load(act) }));
  await sleep(2000);
  await stack.apply(change);
  const proxyAfter = await until(ofProxy, ({ serial }) => serial !== proxyBefore.serial, 15);
  const ldapAfter = await until(ofLdap, ({ serial }) => serial !== ldapBefore.serial, 15);
  await sleep(3000);
  await Promise.all(loads.map(({ load }) => load.stop()));

  expect(proxyAfter.serial).not.toBe(proxyBefore.serial);
  expect(ldapAfter.serial).not.toBe(ldapBefore.serial);
  expect([proxyAfter.publicKey, ldapAfter.publicKey]).toEqual([proxyBefore.publicKey, ldapBefore.publicKey]);
  expect(await containers()).toEqual(idsBefore);
  // The connection from before goes on.
  const { searchEntries } = await held.search(`ou=people,${BASE_DN}`, { filter: '(uid=reader)' });
  expect(searchEntries).toHaveLength(1);
  await held.unbind();
  for (const { name, load } of loads) {
    const { attempts, failures, interruption } = load;
    process.stderr.write(`renewal: ${name}: ${attempts} requests, ${failures.length} failed, ${interruption} ms\n`);
    expect(attempts).toBeGreaterThan(20);
    expect(failures.map(({ what }) => what)).toEqual([]);
  }
});

test('a name that is added replaces the certificate of the proxy alone, which reloads', async () => {
  const [before, ids] = [await ofProxy(), await containers()];
  const change = topology({ hosts: [HOST, `*.${HOST}`] });
  expect((await stack.plan(change)).sort()).toEqual(
    [
      /^docker_container\.env_proxy_files_loader_.* must be replaced$/,
      /^tls_cert_request\.env_ca_proxy_request_.* must be replaced$/,
      // Its renewal window is the default one again.
      /^tls_locally_signed_cert\.env_ca_ldap_certificate_.* will be updated in-place$/,
      /^tls_locally_signed_cert\.env_ca_proxy_certificate_.* must be replaced$/,
    ].map((pattern) => expect.stringMatching(pattern) as string),
  );
  await stack.apply(change);
  const after = await until(ofProxy, ({ serial }) => serial !== before.serial, 15);
  expect(after.serial).not.toBe(before.serial);
  expect(after.publicKey).toBe(before.publicKey);
  expect(await containers()).toEqual(ids);
});

test('the configuration through which the directory is told of a certificate is open to nobody else', async () => {
  const search = (...who: readonly string[]): Promise<{ status: number; output: string }> =>
    command('docker', ['exec', ...who, '-LLL', '-b', 'cn=config', '-s', 'base', 'olcTLSCertificateFile']);
  const socket = ['ldapsearch', '-H', 'ldapi://%2Frun%2Fopenldap%2Fldapi', '-Y', 'EXTERNAL', '-Q'];
  const own = await search(stack.container('ldap'), ...socket);
  expect(own.output).toContain('olcTLSCertificateFile: /files/current/tls/chain.pem');
  const asRoot = await search('--user', '0:0', stack.container('ldap'), ...socket);
  expect(asRoot.output).not.toContain('olcTLS');
  const client = await boundClient();
  await expect(client.search('cn=config', { scope: 'base' })).rejects.toThrow('0x20');
  await client.unbind();
});
