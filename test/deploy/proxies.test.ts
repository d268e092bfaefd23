import { setTimeout as sleep } from 'node:timers/promises';
import type { Construct } from 'constructs';
import { Environment } from '../../constructs/environment';
import { ApacheProxy } from '../../constructs/proxy/apache-proxy';
import { Hsts } from '../../constructs/proxy/hsts';
import { NginxProxy } from '../../constructs/proxy/nginx-proxy';
import { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { PublicUrl, type HttpsUrl } from '../../constructs/proxy/public-url';
import type { ReverseProxyProps } from '../../constructs/proxy/reverse-proxy';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { Certificate } from '../../constructs/tls/certificate';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { smugglingShapes } from './suites/conformance';
import { AdHocStack } from './support/ad-hoc-stack';
import { command, succeed } from './support/command';
import { EchoBackend, response, type RecordedRequest } from './support/echo-backend';
import { exchange, RawConnection, type RawTarget } from './support/raw-connection';
import { OcspResponder } from './support/ocsp-responder';
import { startRelay } from './support/relay';
import { makeCertificate, type MadeCertificate } from './support/make-certificate';

/** Longer than the 60 s that proxies wait by their own defaults. */
const SILENCE_SECONDS = process.env.TEST_SCALE === 'full' ? 70 : 3;
const MAX_REQUESTS = 8;

interface Settings {
  readonly hsts?: Hsts;
  readonly backendCa?: string;
  /** Certificate of one more host, which names an OCSP responder. */
  readonly stapled?: MadeCertificate;
}

// Each in front of the same backends, which record what they get; the proxies listen where people have them listen, on
// an address of this machine that nothing else uses.
describe.each([
  ['Apache', ApacheProxy],
  ['nginx', NginxProxy],
])('%s', (kind, Proxy) => {
  const stack = new AdHocStack(kind.toLowerCase());
  const one = new EchoBackend('one', {
    '/silent': async (request) => {
      await sleep(SILENCE_SECONDS * 1000);
      request.answer(response('at last'));
    },
    '/stream': (request) => request.answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n'),
    '/redirect': (request) => {
      const [host = ''] = request.headers('Host');
      request.answer(`HTTP/1.1 302 Found\r\nLocation: http://${host}/there\r\nContent-Length: 0\r\n\r\n`);
    },
    '/redirect-inside': (request, backend) => {
      const location = `http://${gateway}:${backend.port}/there`;
      request.answer(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
    },
    '/hsts': (request) => request.answer(response('x', ['Strict-Transport-Security: max-age=1; includeSubDomains'])),
  });
  const two = new EchoBackend('two');
  let secured: EchoBackend;
  let backendCertificate: MadeCertificate;
  let address = '';
  let gateway = '';
  let image = '';
  let ca = '';

  const target = (port: number, serverName?: string): RawTarget => ({
    address,
    port,
    ...(serverName === undefined ? {} : { tls: { serverName, ca } }),
  });
  const a = (): RawTarget => target(443, 'a.localhost');
  const get = (at: RawTarget, host: string, path: string, headers: readonly string[] = []): Promise<RawConnection> =>
    exchange(at, [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...headers, '', ''].join('\r\n'), 30);
  const only = (requests: readonly RecordedRequest[]): RecordedRequest => {
    expect(requests).toHaveLength(1);
    return requests[0] as RecordedRequest;
  };
  const relay = (name: string, alias: string, port: number, to: number): Promise<void> =>
    startRelay({
      name: stack.container(name),
      image,
      network: stack.container('front'),
      alias,
      port,
      to: [gateway, to],
      environment: stack.container('').slice(0, -1),
    });

  const deploy = async ({ hsts = Hsts.maxAge(600), backendCa, stapled }: Settings = {}): Promise<void> => {
    const outputs = await stack.apply((scope: Construct, settings) => {
      const { subnetSlot = 0, baseImage = '', ...props } = settings.environment(0);
      image = baseImage;
      address = `127.${1 + (subnetSlot >> 7)}.${subnetSlot & 127}.1`;
      const env = new Environment(scope, 'env', { ...props, baseImage, subnetSlot, bindAddress: address });
      gateway = env.front.subnet.gateway;
      const authority = new CertificateAuthority(env, 'ca');
      const plain = `http://${gateway}:${one.port}`;
      const at = (host: string, contextPath = '', port = 443): HttpsUrl => PublicUrl.https(host, { contextPath, port });
      const tlsTo = (path: string, backend: string, pem: string): ProxyPass =>
        ProxyPass.to(at('t.localhost', path), backend, { backendTls: { ca: pem } });
      const virtualHost = (url: HttpsUrl, ...proxyPass: readonly ProxyPass[]): VirtualHost =>
        VirtualHost.https(url, {
          certificate: authority.issue(`${url.host}-${url.port}`, { hosts: [url.host] }),
          proxyPass,
          ...(url.host === 'a.localhost' && url.port === 443 ? { redirectHttpPort: 80, hsts } : {}),
        });
      const own = PublicUrl.http('plain.localhost', { port: 7990 });
      const proxyProps: ReverseProxyProps = {
        cores: 1,
        maxRequests: MAX_REQUESTS,
        virtualHosts: [
          virtualHost(at('a.localhost'), ProxyPass.to(at('a.localhost'), plain)),
          virtualHost(at('a.localhost', '', 8443), ProxyPass.to(at('a.localhost', '', 8443), plain)),
          virtualHost(
            at('b.localhost'),
            ProxyPass.to(at('b.localhost', '/one'), plain),
            ProxyPass.to(at('b.localhost', '/tools/two'), `http://${gateway}:${two.port}`),
            ProxyPass.to(at('b.localhost', '/late'), 'http://late:7990'),
            ProxyPass.to(at('b.localhost', '/nowhere'), 'http://nowhere.invalid:7990'),
            ProxyPass.to(at('b.localhost', '/closed'), `http://${gateway}:9`),
          ),
          virtualHost(at('c.localhost'), ProxyPass.to(at('c.localhost'), `http://${gateway}:${two.port}`)),
          virtualHost(
            at('t.localhost'),
            tlsTo('/right', 'https://secured:8443', backendCa ?? backendCertificate.ca),
            tlsTo('/wrong-ca', 'https://secured:8443', authority.caPem),
            tlsTo('/wrong-name', 'https://other-name:8443', backendCertificate.ca),
          ),
          ...(stapled === undefined ? [] : [stapledHost(at('o.localhost'), stapled, plain)]),
          VirtualHost.http(own, { proxyPass: [ProxyPass.to(own, plain)] }),
        ],
      };
      new Proxy(env, 'proxy', proxyProps);
      return { ca: authority.caPem };
    });
    ca = outputs['ca'] as string;
  };

  beforeAll(async () => {
    backendCertificate = await makeCertificate('secured');
    secured = new EchoBackend('secured', {}, backendCertificate);
    await Promise.all([one.listen(), two.listen(), secured.listen()]);
  });
  afterAll(async () => {
    for (const backend of [one, two, secured]) backend.close();
    await stack.destroy();
  });

  test('starts while a backend does not resolve, and another does not listen', async () => {
    await deploy();
    const [health] = (await succeed('docker', ['inspect', '-f', '{{.State.Health.Status}}', stack.container('proxy')]))
      .trim()
      .split('\n');
    expect(health).toBe('healthy');
  });

  describe('raw bytes', () => {
    const PATHS = [
      '/a%2Fb%2fc',
      '/a%25b%2541',
      '/%41%7e',
      '/x;v=1/y;z',
      '/x%3Bv',
      '/a%20b',
      '/a+b',
      '/gr%C3%BCn/gr%c3%bcn',
      '/a//b///c',
      '/a%3fb%23c',
      '/...//..a/a..',
      '/@{!$&\'()*,=:|^"}',
      '/a?b=%2F%2f/../x&c=%20+;d=/./',
      '/?',
      '/a??b=?',
    ];

    test.each(['--http1.1', '--http2'])('arrive as they were sent: path and query, over %s', async (version) => {
      for (const path of PATHS) {
        one.requests.length = 0;
        const { output } = await command('curl', [
          ...['--silent', '--show-error', '--insecure', '--path-as-is', '--globoff', '--noproxy', '*', version],
          ...['--max-time', '20', '--resolve', `a.localhost:443:${address}`, `https://a.localhost${path}`],
        ]);
        expect(only(one.requests).line).toBe(`GET ${path} HTTP/1.1`);
        expect(output).toBe(`one\nGET ${path} HTTP/1.1\n`);
      }
    });

    test('arrive from clients that send bytes above 127', async () => {
      one.requests.length = 0;
      await get(a(), 'a.localhost', '/gr\xc3\xbcn?\xfc');
      expect(only(one.requests).target).toBe('/gr\xc3\xbcn?\xfc');
    });

    test('arrive below a context path', async () => {
      one.requests.length = 0;
      await get(target(443, 'b.localhost'), 'b.localhost', '/one/a%2Fb;x//%41?c=%2f');
      expect(only(one.requests).target).toBe('/one/a%2Fb;x//%41?c=%2f');
    });

    test('of a target in absolute form mean the same', async () => {
      one.requests.length = 0;
      const { statuses } = await get(a(), 'a.localhost', 'https://a.localhost/a%2Fb?c=%2f');
      expect(statuses).toEqual([200]);
      expect(only(one.requests).target).toBe('/a%2Fb?c=%2f');
    });

    test.each([
      '/..;/manager',
      '/one/..;x=y/manager',
      '/one/%2e%2e/x',
      '/one/..%2fx',
      '/one/..%3b',
      '/one/.',
      'https://b.localhost/one/../x',
    ])('with dot segments go nowhere: %s', async (path) => {
      one.requests.length = 0;
      const { statuses } = await get(target(443, 'b.localhost'), 'b.localhost', path);
      expect(statuses).toEqual([400]);
      expect(one.requests).toEqual([]);
    });

    test.each(['/a%2Fb%252F;c%3f?d=%2F%20?&e', '/', '//evil.example/', '/?x', 'http://a.localhost/a%2Fb?c'])(
      'are what the redirect from plain HTTP leads to: %s',
      async (path) => {
        const { received } = await get(target(80), 'a.localhost', path);
        expect(received).toMatch(/^HTTP\/1\.1 301 /);
        expect(/^Location: (.*?)\r$/im.exec(received)?.[1]).toBe(
          `https://a.localhost${path.replace('http://a.localhost', '')}`,
        );
      },
    );
  });

  describe('headers', () => {
    const SPOOFED = [
      ...['For: 192.0.2.1', 'Host: evil.example', 'Port: 81', 'Proto: ftp', 'Server: evil', 'Prefix: /evil'].map(
        (field) => `X-Forwarded-${field}`,
      ),
      'Forwarded: for=192.0.2.1',
      'X-Real-IP: 192.0.2.1',
      'Remote-User: admin',
      'Proxy: http://evil.example',
    ];

    test.each([
      ['a.localhost', 443, 'https', 'a.localhost'],
      ['a.localhost', 8443, 'https', 'a.localhost:8443'],
      ['plain.localhost', 7990, 'http', 'plain.localhost:7990'],
    ])('of %s on %d name scheme %s and host %s, whatever the client says', async (host, port, scheme, authority) => {
      one.requests.length = 0;
      const at = target(port, scheme === 'https' ? host : undefined);
      // Also as clients may write it, and with the headers named in Connection, to be dropped on the way.
      const { statuses } = await get(at, `${host.toUpperCase()}:${port}`, '/headers', [
        ...SPOOFED,
        'Connection: X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, X-Forwarded-Port, Host',
      ]);
      expect(statuses).toEqual([200]);
      const request = only(one.requests);
      expect(request.headers('Host')).toEqual([authority]);
      expect(request.headers('X-Forwarded-Host')).toEqual([authority]);
      expect(request.headers('X-Forwarded-Port')).toEqual([String(port)]);
      expect(request.headers('X-Forwarded-Proto')).toEqual([scheme]);
      expect(request.headers('X-Forwarded-For')).toEqual([expect.stringMatching(/^(127|172)\.[\d.]+$/)]);
      expect(request.head).not.toMatch(/evil|192\.0\.2\.1|admin/);
    });

    test('of a redirect that names the backend name the URL instead', async () => {
      const { received } = await get(a(), 'a.localhost', '/redirect-inside');
      expect(received).toMatch(/^Location: https:\/\/a\.localhost\/there\r$/im);
    });

    test('have one Strict-Transport-Security, also where the backend sends one', async () => {
      const { received } = await get(a(), 'a.localhost', '/hsts');
      expect(received.match(/^Strict-Transport-Security: .*$/gim)).toEqual(['Strict-Transport-Security: max-age=600']);
    });
  });

  describe('bodies', () => {
    test(`an answer that is silent for ${SILENCE_SECONDS} s comes`, async () => {
      const connection = await RawConnection.open(a());
      connection.send('GET /silent HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n');
      expect(await connection.until(({ isClosed }) => isClosed, SILENCE_SECONDS + 20)).toBe(true);
      expect(connection.received).toContain('at last');
    });

    test('an upload reaches the backend while it is being sent', async () => {
      one.requests.length = 0;
      const connection = await RawConnection.open(a());
      const head =
        'POST /upload HTTP/1.1\r\nHost: a.localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
      connection.send(`${head}5\r\nfirst\r\n`);
      expect(await connection.until(() => one.requests[0]?.body.includes('first') === true, 10)).toBe(true);
      expect(one.requests[0]?.body).not.toContain('last');
      connection.send('4\r\nlast\r\n0\r\n\r\n');
      expect(await connection.until(({ statuses }) => statuses.length > 0, 10)).toBe(true);
      expect(only(one.requests).body).toContain('last');
      expect(only(one.requests).headers('Content-Length')).toEqual([]);
      connection.close();
    });

    test('an answer reaches the client while it is being sent', async () => {
      one.requests.length = 0;
      const connection = await RawConnection.open(a());
      connection.send('GET /stream HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n');
      expect(await connection.until(({ received }) => received.includes('first'), 10)).toBe(true);
      expect(connection.isClosed).toBe(false);
      only(one.requests).answer('4\r\nlast\r\n0\r\n\r\n');
      expect(await connection.until(({ isClosed }) => isClosed, 10)).toBe(true);
      expect(connection.received).toContain('last');
    });
  });

  describe('requests in requests', () => {
    test.each(smugglingShapes())('%s: one arrives, or none', async (_name, headers, body) => {
      one.requests.length = 0;
      const inner = 'GET /smuggled HTTP/1.1\r\nHost: a.localhost\r\n\r\n';
      const { statuses } = await exchange(
        a(),
        `POST /outer HTTP/1.1\r\nHost: a.localhost\r\n${headers}\r\n${body}${inner}`,
      );
      expect(statuses.length).toBeLessThanOrEqual(1);
      expect(one.requests.length).toBeLessThanOrEqual(1);
      expect(one.with('smuggled')).toEqual([]);
      for (const request of one.requests) {
        expect([...request.headers('Content-Length'), ...request.headers('Transfer-Encoding')]).toHaveLength(1);
      }
    });
  });

  describe('backends', () => {
    test.each([
      ['b.localhost', '/one/x', 'one'],
      ['b.localhost', '/tools/two/x', 'two'],
      ['c.localhost', '/one/x', 'two'],
    ])('%s%s reaches its own: %s', async (host, path, name) => {
      const { received } = await get(target(443, host), host, path);
      expect(received).toContain(`${name}\nGET ${path} HTTP/1.1`);
    });

    test('what no rule takes is not found, and a missing slash is added', async () => {
      const at = target(443, 'b.localhost');
      for (const path of ['/', '/two/', '/tools/', '/onex', '/one;x/y']) {
        expect((await get(at, 'b.localhost', path)).statuses).toEqual([404]);
      }
      const { received } = await get(at, 'b.localhost', '/tools/two?a=b');
      expect(received).toMatch(/^HTTP\/1\.1 308 /);
      expect(received).toMatch(/^Location: https:\/\/b\.localhost\/tools\/two\/\?a=b\r$/im);
    });

    test('that cannot be reached are answered for: 502 to 504', async () => {
      for (const path of ['/closed/x', '/nowhere/x', '/late/x']) {
        const { statuses } = await get(target(443, 'b.localhost'), 'b.localhost', path);
        expect([[502], [503], [504]]).toContainEqual(statuses);
      }
    });

    test('connections to them are used again', async () => {
      one.requests.length = 0;
      for (let count = 0; count < 5; count++) await get(a(), 'a.localhost', '/again');
      expect(new Set(one.requests.map(({ connection }) => connection)).size).toBeLessThan(5);
    });

    const reaches = async (path: string, text: string, seconds: number): Promise<number> => {
      const start = Date.now();
      let received = '';
      do {
        ({ received } = await get(target(443, 'b.localhost'), 'b.localhost', path));
        if (!received.includes(text)) await sleep(500);
      } while (!received.includes(text) && Date.now() - start < seconds * 1000);
      expect(received).toContain(text);
      return (Date.now() - start) / 1000;
    };

    test('that start later are found, and found again at another address', async () => {
      await relay('late', 'late', 7990, one.port);
      await reaches('/late/x', 'one\nGET /late/x', 30);
      // What takes its old address in the meantime is not taken for it.
      await relay('later', 'late', 7990, two.port);
      await succeed('docker', ['rm', '--force', stack.container('late')]);
      await reaches('/late/x', 'two\nGET /late/x', 30);
    });
  });

  describe('TLS to a backend', () => {
    test('of the right name and authority works, and what it gets is complete', async () => {
      await relay('secured', 'secured', 8443, secured.port);
      await relay('other-name', 'other-name', 8443, secured.port);
      const deadline = Date.now() + 20_000;
      let reply = await get(target(443, 't.localhost'), 't.localhost', '/right/a%2Fb?c');
      while (reply.statuses[0] !== 200 && Date.now() < deadline) {
        await sleep(500);
        reply = await get(target(443, 't.localhost'), 't.localhost', '/right/a%2Fb?c');
      }
      expect(reply.received).toContain('secured\nGET /right/a%2Fb?c HTTP/1.1');
      const [request] = secured.with('/right/a%2Fb');
      expect(request?.headers('X-Forwarded-Host')).toEqual(['t.localhost']);
      expect(request?.headers('Host')).toEqual([kind === 'Apache' ? 'secured:8443' : 't.localhost']);
    });

    test.each(['/wrong-ca/x', '/wrong-name/x'])('%s is a bad gateway, and gets nothing', async (path) => {
      secured.requests.length = 0;
      const { statuses } = await get(target(443, 't.localhost'), 't.localhost', path);
      expect(statuses).toEqual([502]);
      expect(secured.requests).toEqual([]);
    });
  });

  test("a certificate's OCSP responder is asked, and its answer stapled; others have none", async () => {
    const responder = new OcspResponder();
    const stapled = await makeCertificate('o.localhost', `http://${gateway}:${await responder.reservePort()}`);
    await responder.start(stapled);
    try {
      await deploy({ stapled });
      const status = async (host: string): Promise<string> =>
        (await command('openssl', ['s_client', '-connect', `${address}:443`, '-servername', host, '-status'])).output;
      // Some servers ask once a client wants to know, and do not let it wait.
      expect(await eventually(async () => (await status('o.localhost')).includes('Cert Status: good'))).toBe(true);
      expect(await status('a.localhost')).toContain('OCSP response: no response sent');
    } finally {
      responder.stop();
    }
  });

  test(`works on ${MAX_REQUESTS} requests at once, and has bounds for more`, async () => {
    one.requests.length = 0;
    const streams = await Promise.all(Array.from({ length: MAX_REQUESTS }, () => RawConnection.open(a())));
    for (const stream of streams) stream.send('GET /stream HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n');
    for (const stream of streams) {
      expect(await stream.until(({ received }) => received.includes('first'), 10)).toBe(true);
    }
    const more = await RawConnection.open(target(7990));
    more.send('GET /more HTTP/1.1\r\nHost: plain.localhost:7990\r\nConnection: close\r\n\r\n');
    await more.until(({ statuses }) => statuses.length > 0, 3);
    expect(more.statuses).toEqual(kind === 'Apache' ? [] : [503]);
    expect(one.with('/more')).toEqual([]);
    for (const request of one.with('/stream')) request.answer('0\r\n\r\n');
    for (const stream of streams) expect(await stream.until(({ isClosed }) => isClosed, 10)).toBe(true);
    if (kind === 'Apache') expect(await more.until(({ statuses }) => statuses[0] === 200, 10)).toBe(true);
    more.close();
  });

  test('a changed setting is taken up without a restart, and what is being transferred goes on', async () => {
    const container = (): Promise<string> => succeed('docker', ['inspect', '-f', '{{.Id}}', stack.container('proxy')]);
    const before = await container();
    one.requests.length = 0;
    const stream = await RawConnection.open(a());
    stream.send('GET /stream HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n');
    expect(await stream.until(({ received }) => received.includes('first'), 10)).toBe(true);
    await deploy({ hsts: Hsts.maxAge(700) });
    expect(await eventually(async () => (await get(a(), 'a.localhost', '/x')).received.includes('max-age=700'))).toBe(
      true,
    );
    expect(await container()).toBe(before);
    expect(stream.isClosed).toBe(false);
    only(one.with('/stream')).answer('4\r\nlast\r\n0\r\n\r\n');
    expect(await stream.until(({ isClosed }) => isClosed, 10)).toBe(true);
    expect(stream.received).toContain('last');
  });

  test('a setting that cannot work is not taken up', async () => {
    await deploy({ hsts: Hsts.maxAge(800), backendCa: BROKEN_CA });
    const logs = (): Promise<string> => stack.logs('proxy');
    expect(await eventually(async () => (await logs()).includes('but are not used'))).toBe(true);
    const { received } = await get(a(), 'a.localhost', '/x');
    expect(received).toContain('max-age=700');
    await deploy({ hsts: Hsts.maxAge(900) });
    expect(await eventually(async () => (await get(a(), 'a.localhost', '/x')).received.includes('max-age=900'))).toBe(
      true,
    );
  });

  test('the log has the requests, without queries, and nothing of its own checks', async () => {
    await get(a(), 'a.localhost', '/logged?token=secret', ['Referer: https://a.localhost/?token=secret']);
    await sleep(1000);
    const logs = await stack.logs('proxy');
    expect(logs).toMatch(
      /^[\d.]+ - - \[[^\]]+\] "GET \/logged HTTP\/1\.1" 200 in=\d+ out=\d+ .*host=a\.localhost tls=TLSv1\.3$/m,
    );
    expect(logs).not.toMatch(/secret|127\.0\.0\.1 - -/);
  });

  test('stops within seconds when nothing is being transferred', async () => {
    const idle = await RawConnection.open(a());
    idle.send('GET /idle HTTP/1.1\r\nHost: a.localhost\r\n\r\n');
    expect(await idle.until(({ statuses }) => statuses.length > 0, 10)).toBe(true);
    const start = Date.now();
    await succeed('docker', ['stop', stack.container('proxy')]);
    expect(Date.now() - start).toBeLessThan(20_000);
    const exit = await succeed('docker', ['inspect', '-f', '{{.State.ExitCode}}', stack.container('proxy')]);
    expect(exit.trim()).toBe('0');
    idle.close();
  });
});

const BROKEN_CA = '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n';

function stapledHost(url: HttpsUrl, { ca, cert, key }: MadeCertificate, backend: string): VirtualHost {
  const certificate = new Certificate({
    hosts: [url.host],
    certificatePem: cert,
    intermediatesPem: '',
    privateKeyPem: key,
    caPem: ca,
    ocspResponder: true,
  });
  return VirtualHost.https(url, { certificate, proxyPass: [ProxyPass.to(url, backend)] });
}

async function eventually(condition: () => Promise<boolean>, seconds = 20): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  let isSo = await condition();
  while (!isSo && Date.now() < deadline) {
    await sleep(500);
    isSo = await condition();
  }
  return isSo;
}
