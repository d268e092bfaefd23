import { App, TerraformStack } from 'cdktf';
import { Access } from '../constructs/git/access';
import { GlobalPermissions } from '../constructs/git/global-permissions';
import { Repository } from '../constructs/git/repository';
import { SshEndpoint } from '../constructs/git/ssh-endpoint';
import { TomcatGitServer } from '../constructs/git/tomcat-git-server';
import type { Environment } from '../constructs/environment';
import { Ldif } from '../constructs/ldap/ldif';
import { OpenLdapServer } from '../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../constructs/proxy/apache-proxy';
import { PublicUrl } from '../constructs/proxy/public-url';
import { VirtualHost } from '../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../constructs/tls/certificate-authority';
import { TlsPolicy } from '../constructs/tls/tls-policy';
import { GitTopology, type GitTopologyProps } from '../constructs/topology';
import { DemoStack } from '../stacks/demo-stack';
import { readSettings } from '../stacks/settings';
import { fakeCertificate, fakeDirectory } from './support/fakes';
import { ED25519 } from './support/ssh-keys';
import { synth, Synthesised, testStack } from './support/synth';

const SEED = Ldif.parse(
  'dn: ou=people,dc=example,dc=com\nobjectClass: organizationalUnit\nou: people\n\ndn: ou=groups,dc=example,dc=com\nobjectClass: organizationalUnit\nou: groups\n',
  'seed',
);
const REPOSITORIES = [new Repository('demo/hello', { readers: ['git-readers'] })];

/** A Git server with its directory, in an environment that has no proxy yet. */
function serverIn(env: Environment, access: Access): { git: TomcatGitServer; ca: CertificateAuthority } {
  const ca = new CertificateAuthority(env, 'ca');
  const certificate = ca.issue('ldap', { hosts: ['ldap'] });
  const ldap = new OpenLdapServer(env, 'ldap', { baseDn: 'dc=example,dc=com', certificate, seed: SEED });
  const git = new TomcatGitServer(env, 'git', { access, directories: [ldap.directory()], repositories: REPOSITORIES });
  return { git, ca };
}

describe('one URL reaches every place that needs it', () => {
  const url = PublicUrl.https('git.example.com', { port: 8443, contextPath: '/tools/git' });
  const stack = synth((env) => {
    const { git, ca } = serverIn(env, Access.behindProxy(url));
    const certificate = ca.issue('proxy', { hosts: [url.host] });
    new ApacheProxy(env, 'proxy', {
      virtualHosts: [VirtualHost.https(url, { certificate, proxyPass: [git.proxyPass()], redirectHttpPort: 8080 })],
    });
  });

  test('server.xml and the virtual host, as they are rendered', () => {
    const serverXml = stack.file('env/git', 'server.xml');
    const httpd = stack.file('env/proxy', 'httpd.conf');
    const wiring = [
      ...(/<Connector [^>]*>/
        .exec(serverXml)?.[0]
        .match(/(port|proxyName|proxyPort|scheme|secure|redirectPort)="[^"]*"/g) ?? []),
      ...(/<Context path="[^"]*"/.exec(serverXml) ?? []),
      ...httpd
        .split('\n')
        .map((line) => line.trim())
        .filter((line) =>
          /^(Listen|ServerName|Proxy(Pass|PassReverse) |RewriteRule |SSLCertificate\w*File)/.test(line),
        ),
    ];
    expect(wiring).toMatchSnapshot();
  });

  test('web.xml has the base URL, for clone URLs and links', () => {
    expect(stack.file('env/git', 'web.xml')).toContain('https://git.example.com:8443/tools/git');
  });
});

describe('what types cannot say stops at synth', () => {
  const https = PublicUrl.https('git.example.com');

  test('a server behind a proxy that no proxy serves', () => {
    expect(() => synth((env) => serverIn(env, Access.behindProxy(https)))).toThrow(
      /env\/git\].*a server behind a proxy that no proxy serves; give its proxyPass\(\) to a virtual host of https:\/\/git\.example\.com/,
    );
  });

  test('the proxyPass() of a server that is reached directly', () => {
    expect(() =>
      synth((env) => serverIn(env, Access.direct(PublicUrl.http('git.example.com', { port: 7990 }))).git.proxyPass()),
    ).toThrow(/env\/git: proxyPass\(\) of a server that is reached directly; make it with Access\.behindProxy/);
  });

  test('a virtual host with the proxyPass() of another URL', () => {
    expect(() =>
      synth((env) => {
        const { git, ca } = serverIn(env, Access.behindProxy(https));
        const other = PublicUrl.https('other.example.com');
        VirtualHost.https(other, { certificate: ca.issue('x', { hosts: [other.host] }), proxyPass: [git.proxyPass()] });
      }),
    ).toThrow(
      /VirtualHost\.https https:\/\/other\.example\.com: the proxyPass\(\) of .*env\/git, whose base URL is https:\/\/git\.example\.com/,
    );
  });

  test('a certificate for another host', () => {
    expect(() =>
      synth((env) => {
        const { git, ca } = serverIn(env, Access.behindProxy(https));
        VirtualHost.https(https, {
          certificate: ca.issue('x', { hosts: ['other.example.com'] }),
          proxyPass: [git.proxyPass()],
        });
      }),
    ).toThrow(/a certificate for other\.example\.com; give one that is issued for git\.example\.com/);
  });
});

test('a server that is reached directly publishes the port of its URL', () => {
  const stack = synth((env) => serverIn(env, Access.direct(PublicUrl.http('git.example.com', { port: 8123 }))));
  expect(stack.one('docker_container', 'env/git/container')['ports']).toEqual([
    { external: 8123, internal: 7990, ip: '127.0.0.1', protocol: 'tcp' },
  ]);
});

test('GitTopology is the same picture, with its parts at hand', () => {
  const url = PublicUrl.https('git.example.com');
  const topology = new GitTopology(testStack(), 'topology', {
    name: 'demo',
    url,
    redirectHttpPort: 80,
    baseDn: 'dc=example,dc=com',
    seed: SEED,
    repositories: REPOSITORIES,
    ssh: SshEndpoint.on(7999),
    sshPublicKeys: { 'ou=people,dc=example,dc=com': ED25519 },
  });
  expect(topology.git.sshUrl).toBe('ssh://git@git.example.com:7999');
  const stack = new Synthesised(TerraformStack.of(topology));
  expect(stack.file('topology/environment/ldap', 'ssh-keys/0001/change.ldif')).toContain('ou=people');
  expect(topology.git.proxyName).toBe('git.example.com');
  expect(topology.git.proxyPort).toBe(443);
  expect(topology.proxy?.proxyPass.map((rule) => rule.backendUrl)).toEqual(['http://git:7990/']);
  expect(topology.ldap.url).toBe('ldaps://ldap:636');
  expect(topology.environment.name).toBe('demo');
});

describe('GitTopology', () => {
  const make = (props: Partial<GitTopologyProps>): Synthesised => {
    const scope = testStack();
    new GitTopology(scope, 'topology', {
      name: 'demo',
      url: PublicUrl.http('git.example.com'),
      baseDn: 'dc=example,dc=com',
      seed: SEED,
      repositories: REPOSITORIES,
      ...props,
    });
    return new Synthesised(scope);
  };
  const git = 'topology/environment/git';

  test('asks more directories after its own, and passes global permissions on', () => {
    const stack = make({
      directories: [fakeDirectory({ name: 'partners', hostname: 'ldap.partner.example.com' })],
      globalPermissions: new GlobalPermissions({ licensedUser: { groups: ['staff'] } }),
    });
    const server = stack.file(git, 'server.xml');
    const urls = [...server.matchAll(/connectionURL="([^"]+)"/g)].map(([, url]) => url);
    expect(urls).toEqual(['ldaps://ldap:636', 'ldaps://ldap.partner.example.com:636']);
    expect(stack.file(git, 'licensed-groups')).toBe('staff\n');
  });

  test('what verify needs of the licence is an output, where there is a limit', () => {
    const limitOf = (groups: GlobalPermissions | undefined): unknown => {
      const stack = new DemoStack(new App(), 'https-proxy', 0, readSettings({}));
      const url = PublicUrl.http('git.example.com');
      const props = { ...stack.demo, repositories: REPOSITORIES, url, globalPermissions: groups };
      stack.outputs(new GitTopology(stack, 'topology', props));
      const { output } = stack.toTerraform() as { output: Record<string, { value: unknown }> };
      return output['licence_limit']?.value;
    };
    expect(limitOf(new GlobalPermissions({ licensedUser: { groups: ['staff'], limit: 25 } }))).toBe(25);
    expect(limitOf(new GlobalPermissions({ licensedUser: { groups: ['staff'] } }))).toBeUndefined();
    expect(limitOf(undefined)).toBeUndefined();
  });

  const https = PublicUrl.https('git.example.com', { port: 8443 });

  test('without a proxy Tomcat serves the URL itself, with a certificate for it where it is HTTPS', () => {
    const plain = make({ proxy: 'none' });
    expect(Object.keys(plain.all('docker_container'))).not.toContain('topology/environment/proxy/container');
    expect(plain.one('docker_container', `${git}/container`)['ports']).toMatchObject([
      { external: 80, internal: 7990 },
    ]);
    const tls = make({ proxy: 'none', url: https });
    expect(tls.one('docker_container', `${git}/container`)['ports']).toMatchObject([{ external: 8443 }]);
    expect(tls.one('tls_cert_request', 'topology/environment/ca/git/request')['dns_names']).toEqual([
      'git.example.com',
    ]);
  });

  test('behind a proxy a URL of plain HTTP needs no certificate', () => {
    const stack = make({});
    expect(stack.one('docker_container', 'topology/environment/proxy/container')['ports']).toMatchObject([
      { external: 80 },
    ]);
    expect(Object.keys(stack.all('tls_cert_request'))).toEqual(['topology/environment/ca/ldap/request']);
  });

  test.each([
    ['none', git, 'server.xml', 'protocols="TLSv1.3"'],
    ['apache', 'topology/environment/proxy', 'httpd.conf', 'SSLProtocol -all +TLSv1.3\n'],
    ['nginx', 'topology/environment/proxy', 'nginx.conf', 'ssl_protocols TLSv1.3;'],
  ] as const)('the TLS policy reaches what serves TLS (proxy: %s)', (proxy, loader, file, text) => {
    const { modern: tlsPolicy, intermediate } = TlsPolicy;
    expect(make({ url: https, proxy, tlsPolicy }).file(loader, file)).toContain(text);
    expect(make({ url: https, proxy, tlsPolicy: intermediate }).file(loader, file)).not.toContain(text);
    expect(make({ url: https, proxy }).file(loader, file)).not.toContain(text);
  });

  test('a published directory has a certificate for its name beyond the engine, too', () => {
    const stack = make({ publishLdap: { host: 'ldap.example.com' } });
    const request = 'topology/environment/ca/ldap/request';
    expect(stack.one('tls_cert_request', request)['dns_names']).toEqual(['ldap', 'ldap.example.com']);
    expect(make({}).one('tls_cert_request', request)['dns_names']).toEqual(['ldap']);
    const ldap = stack.one('docker_container', 'topology/environment/ldap/container');
    expect(ldap['ports']).toMatchObject([{ external: 636 }]);
  });

  test('nginx takes the place of Apache at the same addresses', () => {
    const [nginx, apache] = [make({ proxy: 'nginx', url: https }), make({ url: https })];
    expect(nginx.file('topology/environment/proxy', 'nginx.conf')).toContain('git.example.com');
    for (const type of ['docker_container', 'docker_volume', 'tls_private_key']) {
      expect(Object.keys(nginx.all(type))).toEqual(Object.keys(apache.all(type)));
    }
  });

  test.each(['none', 'apache', 'nginx'] as const)('a certificate of its own is served (proxy: %s)', (proxy) => {
    const stack = make({ url: https, proxy, certificate: fakeCertificate(https.host) });
    const file =
      proxy === 'none'
        ? stack.file(git, 'tls/chain.pem')
        : stack.file('topology/environment/proxy', 'tls/git.example.com_8443/chain.pem');
    expect(file).toContain('certificate of git.example.com');
  });

  test.each([
    [{ redirectHttpPort: 80 }, /redirectHttpPort 80 with a URL of plain HTTP; leave it out/],
    [{ url: https, proxy: 'none', redirectHttpPort: 80 }, /redirectHttpPort 80 with no proxy; leave it out/],
    [{ certificate: fakeCertificate('git.example.com') }, /certificate with a URL of plain HTTP; leave it out, or/],
    [{ tlsPolicy: TlsPolicy.modern }, /tlsPolicy with a URL of plain HTTP; leave it out, or/],
  ] as const)('refuses what would be ignored: %#', (props, message) => {
    expect(() => make(props)).toThrow(message);
  });
});
