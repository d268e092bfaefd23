import { UNTRUSTED_CLIENT_HEADERS } from '../../constructs/proxy/client-headers';
import { DOT_SEGMENTS } from '../../constructs/proxy/dot-segments';
import { backendList } from '../../constructs/proxy/nginx-backends';
import { nginxConf } from '../../constructs/proxy/nginx-conf';
import { pattern } from '../../constructs/proxy/nginx-text';
import { Hsts } from '../../constructs/proxy/hsts';
import { ProxyLoad } from '../../constructs/proxy/proxy-load';
import { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { RequestLimits, type ProxyLimitsProps } from '../../constructs/proxy/request-limits';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
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
  return nginxConf({
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

const SERVERS = /^ {4}server \{[^]*?^ {4}\}$/gm;

/** The lines of the virtual host of this name on this port. */
function hostLines(text: string, name: string, port: number): string[] {
  const found = [...text.matchAll(SERVERS)].map((match) => lines(match[0]));
  const host = found.find(
    (candidate) =>
      candidate.includes(`server_name ${name};`) && candidate.some((line) => line.startsWith(`listen ${port}`)),
  );
  if (host === undefined) throw new Error(`no server ${name} on ${port} in\n${text}`);
  return host;
}

/** The lines of a block in a virtual host. */
function blockLines(host: readonly string[], name: string): string[] {
  const start = host.indexOf(`${name} {`);
  if (start < 0) throw new Error(`no ${name} in\n${host.join('\n')}`);
  return host.slice(start + 1, host.indexOf('}', start));
}

/** The whole configuration outside virtual hosts. */
function serverLines(text: string): string[] {
  return lines(text.replaceAll(SERVERS, ''));
}

describe('the server', () => {
  const text = render([fakeHttpsHost(url), httpHost]);
  const server = serverLines(text);

  test.each([
    'daemon off;',
    'pid /tmp/nginx.pid;',
    'error_log stderr warn;',
    'server_tokens off;',
    'gzip off;',
    'client_max_body_size 0;',
    'client_header_timeout 20s;',
    'client_body_timeout 300s;',
    'send_timeout 300s;',
    'keepalive_timeout 15s;',
    'keepalive_requests 1000;',
    'merge_slashes on;',
    'underscores_in_headers off;',
    'ignore_invalid_headers on;',
    'proxy_http_version 1.1;',
    'proxy_request_buffering off;',
    'proxy_buffering off;',
    'proxy_max_temp_file_size 0;',
    'proxy_ignore_headers X-Accel-Redirect X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset X-Accel-Expires;',
  ])('has %s', (line) => {
    expect(server).toContain(line);
  });

  test('writes in memory only', () => {
    const paths = server.filter((line) => /_temp_path |^pid /.test(line));
    expect(paths).toHaveLength(6);
    for (const line of paths) expect(line).toMatch(/ \/tmp\/[\w.]+;$/);
  });

  test('captures nothing from requests by regular expressions', () => {
    expect(text).not.toMatch(/\brewrite\b|\$\d|\(\?<|\$\{?[a-z_]+\}? ~ .*\((?!\?:)/);
    expect(text.match(/~/g)).toHaveLength(2);
  });

  test('logs as JSON, neither query strings nor where requests came from nor what they log in with', () => {
    const format = server.find((line) => line.startsWith('log_format')) ?? '';
    const text = /^log_format access escape=json '(.*)';$/.exec(format)?.[1] ?? '';
    expect(JSON.parse(text.replace(/:(\$\w+)/g, ':"$1"'))).toEqual({
      time: '$time_iso8601',
      client: '$remote_addr',
      method: '$request_method',
      path: '$uri',
      protocol: '$server_protocol',
      status: '$status',
      host: '$server_name',
      tls: '$ssl_protocol',
      agent: '$http_user_agent',
      backend: '$upstream_addr',
      backendStatus: '$upstream_status',
      in: '$request_length',
      out: '$bytes_sent',
      s: '$request_time',
    });
    expect(server).toContain('access_log /dev/stdout access if=$is_logged;');
    expect(format).not.toMatch(/\$request[" ]|\$request_uri|\$args|referer|remote_user|authorization|cookie/);
  });

  test('tells nothing of single requests in the log of errors, where they would be whole', () => {
    const http = server.slice(server.indexOf('http {'));
    expect(http.filter((line) => line.startsWith('error_log'))).toEqual(['error_log stderr crit;']);
  });

  test.each<[ProxyLimitsProps, string[]]>([
    [
      {},
      [
        'large_client_header_buffers 4 8192;',
        'client_max_body_size 0;',
        'limit_conn_zone $binary_remote_addr zone=addresses:2m;',
        'limit_conn addresses 224;',
      ],
    ],
    [{ headerSize: 16384 }, ['large_client_header_buffers 4 16384;']],
    [{ perAddress: 7 }, ['limit_conn addresses 7;', 'limit_conn requests 256;']],
    [{ bodySize: 3 }, ['client_max_body_size 3145728;']],
  ])('with the limits %j', (limits, expected) => {
    const lines = serverLines(render([httpHost], TlsPolicy.intermediate, new ProxyLoad('test', {}), limits));
    expect(lines).toEqual(expect.arrayContaining(expected));
  });

  test('leaves checks from inside out of the log', () => {
    expect(serverLines(text).join('\n')).toContain('map $remote_addr $is_logged {\ndefault 1;\n127.0.0.1 0;\n}');
  });

  test.each([
    [{}, 2, 768, 16384, 256],
    [{ cores: 32 }, 32, 8448, 16384, 4096],
    [{ cores: 1, maxRequests: 8 }, 1, 272, 16384, 8],
  ])(
    'with the load %j has %d processes, each with %d connections and %d files, for %d requests',
    (props, processes, connections, files, requests) => {
      expect(serverLines(render([httpHost], TlsPolicy.intermediate, new ProxyLoad('test', props)))).toEqual(
        expect.arrayContaining([
          `worker_processes ${processes};`,
          `worker_connections ${connections};`,
          `worker_rlimit_nofile ${files};`,
          'limit_conn_zone all zone=requests:64k;',
          `limit_conn requests ${requests};`,
          'limit_conn_status 503;',
        ]),
      );
    },
  );

  test('without an HTTPS host has no TLS', () => {
    expect(render([httpHost])).not.toMatch(/ssl_(?!protocol)|https|http2/);
  });
});

describe('TLS', () => {
  test('is that of the policy', () => {
    expect(serverLines(render([fakeHttpsHost(url)]))).toEqual(
      expect.arrayContaining([
        'ssl_protocols TLSv1.2 TLSv1.3;',
        `ssl_ciphers ${TlsPolicy.intermediate.ciphers.join(':')};`,
        'ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256;',
        'ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1;',
        'ssl_prefer_server_ciphers off;',
        'ssl_session_tickets off;',
        'ssl_session_cache off;',
        'ssl_conf_command NumTickets 0;',
      ]),
    );
    const modern = serverLines(render([fakeHttpsHost(url)], TlsPolicy.modern));
    expect(modern).toContain('ssl_protocols TLSv1.3;');
    expect(modern.join('\n')).not.toContain('ssl_ciphers');
  });

  test('has a file with the chain and one with the key for each host, and HTTP/2', () => {
    const other = PublicUrl.https('git.localhost', { port: 8443 });
    const text = render([fakeHttpsHost(url), fakeHttpsHost(other)]);
    expect(hostLines(text, 'git.localhost', 443)).toEqual(
      expect.arrayContaining([
        'listen 443 ssl;',
        'http2 on;',
        'ssl_certificate "/files/current/tls/git.localhost_443/chain.pem";',
        'ssl_certificate_key "/files/current/tls/git.localhost_443/key.pem";',
      ]),
    );
    expect(hostLines(text, 'git.localhost', 8443)).toContain(
      'ssl_certificate "/files/current/tls/git.localhost_8443/chain.pem";',
    );
  });

  test('speaks no HTTP/2 where it is switched off', () => {
    const host = hostLines(render([fakeHttpsHost(url, { http2: false })]), 'git.localhost', 443);
    expect(host.filter((line) => line.startsWith('http2'))).toEqual(['http2 off;']);
  });

  test('staples OCSP answers for a certificate that names a responder, and for no other', () => {
    const stapled = fakeHttpsHost(url, { certificate: fakeStapledCertificate('git.localhost') });
    const other = fakeHttpsHost(PublicUrl.https('b.localhost'));
    const text = render([stapled, other]);
    expect(hostLines(text, 'git.localhost', 443)).toEqual(
      expect.arrayContaining([
        'ssl_stapling on;',
        'ssl_stapling_verify on;',
        'ssl_trusted_certificate "/files/current/tls/git.localhost_443/ca.pem";',
      ]),
    );
    expect(hostLines(text, 'b.localhost', 443).join()).not.toContain('stapling');
    expect(serverLines(text)).toContain('resolver 127.0.0.11 ipv6=off;');
    expect(render([other])).not.toMatch(/stapling|resolver/);
  });
});

describe('a virtual host', () => {
  test('passes what is below its path to the backend, with the times of the rule', () => {
    const host = fakeHttpsHost(url, { proxyPass: [fakeProxyPass(url, { connectionTimeout: 7, timeout: 77 })] });
    const server = hostLines(render([host]), 'git.localhost', 443);
    expect(blockLines(server, 'location "/"')).toEqual([
      expect.stringMatching(/^#/),
      'proxy_pass http://git.localhost_443-0;',
      'proxy_connect_timeout 7s;',
      'proxy_read_timeout 77s;',
      'proxy_send_timeout 77s;',
      'proxy_redirect "http://git:7990/" "https://git.localhost/";',
    ]);
    expect(server.filter((line) => line.startsWith('location'))).toHaveLength(1);
  });

  test('with context paths serves those alone, and redirects to them when the slash is missing', () => {
    const at = (contextPath: string): PublicUrl => PublicUrl.https('git.localhost', { port: 8443, contextPath });
    const rules = [at('/a.b'), at('/tools/git')].map((each) => fakeProxyPass(each));
    const host = fakeHttpsHost(PublicUrl.https('git.localhost', { port: 8443 }), { proxyPass: rules });
    const server = hostLines(render([host]), 'git.localhost', 8443);
    expect(server.filter((line) => line.startsWith('location'))).toEqual([
      'location "/a.b/" {',
      'location = "/a.b" {',
      'location "/tools/git/" {',
      'location = "/tools/git" {',
      'location / {',
    ]);
    expect(blockLines(server, 'location "/tools/git/"')).toContain('proxy_pass http://git.localhost_8443-1;');
    expect(blockLines(server, 'location = "/a.b"')).toEqual([
      'return 308 https://git.localhost:8443/a.b/$is_args$args;',
    ]);
    expect(blockLines(server, 'location /')).toEqual(['return 404;']);
  });

  test('drops what clients claim, and sets what it knows itself', () => {
    const host = hostLines(render([httpHost]), 'git-http.localhost', 8080);
    const set = host.filter((line) => line.startsWith('proxy_set_header')).map((line) => line.split(' ').slice(1));
    const values = Object.fromEntries(set.map(([name = '', value = '']) => [name, value]));
    expect(set).toHaveLength(Object.keys(values).length);
    const known: Record<string, string> = {
      'X-Forwarded-For': '$remote_addr;',
      'X-Forwarded-Host': '"git-http.localhost:8080";',
      'X-Forwarded-Port': '"8080";',
      'X-Forwarded-Proto': '"http";',
    };
    for (const name of UNTRUSTED_CLIENT_HEADERS) expect([name, values[name]]).toEqual([name, known[name] ?? '"";']);
    expect(values).toMatchObject({ Host: '"git-http.localhost:8080";', Connection: '"";' });
    // One in a location would make all of these ineffective there.
    expect(host.slice(host.findIndex((line) => line.startsWith('location'))).join()).not.toContain('proxy_set_header');
  });

  test('sends Strict-Transport-Security for its name alone, or not at all', () => {
    const hsts = (text: string): string[] => lines(text).filter((line) => line.includes('Strict-Transport-Security'));
    expect(hsts(render([fakeHttpsHost(url)]))).toEqual([
      'proxy_hide_header Strict-Transport-Security;',
      'add_header Strict-Transport-Security "max-age=63072000" always;',
    ]);
    expect(hsts(render([fakeHttpsHost(url, { hsts: Hsts.maxAge(5) })]))[1]).toContain('"max-age=5"');
    expect(hsts(render([fakeHttpsHost(url, { hsts: Hsts.off() }), httpHost]))).toEqual([]);
  });

  test('refuses dot segments and answers the healthcheck before any location', () => {
    const host = hostLines(render([httpHost]), 'git-http.localhost', 8080);
    expect(blockLines(host, `if ($request_uri ~* ${pattern(DOT_SEGMENTS)})`)).toEqual(['return 400;']);
    expect(blockLines(host, 'if ($remote_addr = 127.0.0.1)')).toEqual(['return 204;']);
  });
});

describe('backends', () => {
  const git = PublicUrl.https('git.localhost', { contextPath: '/git' });
  const byAddress = PublicUrl.https('git.localhost', { contextPath: '/other' });
  const tls = ProxyPass.to(git, 'https://git-1.example:8443', { backendTls: { ca: FAKE_CA } });
  const hosts = [
    fakeHttpsHost(git, { proxyPass: [tls, ProxyPass.to(byAddress, 'http://192.0.2.7:7990')] }),
    httpHost,
    fakeHttpsHost(PublicUrl.https('b.localhost')),
  ];
  const text = render(hosts);

  test('have a group of servers for each rule, whose address is looked up where it has a name', () => {
    expect(text).toContain(
      [
        '    upstream git.localhost_443-0 {',
        '        include /tmp/backends/git-1.example_8443.conf;',
        '        keepalive 32;',
        '        keepalive_timeout 10s;',
        '    }',
      ].join('\n'),
    );
    expect(text).toContain('upstream git.localhost_443-1 {\n        server 192.0.2.7:7990;\n');
    expect(text).toContain('upstream git-http.localhost_8080-0 {\n        include /tmp/backends/git_7990.conf;\n');
  });

  test('are listed once, without those that need no looking up', () => {
    expect(backendList(hosts)).toBe('git-1.example 8443\ngit 7990\n');
  });

  test('over TLS are verified: chain and name, with the protocols of the policy', () => {
    const server = hostLines(text, 'git.localhost', 443);
    expect(blockLines(server, 'location "/git/"')).toEqual(
      expect.arrayContaining([
        'proxy_pass https://git.localhost_443-0;',
        'proxy_ssl_verify on;',
        'proxy_ssl_trusted_certificate "/files/current/backend-ca/git.localhost_443-0.pem";',
        'proxy_ssl_name "git-1.example";',
        'proxy_ssl_server_name on;',
        'proxy_ssl_protocols TLSv1.2 TLSv1.3;',
      ]),
    );
    expect(blockLines(server, 'location "/other/"').join()).not.toContain('proxy_ssl');
  });
});

describe('ports', () => {
  const a = PublicUrl.https('a.localhost');
  const b = PublicUrl.https('b.localhost', { port: 8443 });
  const hosts = [fakeHttpsHost(b, { redirectHttpPort: 80 }), fakeHttpsHost(a, { redirectHttpPort: 80 }), httpHost];
  const text = render(hosts);

  test.each([80, 443, 8080, 8443])('%d refuses other hosts: in the handshake, or as a bad request', (port) => {
    const host = hostLines(text, 'refused.invalid', port);
    const usesTls = port % 1000 === 443;
    expect(host.slice(1, -1)).toEqual([
      `listen ${port}${usesTls ? ' ssl' : ''} default_server;`,
      'server_name refused.invalid;',
      ...(usesTls ? ['ssl_reject_handshake on;'] : []),
      'return 400;',
    ]);
  });

  test('that redirect send each host to its own URL, whatever the client calls it, and the target as it was sent', () => {
    const redirect = hostLines(text, 'b.localhost', 80);
    expect(redirect.filter((line) => line.startsWith('return 3'))).toEqual([
      'return 301 https://b.localhost:8443$request_uri;',
      'return 301 https://b.localhost:8443$request_uri;',
      'return 308 https://b.localhost:8443$request_uri;',
    ]);
    expect(redirect.filter((line) => line.startsWith('if ($request_method'))).toEqual([
      'if ($request_method = GET) {',
      'if ($request_method = HEAD) {',
    ]);
    expect(redirect).toContain(`if ($request_uri ~* ${pattern(DOT_SEGMENTS)}) {`);
    expect(redirect.join()).not.toMatch(/\$host|\$http_host|proxy_pass/);
    expect(hostLines(text, 'a.localhost', 80).join()).toContain('return 301 https://a.localhost$request_uri;');
  });
});
