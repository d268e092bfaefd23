import type { TlsPolicy } from '../tls/tls-policy';
import { DEFINE_DOLLAR } from './apache-text';
import { tlsPolicySettings } from './apache-tls';
import { redirectingHost, refusingHost, servingHost } from './apache-virtual-host';
import type { VirtualHost } from './virtual-host';

export interface ApacheConf {
  readonly virtualHosts: readonly VirtualHost[];
  readonly tlsPolicy: TlsPolicy;
  /** Absolute path of the folder that the service's files are in, for example `/files/current`. */
  readonly filesRoot: string;
}

/** Exactly what is used below, and nothing else that could answer. */
const MODULES = ['mpm_event', 'authz_core', 'alias', 'env', 'headers', 'http2', 'proxy', 'proxy_http', 'reqtimeout'];
const TLS_MODULES = ['ssl'];

/** Seconds between two packets of a client or a backend; counting the objects of a large clone can take minutes. */
const TIMEOUT = 300;

/** Seconds that requests may take to end after the stop signal; below the time after which the container is killed. */
export const GRACEFUL_SHUTDOWN_TIMEOUT = 50;

/**
 * The whole configuration of an Apache httpd 2.4 that is a reverse proxy and nothing else, without the distribution's.
 * @see https://httpd.apache.org/docs/2.4/mod/directives.html
 */
export function apacheConf(conf: ApacheConf): string {
  const usesTls = conf.virtualHosts.some((host) => host.tls !== undefined);
  const modules = [...MODULES, ...(usesTls ? TLS_MODULES : [])];
  return [
    '# Written by cdktf-git-topology; changes are lost at the next deploy.',
    DEFINE_DOLLAR,
    'ServerRoot "/usr/lib/apache2"',
    ...modules.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`),
    '',
    ...SERVER,
    '',
    ...REQUESTS,
    '',
    ...logs(usesTls),
    '',
    ...(usesTls ? [...tlsPolicySettings(conf.tlsPolicy), ''] : []),
    ...listeners(conf),
    '',
  ].join('\n');
}

/** Each port once, its refusing virtual host first: the first one is the port's default. */
function listeners(conf: ApacheConf): string[] {
  return proxyPorts(conf.virtualHosts).flatMap((port) => {
    const serving = conf.virtualHosts.filter((host) => host.url.port === port);
    const redirecting = conf.virtualHosts.filter((host) => host.tls?.redirectHttpPort === port);
    const certificateOf = serving.find((host) => host.tls !== undefined);
    return [
      `Listen ${port} ${certificateOf === undefined ? 'http' : 'https'}`,
      ...refusingHost(port, certificateOf, conf.filesRoot),
      ...serving.flatMap((host) => servingHost(host, conf.filesRoot)),
      ...redirecting.flatMap((host) => redirectingHost(host.url, port)),
    ];
  });
}

/** Every port that the virtual hosts need, sorted: those of their URLs, and those that redirect. */
export function proxyPorts(virtualHosts: readonly VirtualHost[]): readonly number[] {
  const ports = virtualHosts.flatMap((host) => [
    host.url.port,
    ...(host.tls?.redirectHttpPort === undefined ? [] : [host.tls.redirectHttpPort]),
  ]);
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** The process: everything it writes is in memory. More slots than workers, for those of before a reload. */
const SERVER = [
  'DefaultRuntimeDir "/tmp"',
  'PidFile "/tmp/apache.pid"',
  'Mutex pthread default',
  'DocumentRoot "/var/empty"',
  'ServerName "refused.invalid"',
  'ServerTokens Prod',
  'ServerSignature Off',
  'StartServers 2',
  'ServerLimit 16',
  'ThreadsPerChild 32',
  'MaxRequestWorkers 256',
  `GracefulShutdownTimeout ${GRACEFUL_SHUTDOWN_TIMEOUT}`,
];

/** How requests are read and passed on, where no virtual host says otherwise. */
const REQUESTS = [
  'StrictHostCheck ON',
  'UseCanonicalName On',
  'HttpProtocolOptions Strict',
  'TraceEnable Off',
  'KeepAlive On',
  'KeepAliveTimeout 15',
  'MaxKeepAliveRequests 1000',
  `Timeout ${TIMEOUT}`,
  '# Headers come at once or not at all. A push may pause, while git packs, for as long as Timeout lets it.',
  `RequestReadTimeout handshake=20 header=20-40,MinRate=500 body=${TIMEOUT},MinRate=50`,
  'LimitRequestBody 0',
  'ProxyRequests Off',
  'ProxyVia Off',
  'ProxyErrorOverride Off',
  `ProxyTimeout ${TIMEOUT}`,
  '# Pushes go on as they come, instead of being collected in memory first.',
  'SetEnv proxy-sendchunked 1',
  '<Directory "/">',
  '  AllowOverride None',
  '  Options None',
  '  Require all denied',
  '</Directory>',
];

/**
 * To the container's log. Without query strings, which may hold tokens, and without Referer, which may hold the query
 * string of another page. The user is known to the backend only, whose log has it. Checks from inside are left out.
 */
function logs(usesTls: boolean): string[] {
  const tls = usesTls ? '%{SSL_PROTOCOL}x' : '-';
  return [
    'ErrorLog "/dev/stderr"',
    'LogLevel warn',
    String.raw`ErrorLogFormat "[%{cu}t] [%-m:%l] [pid %P] [client\ %a] %E: %M"`,
    String.raw`LogFormat "%a - %u [%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t%{%z}t] \"%m %U %H\" %>s in=%I out=%O us=%D host=%v tls=${tls}" access`,
    `CustomLog "/dev/stdout" access "expr=%{REMOTE_ADDR} != '127.0.0.1'"`,
  ];
}
