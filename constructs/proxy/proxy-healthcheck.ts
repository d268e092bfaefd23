import type { VirtualHost } from './virtual-host';

/** What a proxy answers itself: Apache `OPTIONS *` (RFC 9110, 9.3.7), nginx any request from inside its container. */
export type HealthRequest = 'OPTIONS *' | 'GET';

/**
 * A curl configuration that asks every virtual host of a proxy, from inside its container, for what needs no backend.
 * The proxy is healthy when it accepts connections for each name, with TLS where there is TLS, whether or not the Git
 * server behind it is. The certificate's trust and dates are its clients' matter.
 * @see https://curl.se/docs/manpage.html#-K
 */
export function proxyHealthcheck(virtualHosts: readonly VirtualHost[], request: HealthRequest): string {
  return [
    'silent',
    'show-error',
    'fail',
    'fail-early',
    'insecure',
    'http1.1',
    'max-time = 4',
    ...(request === 'OPTIONS *' ? ['request = "OPTIONS"', 'request-target = "*"'] : []),
    ...virtualHosts.flatMap(({ url }) => [
      `resolve = "${url.host}:${url.port}:127.0.0.1"`,
      `url = "${url.scheme}://${url.host}:${url.port}/"`,
    ]),
    '',
  ].join('\n');
}
