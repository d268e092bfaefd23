import { CERTIFICATE_FILES } from '../tls/certificate-files';
import type { TlsPolicy } from '../tls/tls-policy';
import { protocolsOf } from './apache-tls';
import { argument, directive, formatText, patternText, rewriteArgument, section } from './apache-text';
import { forwardedHeaders, publicAuthority, UNTRUSTED_CLIENT_HEADERS } from './client-headers';
import { DOT_SEGMENTS_IN_LINE } from './dot-segments';
import { NO_HOST, type Listener } from './listeners';
import { backendCaFile } from './proxy-files';
import type { ProxyPass } from './proxy-pass';
import { PROXY_TIMES } from './proxy-times';
import type { PublicUrl } from './public-url';
import { tlsFolder, type VirtualHost, type VirtualHostTls } from './virtual-host';

/** A cipher that needs a pre-shared key, which nobody has: no handshake can ever agree on it. */
const IMPOSSIBLE_CIPHER = 'PSK-AES256-GCM-SHA384';
/**
 * The path and query of a request line as the client sent them; those of a target in absolute form (RFC 9112, 3.2.2)
 * are what follows its authority.
 */
const RAW_TARGET = String.raw`^\S+ (?:[a-z]+://[^/?\s]*)?([/?]\S*)?`;

/** The file that is answered with where a backend cannot be reached, and a path for it that no Git server has. */
export const BAD_GATEWAY_FILE = 'bad-gateway.asis';
const BAD_GATEWAY_PATH = '/.bad-gateway';

/**
 * The answer, with its status.
 * @see https://httpd.apache.org/docs/2.4/mod/mod_asis.html
 */
export function badGatewayAnswer(): string {
  return [
    'Status: 502 Bad Gateway',
    'Content-Type: text/plain',
    'Cache-Control: no-store',
    '',
    'Bad Gateway: the server behind this proxy cannot be reached.',
    '',
  ].join('\n');
}

/** What virtual hosts take from the whole server. */
export interface ApacheServer {
  /** Absolute path of the folder that the service's files are in. */
  readonly filesRoot: string;
  readonly tlsPolicy: TlsPolicy;
}

/** The virtual host of a public URL. */
export function servingHost(host: VirtualHost, server: ApacheServer): string[] {
  const { url, tls } = host;
  return section('VirtualHost', `*:${url.port}`, [
    directive('ServerName', argument(`${url.scheme}://${url.host}:${url.port}`)),
    ...(tls ? tlsOf(host, tls, server.filesRoot) : ['Protocols http/1.1']),
    ...commonOf(),
    ...refusedPaths(),
    '',
    ...requestHeaders(url),
    ...badGateway(server),
    ...host.proxyPass.flatMap((rule) => proxyRule(host, rule, server)),
    '# Whatever no rule above takes.',
    directive('RedirectMatch', '404', argument(`^/(?!${patternText(BAD_GATEWAY_PATH.slice(1))}$)`)),
  ]);
}

/** Plain HTTP on another port, sent on to the URL: never to the host that the client names. */
export function redirectingHost(url: PublicUrl, port: number): string[] {
  const redirect = (status: number): string[] => [
    directive('RewriteCond', '"%{THE_REQUEST}"', rewriteArgument(RAW_TARGET), '[NC]'),
    directive('RewriteRule', '"^"', rewriteArgument(`${url.origin}%1`), `[R=${status},NE,L,UnsafeAllow3F]`),
  ];
  return section('VirtualHost', `*:${port}`, [
    directive('ServerName', argument(`http://${url.host}:${port}`)),
    'Protocols http/1.1',
    ...commonOf(),
    ...refusedPaths(),
    '# 301 is known to the oldest git clients, but turns a POST into a GET: other methods get 308.',
    directive('RewriteCond', '"%{REQUEST_METHOD}"', '"^(?:GET|HEAD)$"'),
    ...redirect(301),
    ...redirect(308),
  ]);
}

/**
 * The first virtual host of a port, which gets what is meant for no other. Over TLS a client without the name of one of
 * the others does not get beyond the handshake; everything else is a bad request.
 */
export function refusingHost({ port, serving }: Listener, server: ApacheServer): string[] {
  const certificateOf = serving.find((host) => host.tls !== undefined);
  const scheme = certificateOf === undefined ? 'http' : 'https';
  return section('VirtualHost', `*:${port}`, [
    directive('ServerName', argument(`${scheme}://${NO_HOST}:${port}`)),
    'StrictHostCheck ON',
    ...(certificateOf === undefined
      ? ['Protocols http/1.1']
      : [
          'SSLEngine On',
          'SSLStrictSNIVHostCheck On',
          '# Never sent: no handshake gets this far.',
          ...certificateFiles(certificateOf, server.filesRoot),
          'SSLProtocol -all +TLSv1.2',
          directive('SSLCipherSuite', 'SSL', IMPOSSIBLE_CIPHER),
        ]),
    ...commonOf(),
    'RedirectMatch 400 "^"',
  ]);
}

function tlsOf(host: VirtualHost, tls: VirtualHostTls, filesRoot: string): string[] {
  const { seconds } = tls.hsts;
  return [
    tls.http2 ? 'Protocols h2 http/1.1' : 'Protocols http/1.1',
    'H2Upgrade Off',
    'SSLEngine On',
    ...certificateFiles(host, filesRoot),
    ...(tls.certificate.ocspResponder
      ? [
          'SSLUseStapling On',
          '# The issuer, which the responder is asked in the name of, may be the authority itself. No client is asked.',
          directive('SSLCACertificateFile', certificateFile(host, filesRoot, CERTIFICATE_FILES.authority)),
        ]
      : []),
    ...(seconds === undefined
      ? []
      : [
          '# A backend that sends one, too, must not make it two.',
          'Header onsuccess unset Strict-Transport-Security',
          directive('Header', 'always', 'set', 'Strict-Transport-Security', argument(`max-age=${seconds}`)),
        ]),
  ];
}

function certificateFiles(host: VirtualHost, filesRoot: string): string[] {
  return [
    directive('SSLCertificateFile', certificateFile(host, filesRoot, CERTIFICATE_FILES.chain)),
    directive('SSLCertificateKeyFile', certificateFile(host, filesRoot, CERTIFICATE_FILES.key)),
  ];
}

function certificateFile(host: VirtualHost, filesRoot: string, name: string): string {
  return argument(`${filesRoot}/${tlsFolder(host)}/${name}`);
}

/** What virtual hosts do not inherit from the server. */
function commonOf(): string[] {
  return ['AllowEncodedSlashes NoDecode'];
}

/** Answered before any rule is looked for: it looks at the line that came, not at what it was resolved to. */
function refusedPaths(): string[] {
  return [
    'RewriteEngine On',
    '# Server and proxy must not read a path differently, and it is passed on as it came.',
    directive('RewriteCond', '"%{THE_REQUEST}"', rewriteArgument(DOT_SEGMENTS_IN_LINE), '[NC]'),
    'RewriteRule "^" "-" [R=400,L]',
  ];
}

function requestHeaders(url: PublicUrl): string[] {
  const set = (name: string, value: string): string => directive('RequestHeader', 'set', name, argument(value));
  return [
    '# What a client names in Connection is dropped on the way; it must not name what is set here.',
    `RequestHeader set Connection close "expr=-n req_novary('Connection') && req_novary('Connection') !~ /^(close|keep-alive)$/i"`,
    ...UNTRUSTED_CLIENT_HEADERS.map((name) => directive('RequestHeader', 'unset', name)),
    set('X-Forwarded-For', 'expr=%{REMOTE_ADDR}'),
    ...Object.entries(forwardedHeaders(url)).map(([name, value]) => set(name, formatText(value))),
    '# The backend sees its public name, however the client wrote it.',
    set('Host', formatText(publicAuthority(url))),
    'ProxyAddHeaders Off',
    'ProxyPreserveHost On',
  ];
}

function proxyRule(host: VirtualHost, rule: ProxyPass, server: ApacheServer): string[] {
  const path = argument(rule.path);
  const parameters = [
    `connectiontimeout=${rule.connectionTimeout}`,
    `timeout=${rule.timeout}`,
    'retry=0',
    'keepalive=On',
    `ttl=${PROXY_TIMES.backendKeepAlive}`,
    `addressttl=${PROXY_TIMES.backendAddress}`,
    // The path as it came, with its query.
    'nocanon',
  ];
  return [
    '',
    ...backendTls(host, rule, server),
    directive('ProxyPass', path, argument(rule.backendUrl), ...parameters),
    directive('ProxyPassReverse', path, argument(rule.backendUrl)),
    ...(rule.url.contextPath === ''
      ? []
      : [
          directive(
            'RedirectMatch',
            '308',
            argument(`^${patternText(rule.url.contextPath)}$`),
            argument(`${rule.url.base}/`),
          ),
        ]),
  ];
}

/** For a name that does not resolve, or TLS that fails, Apache answers with 500, as if the fault were its own. */
function badGateway({ filesRoot }: ApacheServer): string[] {
  const path = argument(BAD_GATEWAY_PATH);
  return [
    '',
    '# A backend that cannot be reached is no error of this server.',
    directive('ErrorDocument', '500', path),
    directive('ProxyPass', path, '"!"'),
    directive('Alias', path, argument(`${filesRoot}/${BAD_GATEWAY_FILE}`)),
    ...section('Location', path, ['SetHandler send-as-is', 'Require all granted']),
  ];
}

/** Apache checks the certificate for the Host it sends, so over TLS the backend is called by its own name. */
function backendTls(host: VirtualHost, rule: ProxyPass, { filesRoot, tlsPolicy }: ApacheServer): string[] {
  if (rule.backendTls === undefined) return [];
  return [
    ...section('Proxy', argument(rule.backendUrl), [
      'SSLProxyEngine On',
      directive('SSLProxyProtocol', ...protocolsOf(tlsPolicy)),
      'SSLProxyVerify require',
      'SSLProxyVerifyDepth 5',
      directive('SSLProxyCACertificateFile', argument(`${filesRoot}/${backendCaFile(host, rule)}`)),
      'SSLProxyCheckPeerName On',
      'SSLProxyCheckPeerExpire On',
    ]),
    ...section('Location', argument(rule.path), ['ProxyPreserveHost Off']),
  ];
}
