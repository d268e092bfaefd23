import type { TlsPolicy } from '../tls/tls-policy';
import { accessLog } from './apache-log';
import { DEFINE_DOLLAR } from './apache-text';
import { tlsPolicySettings } from './apache-tls';
import { redirectingHost, refusingHost, servingHost } from './apache-virtual-host';
import { listenersOf, NO_HOST } from './listeners';
import type { ProxyLoad } from './proxy-load';
import { HEADER_FIELDS, PROXY_TIMES, REQUESTS_PER_CONNECTION, STREAMS_PER_CONNECTION } from './proxy-times';
import type { RequestLimits } from './request-limits';
import type { VirtualHost } from './virtual-host';

export interface ApacheConf {
  readonly virtualHosts: readonly VirtualHost[];
  readonly tlsPolicy: TlsPolicy;
  readonly load: ProxyLoad;
  readonly limits: RequestLimits;
  /** Absolute path of the folder that the service's files are in, for example `/files/current`. */
  readonly filesRoot: string;
}

/** Exactly what is used below, and nothing else that could answer. */
const MODULES = [
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
  // mod_qos asks for it.
  'unique_id',
];
const TLS_MODULES = ['ssl', 'socache_shmcb'];

/**
 * The whole configuration of an Apache httpd 2.4 that is a reverse proxy and nothing else, without the distribution's.
 * @see https://httpd.apache.org/docs/2.4/mod/directives.html
 */
export function apacheConf(conf: ApacheConf): string {
  const speaksTls = conf.virtualHosts.some(
    (host) => host.tls !== undefined || host.proxyPass.some((rule) => rule.backendTls !== undefined),
  );
  const modules = [...MODULES, ...(speaksTls ? TLS_MODULES : [])];
  return [
    '# Written by cdktf-git-topology; changes are lost at the next deploy.',
    DEFINE_DOLLAR,
    'ServerRoot "/usr/lib/apache2"',
    ...modules.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`),
    '',
    ...server(conf.load),
    '',
    ...REQUESTS,
    ...limitsOf(conf.limits),
    '',
    ...ERROR_LOG,
    ...accessLog(speaksTls),
    '',
    ...(speaksTls ? [...tlsPolicySettings(conf.tlsPolicy), ''] : []),
    ...listeners(conf),
    '',
  ].join('\n');
}

/** Each port once, its refusing virtual host first: the first one is the port's default. */
function listeners(conf: ApacheConf): string[] {
  return listenersOf(conf.virtualHosts).flatMap((listener) => [
    `Listen ${listener.port} ${listener.usesTls ? 'https' : 'http'}`,
    ...refusingHost(listener, conf),
    ...listener.serving.flatMap((host) => servingHost(host, conf)),
    ...listener.redirecting.flatMap((host) => redirectingHost(host.url, listener.port)),
  ]);
}

/**
 * The process: everything it writes is in memory. All workers run from the start. There are more slots than are used,
 * for the processes of before a reload, which end with their last request.
 */
function server(load: ProxyLoad): string[] {
  return [
    'DefaultRuntimeDir "/tmp"',
    'PidFile "/tmp/apache.pid"',
    'Mutex pthread default',
    'DocumentRoot "/var/empty"',
    `ServerName "${NO_HOST}"`,
    'ServerTokens Prod',
    'ServerSignature Off',
    `StartServers ${load.cores}`,
    `ServerLimit ${Math.max(16, 4 * load.cores)}`,
    `ThreadLimit ${load.requestsPerCore}`,
    `ThreadsPerChild ${load.requestsPerCore}`,
    `MaxRequestWorkers ${load.maxRequests}`,
    'MinSpareThreads 1',
    `MaxSpareThreads ${load.maxRequests + load.requestsPerCore}`,
    `H2MinWorkers 1`,
    `H2MaxWorkers ${load.requestsPerCore}`,
    `GracefulShutdownTimeout ${PROXY_TIMES.shutdown}`,
  ];
}

/** How requests are read and passed on, where no virtual host says otherwise. */
const REQUESTS = [
  'StrictHostCheck ON',
  'UseCanonicalName On',
  'HttpProtocolOptions Strict',
  'TraceEnable Off',
  'KeepAlive On',
  `KeepAliveTimeout ${PROXY_TIMES.clientKeepAlive}`,
  `MaxKeepAliveRequests ${REQUESTS_PER_CONNECTION}`,
  `Timeout ${PROXY_TIMES.packet}`,
  '# Headers come at once or not at all. A push may pause, while git packs, for as long as Timeout lets it.',
  `RequestReadTimeout handshake=20 header=${PROXY_TIMES.headers}-${2 * PROXY_TIMES.headers},MinRate=500 body=${PROXY_TIMES.packet},MinRate=50`,
  'ProxyRequests Off',
  'ProxyVia Off',
  'ProxyErrorOverride Off',
  `ProxyTimeout ${PROXY_TIMES.packet}`,
  '# Pushes go on as they come, instead of being collected in memory first.',
  'SetEnv proxy-sendchunked 1',
  'SetEnv proxy-prefetch-nonblocking 1',
  '<Directory "/">',
  '  AllowOverride None',
  '  # The folder of the files is a link.',
  '  Options FollowSymLinks',
  '  Require all denied',
  '</Directory>',
];

/** Where and how much is told of what goes wrong; access-log lines are JSON, these are not. */
const ERROR_LOG = [
  'ErrorLog "/dev/stderr"',
  'LogLevel warn',
  String.raw`ErrorLogFormat "[%{cu}t] [%-m:%l] [pid %P] [client\ %a] %E: %M"`,
];

/**
 * @see https://httpd.apache.org/docs/2.4/mod/core.html#limitrequestfields
 * @see https://mod-qos.sourceforge.net/ QS_SrvMaxConnPerIP: httpd itself knows no bound for an address
 */
function limitsOf(limits: RequestLimits): string[] {
  return [
    `LimitRequestLine ${limits.headerSize}`,
    `LimitRequestFieldSize ${limits.headerSize}`,
    `LimitRequestFields ${HEADER_FIELDS}`,
    `LimitRequestBody ${limits.bodySize}`,
    `H2MaxSessionStreams ${STREAMS_PER_CONNECTION}`,
    `QS_SrvMaxConnPerIP ${limits.perAddress}`,
  ];
}
