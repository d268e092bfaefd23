import type { PublicUrl } from './public-url';

/**
 * Request headers by which servers learn of a client's address, identity or original request when a trusted proxy sets
 * them. At the edge they come from the client, so every reverse proxy here drops them, and sets those that it vouches
 * for (X-Forwarded-For, -Host, -Port and -Proto) itself. `Proxy` would become HTTP_PROXY in CGI programs.
 * @see https://www.rfc-editor.org/rfc/rfc7239#section-8
 * @see https://httpoxy.org
 */
export const UNTRUSTED_CLIENT_HEADERS: readonly string[] = [
  'Forwarded',
  'Proxy',
  'Remote-User',
  'X-Forwarded-By',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Forwarded-Proto',
  'X-Forwarded-Server',
  'X-Forwarded-Ssl',
  'X-Forwarded-User',
  'X-Original-URL',
  'X-Real-IP',
  'X-Remote-User',
  'X-Rewrite-URL',
  'X-WEBAUTH-USER',
];

/** Host and port as clients write them: the port is left out where it is the scheme's own. */
export function publicAuthority(url: PublicUrl): string {
  return url.origin.slice(`${url.scheme}://`.length);
}

/** What the proxy vouches for, besides the client's address in X-Forwarded-For. */
export function forwardedHeaders(url: PublicUrl): Readonly<Record<string, string>> {
  return {
    'X-Forwarded-Host': publicAuthority(url),
    'X-Forwarded-Port': String(url.port),
    'X-Forwarded-Proto': url.scheme,
  };
}
