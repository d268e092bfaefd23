import { CERTIFICATE_FILES } from '../tls/certificate-files';
import { argument, directive, formatText, patternText, section } from './apache-text';
import { UNTRUSTED_CLIENT_HEADERS } from './client-headers';
import type { ProxyPass } from './proxy-pass';
import type { PublicUrl } from './public-url';
import { tlsFolder, type VirtualHost, type VirtualHostTls } from './virtual-host';

/**
 * Seconds that an unused connection to the backend is kept. Below the 20 s after which Tomcat closes it, or requests
 * would now and then meet a connection that is just being closed.
 */
const BACKEND_CONNECTION_TTL = 10;
/** Seconds for which the backend's address is believed: a container made anew has another one under the same name. */
const BACKEND_ADDRESS_TTL = 5;
/** A cipher that needs a pre-shared key, which nobody has: no handshake can ever agree on it. */
const IMPOSSIBLE_CIPHER = 'PSK-AES256-GCM-SHA384';
/** A host name that is reserved never to exist (RFC 6761). */
const NO_HOST = 'refused.invalid';

/** The virtual host of a public URL. */
export function servingHost(host: VirtualHost, filesRoot: string): string[] {
  const { url, tls } = host;
  return section('VirtualHost', `*:${url.port}`, [
    directive('ServerName', argument(`${url.scheme}://${url.host}:${url.port}`)),
    ...(tls ? tlsOf(host, tls, filesRoot) : ['Protocols http/1.1']),
    ...commonOf(),
    '',
    ...requestHeaders(url),
    ...host.proxyPass.flatMap(proxyRule),
    '# Whatever no rule above takes.',
    'RedirectMatch 404 "^/"',
  ]);
}

/** Plain HTTP on another port, sent on to the URL: never to the host that the client names. */
export function redirectingHost(url: PublicUrl, port: number): string[] {
  const target = argument(`${url.origin}/`);
  return section('VirtualHost', `*:${port}`, [
    directive('ServerName', argument(`http://${url.host}:${port}`)),
    'Protocols http/1.1',
    ...commonOf(),
    '<Location "/">',
    '  Require all granted',
    '</Location>',
    '# 301 is known to the oldest git clients, but turns a POST into a GET: other methods get 308.',
    ...section('If', `"%{REQUEST_METHOD} in { 'GET', 'HEAD' }"`, [directive('Redirect', '301', '"/"', target)]),
    '<Else>',
    directive('  Redirect', '308', '"/"', target),
    '</Else>',
  ]);
}

/**
 * The first virtual host of a port, which gets what is meant for no other. Over TLS a client without the name of one of
 * the others does not get beyond the handshake; everything else is a bad request.
 */
export function refusingHost(port: number, certificateOf: VirtualHost | undefined, filesRoot: string): string[] {
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
          ...certificateFiles(certificateOf, filesRoot),
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
    'Protocols h2 http/1.1',
    'H2Upgrade Off',
    'SSLEngine On',
    ...certificateFiles(host, filesRoot),
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
  const folder = `${filesRoot}/${tlsFolder(host)}`;
  return [
    directive('SSLCertificateFile', argument(`${folder}/${CERTIFICATE_FILES.chain}`)),
    directive('SSLCertificateKeyFile', argument(`${folder}/${CERTIFICATE_FILES.key}`)),
  ];
}

/** What virtual hosts do not inherit from the server. */
function commonOf(): string[] {
  return ['AllowEncodedSlashes NoDecode'];
}

function requestHeaders(url: PublicUrl): string[] {
  const host = formatText(url.origin.slice(`${url.scheme}://`.length));
  const set = (name: string, value: string): string => directive('RequestHeader', 'set', name, argument(value));
  return [
    '# What a client names in Connection is dropped on the way; it must not name what is set here.',
    `RequestHeader set Connection close "expr=-n req_novary('Connection') && req_novary('Connection') !~ /^(close|keep-alive)$/i"`,
    ...UNTRUSTED_CLIENT_HEADERS.map((name) => directive('RequestHeader', 'unset', name)),
    set('X-Forwarded-For', 'expr=%{REMOTE_ADDR}'),
    set('X-Forwarded-Host', host),
    set('X-Forwarded-Port', String(url.port)),
    set('X-Forwarded-Proto', url.scheme),
    '# The backend sees its public name, however the client wrote it.',
    set('Host', host),
    'ProxyAddHeaders Off',
    'ProxyPreserveHost On',
  ];
}

function proxyRule(rule: ProxyPass): string[] {
  const path = argument(rule.path);
  const parameters = [
    `connectiontimeout=${rule.connectionTimeout}`,
    `timeout=${rule.timeout}`,
    'retry=0',
    'keepalive=On',
    `ttl=${BACKEND_CONNECTION_TTL}`,
    `addressttl=${BACKEND_ADDRESS_TTL}`,
    // Resolves `..;/` as Tomcat would, before the rule is chosen, and passes %2F on as it came. With nocanon besides,
    // Apache 2.4.68 sends query strings twice.
    'mapping=servlet',
  ];
  return [
    '',
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
