import type { TlsPolicy } from '../tls/tls-policy';
import { listenersOf } from './listeners';
import { upstreams } from './nginx-backends';
import { ACCESS_LOG } from './nginx-log';
import { block, directive } from './nginx-text';
import { tlsPolicySettings } from './nginx-tls';
import { redirectingHost, refusingHost, servingHost } from './nginx-virtual-host';
import type { ProxyLoad } from './proxy-load';
import { PROXY_TIMES, REQUESTS_PER_CONNECTION, STREAMS_PER_CONNECTION } from './proxy-times';
import type { RequestLimits } from './request-limits';
import type { VirtualHost } from './virtual-host';

export interface NginxConf {
  readonly virtualHosts: readonly VirtualHost[];
  readonly tlsPolicy: TlsPolicy;
  readonly load: ProxyLoad;
  readonly limits: RequestLimits;
  /** Absolute path of the folder that the service's files are in, for example `/files/current`. */
  readonly filesRoot: string;
}

/**
 * The whole configuration of an nginx 1.26 that is a reverse proxy and nothing else, without the distribution's. It
 * captures nothing from requests by regular expressions, which is where nginx has had most of its faults.
 * @see https://nginx.org/en/docs/dirindex.html
 */
export function nginxConf(conf: NginxConf): string {
  const staples = conf.virtualHosts.some((host) => host.tls?.certificate.ocspResponder === true);
  const usesTls = conf.virtualHosts.some((host) => host.tls !== undefined);
  return [
    '# Written by cdktf-git-topology; changes are lost at the next deploy.',
    ...processes(conf.load),
    ...block('http', [
      ...TEMPORARY_FILES,
      '',
      ...REQUESTS,
      ...limitsOf(conf),
      '',
      ...BACKENDS,
      '',
      ...ACCESS_LOG,
      '',
      ...(usesTls ? [...tlsPolicySettings(conf.tlsPolicy), HTTP2_STREAMS, ''] : []),
      ...(staples ? ['# For OCSP responders.', 'resolver 127.0.0.11 ipv6=off;', ''] : []),
      ...upstreams(conf.virtualHosts),
      ...listeners(conf),
    ]),
    '',
  ].join('\n');
}

/** Each port once, its refusing virtual host first. */
function listeners(conf: NginxConf): string[] {
  return listenersOf(conf.virtualHosts).flatMap((listener) => [
    ...refusingHost(listener),
    ...listener.serving.flatMap((host) => servingHost(host, conf)),
    ...listener.redirecting.flatMap((host) => redirectingHost(host.url, listener.port)),
  ]);
}

/** The process: everything it writes is in memory. */
function processes(load: ProxyLoad): string[] {
  return [
    'daemon off;',
    'pid /tmp/nginx.pid;',
    'error_log stderr warn;',
    directive('worker_processes', String(load.cores)),
    directive('worker_rlimit_nofile', String(load.openFiles)),
    ...block('events', [directive('worker_connections', String(load.connections))]),
  ];
}

const HTTP2_STREAMS = directive('http2_max_concurrent_streams', String(STREAMS_PER_CONNECTION));

/** Folders that nginx makes at its start, whether or not it uses them. */
const TEMPORARY_FILES = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) =>
  directive(`${kind}_temp_path`, `/tmp/${kind}`),
);

/** How requests are read, where no virtual host says otherwise. */
const REQUESTS = [
  'server_tokens off;',
  'gzip off;',
  'default_type application/octet-stream;',
  'merge_slashes on;',
  'underscores_in_headers off;',
  'ignore_invalid_headers on;',
  directive('client_header_timeout', `${PROXY_TIMES.headers}s`),
  '# A push may pause, while git packs.',
  directive('client_body_timeout', `${PROXY_TIMES.packet}s`),
  directive('send_timeout', `${PROXY_TIMES.packet}s`),
  directive('keepalive_timeout', `${PROXY_TIMES.clientKeepAlive}s`),
  directive('keepalive_requests', String(REQUESTS_PER_CONNECTION)),
  'tcp_nodelay on;',
];

/**
 * One zone for all virtual hosts and clients, and one of a state for each address: they count requests, as each has a connection
 * or a stream of its own. Clients that send none are dropped by `client_header_timeout`, and the oldest of them when connections
 * get scarce.
 * @see https://nginx.org/en/docs/http/ngx_http_limit_conn_module.html
 * @see https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers
 */
function limitsOf({ load, limits }: NginxConf): string[] {
  return [
    directive('large_client_header_buffers', '4', String(limits.headerSize)),
    directive('client_max_body_size', String(limits.bodySize)),
    'limit_conn_zone all zone=requests:64k;',
    'limit_conn_zone $binary_remote_addr zone=addresses:2m;',
    directive('limit_conn', 'requests', String(load.maxRequests)),
    directive('limit_conn', 'addresses', String(limits.perAddress)),
    'limit_conn_status 503;',
  ];
}

/** How requests are passed on: both ways as the bytes come, instead of being collected in files first. */
const BACKENDS = [
  'proxy_http_version 1.1;',
  'proxy_request_buffering off;',
  'proxy_buffering off;',
  'proxy_buffer_size 32k;',
  'proxy_buffers 4 32k;',
  'proxy_max_temp_file_size 0;',
  '# What a backend says to its proxy is not for this one.',
  'proxy_ignore_headers X-Accel-Redirect X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset X-Accel-Expires;',
];
