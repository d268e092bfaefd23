import { apacheConf } from '../../constructs/proxy/apache-conf';
import { badGatewayAnswer } from '../../constructs/proxy/apache-virtual-host';
import { UNTRUSTED_CLIENT_HEADERS } from '../../constructs/proxy/client-headers';
import { DOT_SEGMENTS_IN_LINE } from '../../constructs/proxy/dot-segments';
import { proxyPorts } from '../../constructs/proxy/listeners';
import { ProxyLoad } from '../../constructs/proxy/proxy-load';
import { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { RequestLimits, type ProxyLimitsProps } from '../../constructs/proxy/request-limits';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { Hsts } from '../../constructs/proxy/hsts';
import { tlsFolder, VirtualHost } from '../../constructs/proxy/virtual-host';
import { TlsPolicy } from '../../constructs/tls/tls-policy';
import { FAKE_CA, fakeHttpsHost, fakeProxyPass, fakeStapledCertificate } from '../support/fakes';

const url = PublicUrl.https('git.localhost');
const http = PublicUrl.http('git-http.localhost', { port: 8080 });
const httpHost = VirtualHost.http(http, { proxyPass: [fakeProxyPass(http)] });

function render(
  virtualHosts: readonly VirtualHost[],
  tlsPolicy = TlsPolicy.intermediate,
  load = new ProxyLoad('test', {}),
  limits: ProxyLimitsProps = {},
): string {
  return apacheConf({
    virtualHosts,
    tlsPolicy,
    load,
    limits: new RequestLimits('test', limits, load.maxRequests),
    filesRoot: '/files/current',
  });
}

function lines(text: string): string[] {
  return text.split('\n').map((line) => line.trim());
}

/** The lines of the virtual host with this ServerName. */
function hostLines(text: string, serverName: string): string[] {
  const found = [...text.matchAll(/^<VirtualHost [^]*?^<\/VirtualHost>$/gm)].map((match) => lines(match[0]));
  const host = found.find((candidate) => candidate.includes(`ServerName "${serverName}"`));
  if (host === undefined) throw new Error(`no virtual host ${serverName} in\n${text}`);
  return host;
}

/** The whole configuration outside virtual hosts. */
function serverLines(text: string): string[] {
  return lines(text.replaceAll(/^<VirtualHost [^]*?^<\/VirtualHost>$/gm, ''));
}

describe('the server', () => {
  const text = render([fakeHttpsHost(url), httpHost]);
  const server = serverLines(text);

  test.each([
    'ServerTokens Prod',
    'ServerSignature Off',
    'TraceEnable Off',
    'HttpProtocolOptions Strict',
    'UseCanonicalName On',
    'StrictHostCheck ON',
    'ProxyRequests Off',
    'ProxyVia Off',
    'ProxyErrorOverride Off',
    'SetEnv proxy-sendchunked 1',
    'SetEnv proxy-prefetch-nonblocking 1',
    'Timeout 300',
    'ProxyTimeout 300',
    'RequestReadTimeout handshake=20 header=20-40,MinRate=500 body=300,MinRate=50',
    'GracefulShutdownTimeout 50',
    'PidFile "/tmp/apache.pid"',
    'ErrorLog "/dev/stderr"',
    'Require all denied',
  ])('has %s', (directive) => {
    expect(server).toContain(directive);
  });

  test('loads what it uses, and nothing that compresses or serves files', () => {
    const modules = server.filter((line) => line.startsWith('LoadModule')).map((line) => line.split(' ')[1]);
    expect(modules).toEqual(
      [
        'mpm_event',
        'authz_core',
        'alias',
        'asis',
        'env',
        'headers',
        'http2',
        'proxy',
        'proxy_http',
        'qos',
        'reqtimeout',
        'rewrite',
        'setenvif',
        'unique_id',
        'ssl',
        'socache_shmcb',
      ].map((name) => `${name}_module`),
    );
  });

  test('knows where modules are before it loads them', () => {
    expect(server.findIndex((line) => line.startsWith('ServerRoot'))).toBeLessThan(
      server.findIndex((line) => line.startsWith('LoadModule')),
    );
  });

  test('logs as JSON, neither query strings nor where requests came from nor what they log in with', () => {
    const format = server.find((line) => line.startsWith('LogFormat')) ?? '';
    const text = /^LogFormat "(.*)" access$/.exec(format)?.[1]?.replaceAll('\\"', '"') ?? '';
    expect(JSON.parse(text.replace(/:(%[^,"}]*(\{ms\})?[IOT])/g, ':"$1"'))).toEqual({
      time: '%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t%{%z}t',
      client: '%a',
      method: '%{log_method}e',
      path: '%{log_path}e',
      protocol: '%H',
      status: '%>s',
      host: '%v',
      tls: '%{SSL_PROTOCOL}x',
      agent: '%{log_agent}e',
      in: '%I',
      out: '%O',
      ms: '%{ms}T',
    });
    const variables = server.filter((line) => line.startsWith('SetEnvIfExpr'));
    expect(variables.map((line) => line.split(' ').at(-1))).toEqual(
      ['method', 'path', 'path', 'agent', 'agent'].map((name) => `log_${name}=$1`),
    );
    expect([format, ...variables].join('\n')).not.toMatch(/%r|%q|%U|QUERY_STRING|Referer|Authorization|Cookie/i);
    expect(server).toContain(`CustomLog "/dev/stdout" access "expr=%{REMOTE_ADDR} != '127.0.0.1'"`);
  });

  test.each<[ProxyLimitsProps, string[]]>([
    [
      {},
      [
        'LimitRequestLine 8192',
        'LimitRequestFieldSize 8192',
        'LimitRequestFields 100',
        'LimitRequestBody 0',
        'H2MaxSessionStreams 100',
        'QS_SrvMaxConnPerIP 224',
      ],
    ],
    [{ headerSize: 16384 }, ['LimitRequestLine 16384', 'LimitRequestFieldSize 16384']],
    [{ perAddress: 7 }, ['QS_SrvMaxConnPerIP 7']],
    [{ bodySize: 3 }, ['LimitRequestBody 3145728']],
  ])('with the limits %j', (limits, expected) => {
    const lines = serverLines(render([httpHost], TlsPolicy.intermediate, new ProxyLoad('test', {}), limits));
    expect(lines).toEqual(expect.arrayContaining(expected));
  });

  test.each([
    [{}, 2, 128, 256],
    [{ cores: 32 }, 32, 128, 4096],
    [{ cores: 1, maxRequests: 8 }, 1, 8, 8],
  ])('with the load %j has %d processes of %d threads for %d requests', (props, processes, threads, requests) => {
    const lines = serverLines(render([httpHost], TlsPolicy.intermediate, new ProxyLoad('test', props)));
    expect(lines).toEqual(
      expect.arrayContaining([
        `StartServers ${processes}`,
        `ServerLimit ${Math.max(16, 4 * processes)}`,
        `ThreadLimit ${threads}`,
        `ThreadsPerChild ${threads}`,
        `MaxRequestWorkers ${requests}`,
        'MinSpareThreads 1',
        `MaxSpareThreads ${requests + threads}`,
        'H2MinWorkers 1',
        `H2MaxWorkers ${threads}`,
      ]),
    );
  });

  test('without an HTTPS host has no TLS', () => {
    expect(render([httpHost])).not.toMatch(/SSL|mod_ssl/);
    expect(render([httpHost])).not.toMatch(/https/);
  });
});

describe('TLS', () => {
  test('is that of the policy', () => {
    expect(serverLines(render([fakeHttpsHost(url)]))).toEqual(
      expect.arrayContaining([
        'SSLProtocol -all +TLSv1.2 +TLSv1.3',
        `SSLCipherSuite SSL ${TlsPolicy.intermediate.ciphers.join(':')}`,
        'SSLCipherSuite TLSv1.3 TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
        'SSLOpenSSLConfCmd Groups X25519MLKEM768:X25519:prime256v1:secp384r1',
        'SSLSessionTickets Off',
        'SSLHonorCipherOrder Off',
      ]),
    );
    const modern = serverLines(render([fakeHttpsHost(url)], TlsPolicy.modern));
    expect(modern).toContain('SSLProtocol -all +TLSv1.3');
    expect(modern.join('\n')).not.toContain('SSLCipherSuite SSL');
  });

  test('has a file with the chain and one with the key for each host', () => {
    const other = PublicUrl.https('git.localhost', { port: 8443 });
    const text = render([fakeHttpsHost(url), fakeHttpsHost(other)]);
    expect(hostLines(text, 'https://git.localhost:443')).toEqual(
      expect.arrayContaining([
        'SSLEngine On',
        'SSLCertificateFile "/files/current/tls/git.localhost_443/chain.pem"',
        'SSLCertificateKeyFile "/files/current/tls/git.localhost_443/key.pem"',
      ]),
    );
    expect(hostLines(text, 'https://git.localhost:8443')).toContain(
      'SSLCertificateFile "/files/current/tls/git.localhost_8443/chain.pem"',
    );
    expect(tlsFolder(fakeHttpsHost(other))).toBe('tls/git.localhost_8443');
  });
});

describe('a virtual host', () => {
  test('passes what is below its path to the backend, with the times of the rule', () => {
    const host = fakeHttpsHost(url, { proxyPass: [fakeProxyPass(url, { connectionTimeout: 7, timeout: 77 })] });
    expect(hostLines(render([host]), 'https://git.localhost:443')).toEqual(
      expect.arrayContaining([
        'ProxyPass "/" "http://git:7990/" connectiontimeout=7 timeout=77 retry=0 keepalive=On ttl=10 addressttl=5 nocanon',
        'ProxyPassReverse "/" "http://git:7990/"',
        'AllowEncodedSlashes NoDecode',
        String.raw`RedirectMatch 404 "^/(?!\\.bad-gateway$)"`,
      ]),
    );
  });

  test('with a context path serves that alone, and redirects to it when the slash is missing', () => {
    const git = PublicUrl.https('git.localhost', { port: 8443, contextPath: '/a.b' });
    const host = hostLines(render([fakeHttpsHost(git)]), 'https://git.localhost:8443');
    expect(host.filter((line) => /^ProxyPass .* "http/.test(line))).toEqual([
      expect.stringContaining('ProxyPass "/a.b/" "http://git:7990/a.b/" '),
    ]);
    expect(host.filter((line) => line.startsWith('RedirectMatch'))).toEqual([
      String.raw`RedirectMatch 308 "^/a\\.b$" "https://git.localhost:8443/a.b/"`,
      String.raw`RedirectMatch 404 "^/(?!\\.bad-gateway$)"`,
    ]);
  });

  test('answers for a backend that cannot be reached, before any rule takes the path', () => {
    const host = hostLines(render([fakeHttpsHost(url)]), 'https://git.localhost:443');
    expect(host).toEqual(
      expect.arrayContaining([
        'ErrorDocument 500 "/.bad-gateway"',
        'Alias "/.bad-gateway" "/files/current/bad-gateway.asis"',
        'SetHandler send-as-is',
      ]),
    );
    expect(host.findIndex((line) => line.startsWith('ProxyPass '))).toBe(host.indexOf('ProxyPass "/.bad-gateway" "!"'));
    expect(badGatewayAnswer()).toMatch(/^Status: 502 Bad Gateway\n/);
  });

  test('drops what clients claim, and sets what it knows itself', () => {
    const host = hostLines(render([httpHost]), 'http://git-http.localhost:8080');
    const indexOf = (line: string): number => host.indexOf(line);
    for (const name of UNTRUSTED_CLIENT_HEADERS) expect(host).toContain(`RequestHeader unset ${name}`);
    for (const line of [
      'RequestHeader set X-Forwarded-For "expr=%{REMOTE_ADDR}"',
      'RequestHeader set X-Forwarded-Host "git-http.localhost:8080"',
      'RequestHeader set X-Forwarded-Port "8080"',
      'RequestHeader set X-Forwarded-Proto "http"',
    ]) {
      expect(indexOf(line)).toBeGreaterThan(indexOf('RequestHeader unset X-WEBAUTH-USER'));
    }
    expect(host).toEqual(
      expect.arrayContaining([
        'RequestHeader set Host "git-http.localhost:8080"',
        'ProxyPreserveHost On',
        'ProxyAddHeaders Off',
      ]),
    );
    expect(host.some((line) => line.startsWith('RequestHeader set Connection close "expr='))).toBe(true);
  });

  test('sends Strict-Transport-Security for its name alone, or not at all', () => {
    const hsts = (text: string): string[] => lines(text).filter((line) => line.startsWith('Header always set Strict'));
    expect(hsts(render([fakeHttpsHost(url)]))).toEqual([
      'Header always set Strict-Transport-Security "max-age=63072000"',
    ]);
    expect(hsts(render([fakeHttpsHost(url, { hsts: Hsts.maxAge(5) })]))).toEqual([
      'Header always set Strict-Transport-Security "max-age=5"',
    ]);
    expect(render([fakeHttpsHost(url, { hsts: Hsts.off() })])).not.toContain('Strict-Transport-Security');
    expect(render([httpHost])).not.toContain('Strict-Transport-Security');
  });

  test('speaks HTTP/2 over TLS only, and not where it is switched off', () => {
    const without = hostLines(render([fakeHttpsHost(url, { http2: false })]), 'https://git.localhost:443');
    expect(without.filter((line) => line.startsWith('Protocols'))).toEqual(['Protocols http/1.1']);
    const text = render([fakeHttpsHost(url), httpHost]);
    expect(hostLines(text, 'https://git.localhost:443')).toContain('Protocols h2 http/1.1');
    expect(hostLines(text, 'http://git-http.localhost:8080')).toContain('Protocols http/1.1');
  });
});

describe('ports', () => {
  const a = PublicUrl.https('a.localhost');
  const b = PublicUrl.https('b.localhost', { port: 8443 });
  const hosts = [fakeHttpsHost(b, { redirectHttpPort: 80 }), fakeHttpsHost(a, { redirectHttpPort: 80 }), httpHost];
  const text = render(hosts);

  test('are those of URLs and redirects, each once', () => {
    expect(proxyPorts(hosts)).toEqual([80, 443, 8080, 8443]);
    expect(lines(text).filter((line) => line.startsWith('Listen'))).toEqual([
      'Listen 80 http',
      'Listen 443 https',
      'Listen 8080 http',
      'Listen 8443 https',
    ]);
  });

  test('refuse other hosts first of all: in the handshake, or as a bad request', () => {
    for (const port of [80, 443, 8080, 8443]) {
      const first = text.slice(text.indexOf(`<VirtualHost *:${port}>`)).split('</VirtualHost>')[0] ?? '';
      expect(first).toMatch(new RegExp(`ServerName "https?://refused.invalid:${port}"`));
      expect(first).toContain('RedirectMatch 400 "^"');
      expect(first).toContain('StrictHostCheck ON');
      expect(first).not.toContain('ProxyPass');
      expect(first.includes('SSLCipherSuite SSL PSK-AES256-GCM-SHA384')).toBe(port % 1000 === 443);
    }
  });

  test('that redirect send each host to its own URL, whatever the client calls it, and the target as it was sent', () => {
    const redirect = hostLines(text, 'http://b.localhost:80');
    expect(redirect).toEqual(
      expect.arrayContaining([
        'RewriteCond "%{REQUEST_METHOD}" "^(?:GET|HEAD)$"',
        String.raw`RewriteCond "%{THE_REQUEST}" "^\S+ (?:[a-z]+://[^/?\s]*)?([/?]\S*)?" [NC]`,
        'RewriteRule "^" "https://b.localhost:8443%1" [R=301,NE,L,UnsafeAllow3F]',
        'RewriteRule "^" "https://b.localhost:8443%1" [R=308,NE,L,UnsafeAllow3F]',
      ]),
    );
    expect(redirect.join()).not.toMatch(/HTTP_HOST|ProxyPass/);
    expect(hostLines(text, 'http://a.localhost:80').join()).toContain('"https://a.localhost%1" [R=301,');
  });

  test('that serve or redirect refuse dot segments first of all', () => {
    for (const name of ['http://b.localhost:80', 'https://b.localhost:8443', 'http://git-http.localhost:8080']) {
      const host = hostLines(text, name);
      const refused = host.indexOf('RewriteRule "^" "-" [R=400,L]');
      expect(host[refused - 1]).toBe(`RewriteCond "%{THE_REQUEST}" "${DOT_SEGMENTS_IN_LINE}" [NC]`);
      expect(host.findIndex((line) => /^(ProxyPass|RewriteRule) /.test(line))).toBeGreaterThanOrEqual(refused);
    }
  });
});

describe('TLS to a backend', () => {
  const git = PublicUrl.https('git.localhost', { contextPath: '/git' });
  const rule = ProxyPass.to(git, 'https://git-1.example:8443', { backendTls: { ca: FAKE_CA } });
  const text = render([fakeHttpsHost(git, { proxyPass: [rule] })]);

  test('verifies chain, name and dates, with the protocols of the policy, for that backend alone', () => {
    const host = hostLines(text, 'https://git.localhost:443');
    const start = host.indexOf('<Proxy "https://git-1.example:8443/git/">');
    expect(host.slice(start + 1, host.indexOf('</Proxy>'))).toEqual([
      'SSLProxyEngine On',
      'SSLProxyProtocol -all +TLSv1.2 +TLSv1.3',
      'SSLProxyVerify require',
      'SSLProxyVerifyDepth 5',
      'SSLProxyCACertificateFile "/files/current/backend-ca/git.localhost_443-0.pem"',
      'SSLProxyCheckPeerName On',
      'SSLProxyCheckPeerExpire On',
    ]);
    expect(host.join('\n')).toContain('<Location "/git/">\nProxyPreserveHost Off\n</Location>');
  });

  test('loads TLS behind a host of plain HTTP, too', () => {
    const plain = render([
      VirtualHost.http(http, {
        proxyPass: [ProxyPass.to(http, 'https://git-1.example:8443', { backendTls: { ca: FAKE_CA } })],
      }),
    ]);
    expect(plain).toContain('LoadModule ssl_module');
    expect(plain).not.toContain('SSLEngine On');
  });
});

describe('OCSP stapling', () => {
  test('is on for a certificate that names a responder, and off otherwise', () => {
    const stapled = fakeHttpsHost(url, { certificate: fakeStapledCertificate('git.localhost') });
    const other = fakeHttpsHost(PublicUrl.https('b.localhost'));
    const text = render([stapled, other]);
    expect(hostLines(text, 'https://git.localhost:443')).toEqual(
      expect.arrayContaining([
        'SSLUseStapling On',
        'SSLCACertificateFile "/files/current/tls/git.localhost_443/ca.pem"',
      ]),
    );
    expect(hostLines(text, 'https://b.localhost:443').join()).not.toMatch(/Stapling|SSLCACertificate/);
    expect(serverLines(text)).toEqual(
      expect.arrayContaining(['SSLUseStapling Off', 'SSLStaplingCache "shmcb:/tmp/stapling(131072)"']),
    );
  });

  test('has its cache where nothing is stapled, too: httpd ends when a reload takes it away', () => {
    const cache = 'SSLStaplingCache "shmcb:/tmp/stapling(131072)"';
    expect(serverLines(render([fakeHttpsHost(url)]))).toContain(cache);
    const rule = ProxyPass.to(http, 'https://git-1.example:8443', { backendTls: { ca: FAKE_CA } });
    expect(serverLines(render([VirtualHost.http(http, { proxyPass: [rule] })]))).toContain(cache);
  });
});
