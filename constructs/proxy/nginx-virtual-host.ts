import { CERTIFICATE_FILES } from '../tls/certificate-files';
import type { TlsPolicy } from '../tls/tls-policy';
import { forwardedHeaders, publicAuthority, UNTRUSTED_CLIENT_HEADERS } from './client-headers';
import { DOT_SEGMENTS } from './dot-segments';
import { NO_HOST, type Listener } from './listeners';
import { upstreamName } from './nginx-backends';
import { argument, block, directive, pattern } from './nginx-text';
import { backendCaFile } from './proxy-files';
import type { ProxyPass } from './proxy-pass';
import type { PublicUrl } from './public-url';
import { tlsFolder, type VirtualHost, type VirtualHostTls } from './virtual-host';

/** What virtual hosts take from the whole server. */
export interface NginxServer {
  /** Absolute path of the folder that the service's files are in. */
  readonly filesRoot: string;
  readonly tlsPolicy: TlsPolicy;
}

/** The virtual host of a public URL. */
export function servingHost(host: VirtualHost, server: NginxServer): string[] {
  const { url, tls } = host;
  return block('server', [
    ...listen(url.port, tls === undefined ? [] : ['ssl']),
    directive('server_name', url.host),
    ...(tls === undefined ? [] : tlsOf(host, tls, server.filesRoot)),
    ...answeredHere(),
    '',
    ...requestHeaders(url),
    ...host.proxyPass.flatMap((rule) => proxyRule(host, rule, server)),
    ...(host.proxyPass.some((rule) => rule.path === '/')
      ? []
      : ['', '# Whatever no rule above takes.', ...block('location /', ['return 404;'])]),
  ]);
}

/** Plain HTTP on another port, sent on to the URL: never to the host that the client names. */
export function redirectingHost(url: PublicUrl, port: number): string[] {
  const target = `${url.origin}$request_uri`;
  return block('server', [
    ...listen(port, []),
    directive('server_name', url.host),
    ...answeredHere(),
    '# 301 is known to the oldest git clients, but turns a POST into a GET: other methods get 308.',
    ...['GET', 'HEAD'].flatMap((method) =>
      block(`if ($request_method = ${method})`, [directive('return', '301', target)]),
    ),
    directive('return', '308', target),
  ]);
}

/**
 * The default of a port, which gets what is meant for no other. Over TLS a client without the name of one of the others
 * does not get beyond the handshake; everything else is a bad request.
 */
export function refusingHost({ port, usesTls }: Listener): string[] {
  return block('server', [
    ...listen(port, [...(usesTls ? ['ssl'] : []), 'default_server']),
    directive('server_name', NO_HOST),
    ...(usesTls ? ['ssl_reject_handshake on;'] : []),
    'return 400;',
  ]);
}

function listen(port: number, parameters: readonly string[]): string[] {
  return [directive('listen', String(port), ...parameters)];
}

function tlsOf(host: VirtualHost, tls: VirtualHostTls, filesRoot: string): string[] {
  const { seconds } = tls.hsts;
  const file = (name: string): string => argument(`${filesRoot}/${tlsFolder(host)}/${name}`);
  return [
    `http2 ${tls.http2 ? 'on' : 'off'};`,
    directive('ssl_certificate', file(CERTIFICATE_FILES.chain)),
    directive('ssl_certificate_key', file(CERTIFICATE_FILES.key)),
    ...(tls.certificate.ocspResponder
      ? [
          'ssl_stapling on;',
          'ssl_stapling_verify on;',
          directive('ssl_trusted_certificate', file(CERTIFICATE_FILES.authority)),
        ]
      : []),
    ...(seconds === undefined
      ? []
      : [
          '# A backend that sends one, too, must not make it two.',
          'proxy_hide_header Strict-Transport-Security;',
          directive('add_header', 'Strict-Transport-Security', argument(`max-age=${seconds}`), 'always'),
        ]),
  ];
}

/** Answered before any rule is looked for. */
function answeredHere(): string[] {
  return [
    "# From inside the container there is the healthcheck alone, which is not the backend's matter.",
    ...block('if ($remote_addr = 127.0.0.1)', ['return 204;']),
    '# Server and proxy must not read a path differently, and it is passed on as it came.',
    ...block(`if ($request_uri ~* ${pattern(DOT_SEGMENTS)})`, ['return 400;']),
  ];
}

/** At the level of the virtual host: a location that sets one header would have none of these. */
function requestHeaders(url: PublicUrl): string[] {
  const set = (name: string, value: string): string => directive('proxy_set_header', name, value);
  const forwarded = forwardedHeaders(url);
  const isSet = (name: string): boolean => name === 'X-Forwarded-For' || name in forwarded;
  return [
    ...UNTRUSTED_CLIENT_HEADERS.filter((name) => !isSet(name)).map((name) => set(name, '""')),
    set('X-Forwarded-For', '$remote_addr'),
    ...Object.entries(forwarded).map(([name, value]) => set(name, argument(value))),
    '# The backend sees its public name, however the client wrote it.',
    set('Host', argument(publicAuthority(url))),
    '# Empty, so that connections to backends are kept.',
    set('Connection', '""'),
  ];
}

function proxyRule(host: VirtualHost, rule: ProxyPass, server: NginxServer): string[] {
  return [
    '',
    ...block(`location ${argument(rule.path)}`, [
      '# Without a path: the path goes on as it came, with its query.',
      directive('proxy_pass', `${rule.backend.scheme}://${upstreamName(host, rule)}`),
      directive('proxy_connect_timeout', `${rule.connectionTimeout}s`),
      directive('proxy_read_timeout', `${rule.timeout}s`),
      directive('proxy_send_timeout', `${rule.timeout}s`),
      directive('proxy_redirect', argument(rule.backendUrl), argument(`${rule.url.base}/`)),
      ...backendTls(host, rule, server),
    ]),
    ...(rule.url.contextPath === ''
      ? []
      : block(`location = ${argument(rule.url.contextPath)}`, [
          directive('return', '308', `${rule.url.base}/$is_args$args`),
        ])),
  ];
}

function backendTls(host: VirtualHost, rule: ProxyPass, { filesRoot, tlsPolicy }: NginxServer): string[] {
  if (rule.backendTls === undefined) return [];
  return [
    'proxy_ssl_verify on;',
    'proxy_ssl_verify_depth 5;',
    directive('proxy_ssl_trusted_certificate', argument(`${filesRoot}/${backendCaFile(host, rule)}`)),
    directive('proxy_ssl_name', argument(rule.backend.host)),
    'proxy_ssl_server_name on;',
    directive('proxy_ssl_protocols', ...tlsPolicy.protocols),
  ];
}
