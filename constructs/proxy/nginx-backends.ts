import { isIPv4 } from 'node:net';
import { PROXY_TIMES } from './proxy-times';
import type { ProxyPass } from './proxy-pass';
import { block, directive } from './nginx-text';
import type { VirtualHost } from './virtual-host';

/** Where the entry point of `images/nginx` writes the address of a backend that has a name. */
const ADDRESSES = '/tmp/backends';
/** Connections to one backend that a worker keeps while they are unused. */
const KEPT_CONNECTIONS = 32;

/** Name of the group of servers that a rule has for itself: connections of two rules may differ in how TLS is checked. */
export function upstreamName({ url, proxyPass }: VirtualHost, rule: ProxyPass): string {
  return `${url.host}_${url.port}-${proxyPass.indexOf(rule)}`;
}

/**
 * The backends. Before 1.27.3 nginx resolves the names of a group of servers only when it reads its configuration, and
 * a proxy_pass with a variable, which is resolved later, keeps no connections. So the entry point of the image looks
 * names up and writes each address to a file that is included here.
 * @see https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive
 */
export function upstreams(virtualHosts: readonly VirtualHost[]): string[] {
  return virtualHosts.flatMap((host) =>
    host.proxyPass.flatMap((rule) =>
      block(`upstream ${upstreamName(host, rule)}`, [
        server(rule),
        directive('keepalive', String(KEPT_CONNECTIONS)),
        directive('keepalive_timeout', `${PROXY_TIMES.backendKeepAlive}s`),
      ]),
    ),
  );
}

/** A line for each backend that has a name: `git 7990`. What the entry point looks up, and when. */
export function backendList(virtualHosts: readonly VirtualHost[]): string {
  const named = virtualHosts
    .flatMap((host) => host.proxyPass.map((rule) => rule.backend))
    .filter(({ host }) => !isIPv4(host))
    .map(({ host, port }) => `${host} ${port}\n`);
  return [...new Set(named)].join('');
}

function server({ backend: { host, port } }: ProxyPass): string {
  return isIPv4(host)
    ? directive('server', `${host}:${port}`)
    : directive('include', `${ADDRESSES}/${host}_${port}.conf`);
}
