import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { Hsts } from '../../constructs/proxy/hsts';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { Environment } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { DirectAccess } from '../../constructs/git/direct-access';
import { ExternalProxy } from '../../constructs/git/external-proxy';
import { Repository } from '../../constructs/git/repository';
import { TomcatGitServer } from '../../constructs/git/tomcat-git-server';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../../constructs/proxy/apache-proxy';
import { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { GitTopology } from '../../constructs/topology';
import { BASE_DN, DemoAccounts, demoRepositories, demoSeed } from '../../stacks/demo-directory';
import { TlsPolicy } from '../../constructs/tls/tls-policy';
import { AdHocStack, type Build } from './support/ad-hoc-stack';
import { AdHocClient } from './support/ad-hoc-client';
import { command, succeed } from './support/command';
import { probeDuring } from './support/probe';
import { until } from './support/until';

const stack = new AdHocStack('access');

describe('two Git servers under two paths of one proxy, whose own ports redirect and are open', () => {
  const client = new AdHocClient();
  let ports = { https: 0, redirect: 0, open: 0 };
  afterAll(async () => {
    client.remove();
    await stack.destroy();
  });

  test('deploy', async () => {
    const outputs = await stack.apply((scope, settings) => {
      ports = { https: settings.port(0), redirect: settings.port(1), open: settings.port(2) };
      const env = new Environment(scope, 'env', settings.environment(0));
      const accounts = new DemoAccounts(scope, 'accounts');
      const ca = new CertificateAuthority(env, 'ca');
      const ldap = new OpenLdapServer(env, 'ldap', {
        baseDn: BASE_DN,
        certificate: ca.issue('ldap', { hosts: ['ldap'] }),
        seed: demoSeed(),
        passwords: accounts.passwordsByDn,
      });
      const host = 'two.localhost';
      const one = PublicUrl.https(host, { port: ports.https, contextPath: '/git' });
      const two = PublicUrl.https(host, { port: ports.https, contextPath: '/tools/git' });
      const directories = [ldap.directory()];
      const first = new TomcatGitServer(env, 'git', {
        access: Access.behindProxy(one, DirectAccess.redirect(ports.redirect)),
        directories,
        repositories: demoRepositories(),
      });
      const second = new TomcatGitServer(env, 'second', {
        access: Access.behindProxy(two, DirectAccess.open(ports.open)),
        directories,
        repositories: [new Repository('other', { readers: ['git-readers'], readme: '# Other\n' })],
      });
      new ApacheProxy(env, 'proxy', {
        virtualHosts: [
          VirtualHost.https(PublicUrl.https(host, { port: ports.https }), {
            certificate: ca.issue('proxy', { hosts: [host] }),
            proxyPass: [first.proxyPass(), second.proxyPass()],
            http2: false,
          }),
        ],
      });
      return { ca: ca.caPem, users: accounts.passwords };
    });
    client.use(outputs['ca'] as string, outputs['users'] as Record<string, string>);
  });

  test('each path leads to its own server', async () => {
    const base = `https://two.localhost:${ports.https}`;
    const first = await client.curl(`${base}/git/`, { user: 'reader' });
    const second = await client.curl(`${base}/tools/git/`, { user: 'reader' });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.body).toContain(`${base}/git/scm/demo/hello.git`);
    expect(second.body).toContain(`${base}/tools/git/scm/other.git`);
    await client.git('reader', 'ls-remote', `${base}/git/scm/demo/hello.git`);
    await client.git('reader', 'ls-remote', `${base}/tools/git/scm/other.git`);
    expect((await client.curl(`${base}/`)).status).toBe(404);
    expect((await client.curl(`${base}/git/scm/other.git/info/refs`, { user: 'reader' })).status).toBe(403);
  });

  test('HTTP/2 is not spoken where it is switched off', async () => {
    const connection = ['-connect', `127.0.0.1:${ports.https}`, '-servername', 'two.localhost', '-alpn', 'h2,http/1.1'];
    expect((await command('openssl', ['s_client', ...connection])).output).toContain('ALPN protocol: http/1.1');
  });

  test.each(['/git/', '/git/status', '/git/scm/demo/hello.git/info/refs?service=git-upload-pack', '/git/nothing'])(
    'port 7990 redirects %s to the same path of the base URL, before it asks for a password',
    async (path) => {
      const { status, headers } = await client.curl(`http://two.localhost:${ports.redirect}${path}`);
      expect(status).toBe(308);
      expect(headers['location']).toBe(`https://two.localhost:${ports.https}${path}`);
    },
  );

  test('port 7990 redirects to the name of the proxy, whatever Host and X-Forwarded-Proto say', async () => {
    const { status, headers } = await client.curl(`http://two.localhost:${ports.redirect}/git/`, {
      headers: ['Host: evil.example', 'X-Forwarded-Proto: https', 'X-Forwarded-For: 127.0.0.1'],
    });
    expect(status).toBe(308);
    expect(headers['location']).toBe(`https://two.localhost:${ports.https}/git/`);
  });

  test('a push to port 7990 is redirected, too, with its method', async () => {
    const { status, headers } = await client.curl(
      `http://two.localhost:${ports.redirect}/git/scm/demo/hello.git/git-receive-pack`,
      { method: 'POST' },
    );
    expect(status).toBe(308);
    expect(headers['location']).toContain(`https://two.localhost:${ports.https}/git/scm/`);
  });

  test('git follows the redirect', async () => {
    const url = `http://two.localhost:${ports.redirect}/git/scm/demo/hello.git`;
    expect(await client.git('reader', 'ls-remote', url)).toContain('refs/heads/main');
  });

  test('the open port answers, with its login, and names the base URL', async () => {
    const open = `http://two.localhost:${ports.open}/tools/git`;
    expect((await client.curl(`${open}/`)).status).toBe(401);
    const { status, body } = await client.curl(`${open}/`, { user: 'reader' });
    expect(status).toBe(200);
    expect(body).toContain(`https://two.localhost:${ports.https}/tools/git/scm/other.git`);
    expect(await client.git('reader', 'ls-remote', `${open}/scm/other.git`)).toContain('refs/heads/main');
  });

  test('on the open port nobody is believed to be a proxy', async () => {
    await client.curl(`http://two.localhost:${ports.open}/tools/git/?spoof`, {
      user: 'reader',
      headers: ['X-Forwarded-For: 192.0.2.77'],
    });
    expect(await stack.logs('second')).not.toContain('192.0.2.77');
  });
});

describe('direct HTTPS with the modern policy', () => {
  const client = new AdHocClient();
  const host = 'direct.localhost';
  let port = 0;
  afterAll(async () => {
    client.remove();
    await stack.destroy();
  });

  const deploy = async (...hosts: readonly string[]): Promise<void> => {
    const outputs = await stack.apply((scope, settings) => {
      port = settings.port(0);
      const env = new Environment(scope, 'env', settings.environment(0));
      const accounts = new DemoAccounts(scope, 'accounts');
      const ca = new CertificateAuthority(env, 'ca');
      const ldap = new OpenLdapServer(env, 'ldap', {
        baseDn: BASE_DN,
        certificate: ca.issue('ldap', { hosts: ['ldap'] }),
        seed: demoSeed(),
        passwords: accounts.passwordsByDn,
      });
      const certificate = ca.issue('git', { hosts });
      new TomcatGitServer(env, 'git', {
        access: Access.direct(PublicUrl.https(host, { port }), certificate, {
          tlsPolicy: TlsPolicy.modern,
          hsts: Hsts.maxAge(600),
        }),
        directories: [ldap.directory()],
        repositories: demoRepositories(),
        maxThreads: 20,
      });
      return { ca: ca.caPem, users: accounts.passwords };
    });
    client.use(outputs['ca'] as string, outputs['users'] as Record<string, string>);
  };
  const handshake = (...args: readonly string[]): Promise<{ output: string }> =>
    command('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', host, ...args]);
  const serial = async (): Promise<string> => {
    const { output } = await handshake();
    return succeed('openssl', ['x509', '-noout', '-serial'], { input: output });
  };
  const cloneUrl = (): string => `https://${host}:${port}/scm/demo/hello.git`;

  test('deploy', () => deploy(host));

  test('answers git over TLS 1.3 and refuses TLS 1.2', async () => {
    await client.git('reader', 'ls-remote', cloneUrl());
    expect((await handshake('-tls1_3')).output).toMatch(/New, TLSv1\.3/);
    expect((await handshake('-tls1_2')).output).not.toMatch(/New, TLSv1\.2/);
    expect((await handshake('-tls1_2')).output).toMatch(/alert protocol version/);
  });

  test('says for how long browsers stay with HTTPS', async () => {
    const { headers } = await client.curl(`https://${host}:${port}/`);
    expect(headers['strict-transport-security']).toBe('max-age=600');
  });

  test('a name added to its certificate is served without a restart, and no request fails', async () => {
    const [before, id] = [await serial(), await stack.containerId('git')];
    const { attempts, failures } = await probeDuring(
      () => client.git('reader', 'ls-remote', cloneUrl()),
      async () => {
        await deploy(host, 'also.localhost');
        await until(serial, (answer) => answer !== before, 20);
      },
    );
    expect(await serial()).not.toBe(before);
    expect(await stack.containerId('git')).toBe(id);
    expect(failures).toEqual([]);
    expect(attempts).toBeGreaterThan(10);
    const { status } = await client.curl(`https://also.localhost:${port}/status`);
    expect(status).toBe(404);
  });
});

describe('proxy and server on different machines', () => {
  const client = new AdHocClient();
  const url = { host: 'elsewhere.localhost', port: 0 };
  const inside = { bind: '127.0.0.1', port: 0 };
  /** Where the proxy's container finds this machine, and where this machine's own connections to containers come from. */
  let gateways = { proxy: '', server: '' };
  let relay: Server | undefined;
  afterAll(async () => {
    relay?.close();
    client.remove();
    await stack.destroy();
  });

  const base = (): string => `https://${url.host}:${url.port}/git`;
  const direct = (path: string, ...args: readonly string[]): Promise<string> =>
    succeed('curl', [
      '-sS',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      ...args,
      `http://127.0.0.1:${inside.port}${path}`,
    ]);

  test('deploy', async () => {
    const outputs = await stack.apply((scope, settings) => {
      url.port = settings.port(0);
      inside.port = settings.port(1);
      const publicUrl = PublicUrl.https(url.host, { port: url.port, contextPath: '/git' });
      const near = new Environment(scope, 'near', settings.environment(0));
      const far = new Environment(scope, 'far', settings.environment(1));
      gateways = { proxy: far.front.subnet.gateway, server: near.front.subnet.gateway };
      const accounts = new DemoAccounts(scope, 'accounts');
      const ca = new CertificateAuthority(near, 'ca');
      const ldap = new OpenLdapServer(near, 'ldap', {
        baseDn: BASE_DN,
        certificate: ca.issue('ldap', { hosts: ['ldap'] }),
        seed: demoSeed(),
        passwords: accounts.passwordsByDn,
      });
      new TomcatGitServer(near, 'git', {
        access: Access.behindProxy(publicUrl, ExternalProxy.at({ ...inside, allowFrom: [gateways.server] })),
        directories: [ldap.directory()],
        repositories: demoRepositories(),
      });
      new ApacheProxy(far, 'proxy', {
        virtualHosts: [
          VirtualHost.https(publicUrl, {
            certificate: ca.issue('proxy', { hosts: [url.host] }),
            proxyPass: [ProxyPass.to(publicUrl, `http://${gateways.proxy}:${inside.port}`)],
          }),
        ],
      });
      return { ca: ca.caPem, users: accounts.passwords };
    });
    client.use(outputs['ca'] as string, outputs['users'] as Record<string, string>);
    // What a network between two machines does: bytes for the proxy's side of this one go to the server's.
    relay = createServer((socket) => {
      const onward = connect(inside.port, inside.bind);
      socket.pipe(onward).pipe(socket);
      for (const end of [socket, onward]) end.on('error', () => [socket, onward].forEach((each) => each.destroy()));
    }).listen(inside.port, gateways.proxy);
    await once(relay, 'listening');
  });

  test('git and pages through the proxy have the base URL', async () => {
    expect(await client.git('reader', 'ls-remote', `${base()}/scm/demo/hello.git`)).toContain('refs/heads/main');
    const { status, body } = await client.curl(`${base()}/`, { user: 'reader' });
    expect(status).toBe(200);
    expect(body).toContain(`${base()}/scm/demo/hello.git`);
    expect(body).not.toContain(String(inside.port));
  });

  test('the client is who the proxy says, and not who the client says', async () => {
    await client.curl(`${base()}/?who`, {
      user: 'reader',
      headers: ['X-Forwarded-For: 192.0.2.66', 'User-Agent: who'],
    });
    const line = (await stack.logs('git')).split('\n').find((text) => text.includes('"agent":"who"'));
    // The proxy got the request from the gateway of its own network.
    expect(JSON.parse(line ?? '')).toMatchObject({ client: gateways.proxy, user: 'reader' });
  });

  test('the published port answers the allowed address, and refuses every other', async () => {
    expect(await direct('/git/status')).toBe('200');
    const others = await succeed('docker', [
      ...['exec', stack.container('git'), 'curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}'],
      'http://git:7990/git/status',
    ]);
    expect(others).toBe('403');
  });
});

describe('Apache, then nginx', () => {
  const client = new AdHocClient();
  const host = 'switched.localhost';
  let port = 0;
  afterAll(async () => {
    client.remove();
    await stack.destroy();
  });

  const topology =
    (proxy: 'apache' | 'nginx'): Build =>
    (scope, settings) => {
      port = settings.port(0);
      const accounts = new DemoAccounts(scope, 'accounts');
      const topology = new GitTopology(scope, 'topology', {
        ...settings.environment(0),
        url: PublicUrl.https(host, { port }),
        proxy,
        tlsPolicy: TlsPolicy.modern,
        baseDn: BASE_DN,
        seed: demoSeed(),
        passwords: accounts.passwordsByDn,
        repositories: demoRepositories(),
      });
      return { ca: topology.certificateAuthority.caPem, users: accounts.passwords };
    };

  /** The policy is the modern one; HTTP/2 is spoken. */
  const speaksModernTls = async (): Promise<void> => {
    const connection = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', host];
    const { output } = await command('openssl', [...connection, '-tls1_3', '-alpn', 'h2,http/1.1']);
    expect(output).toMatch(/New, TLSv1\.3/);
    expect(output).toContain('ALPN protocol: h2');
    expect((await command('openssl', [...connection, '-tls1_2'])).output).toMatch(/alert protocol version/);
  };

  test('the plan touches the proxy alone', async () => {
    const outputs = await stack.apply(topology('apache'));
    client.use(outputs['ca'] as string, outputs['users'] as Record<string, string>);
    const changes = await stack.plan(topology('nginx'));
    expect(changes.length).toBeGreaterThan(0);
    await speaksModernTls();
    expect(changes.filter((change) => !/^docker_(container|image)\.topology_environment_proxy_/.test(change))).toEqual(
      [],
    );
  });

  test('what was pushed is there, and the Git server and the directory have not even restarted', async () => {
    const url = `https://${host}:${port}/scm/demo/hello.git`;
    await client.git('writer', 'clone', url, 'hello');
    await client.git(
      'writer',
      '-C',
      'hello',
      '-c',
      'user.name=w',
      '-c',
      'user.email=w@example.com',
      'commit',
      '--allow-empty',
      '-m',
      'x',
    );
    await client.git('writer', '-C', 'hello', 'push');
    const head = await client.git('writer', '-C', 'hello', 'rev-parse', 'HEAD');
    const running = (): Promise<string[]> => Promise.all(['git', 'ldap'].map((service) => stack.containerId(service)));
    const before = await running();
    await stack.apply(topology('nginx'));
    expect(await running()).toEqual(before);
    expect(await client.git('reader', 'ls-remote', url, 'refs/heads/main')).toContain(head.trim());
    expect(await succeed('docker', ['exec', stack.container('proxy'), 'nginx', '-v'])).toContain('nginx');
    await speaksModernTls();
  });
});
