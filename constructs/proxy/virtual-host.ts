import { InputError, quoted } from '../errors';
import type { Certificate } from '../tls/certificate';
import { checkCovers } from '../tls/certificate-names';
import { Hsts } from './hsts';
import { checkedPort } from './port';
import type { ProxyPass } from './proxy-pass';
import type { HttpUrl, HttpsUrl, PublicUrl } from './public-url';

/** What a virtual host of plain HTTP serves. */
export interface HttpVirtualHostProps {
  /** The servers behind the host, from their `proxyPass()`. At least one. */
  readonly proxyPass: readonly ProxyPass[];
}

/** What a virtual host of HTTPS serves, and how. */
export interface HttpsVirtualHostProps extends HttpVirtualHostProps {
  /** Must be issued for the host of the URL. */
  readonly certificate: Certificate;
  /** Port whose plain HTTP requests are redirected to the URL, usually 80. @default - nothing listens for plain HTTP */
  readonly redirectHttpPort?: number;
  /** Strict-Transport-Security (RFC 6797), for this host name alone. @default - two years */
  readonly hsts?: Hsts;
  /**
   * Whether clients may speak HTTP/2. Git with libcurl 7.88 (Debian 12) never sends the end of some pushes over it,
   * whoever the server is: false spares such clients a setting of their own.
   * @default true
   */
  readonly http2?: boolean;
}

/** What the proxy needs for TLS on one host. */
export interface VirtualHostTls {
  /** What it serves. */
  readonly certificate: Certificate;
  /** Port whose plain HTTP requests are redirected; undefined where nothing listens for them. */
  readonly redirectHttpPort: number | undefined;
  /** What it tells browsers. */
  readonly hsts: Hsts;
  /** Whether clients may speak HTTP/2. */
  readonly http2: boolean;
}

/**
 * A name-based virtual host of a reverse proxy: one public URL's host and port, and the servers behind it.
 * @see https://httpd.apache.org/docs/2.4/vhosts/name-based.html
 */
export class VirtualHost {
  /**
   * Of HTTPS. Refused: a certificate for another host, a `redirectHttpPort` that is the port of the URL, the `proxyPass()` of a server
   * with another base URL, and servers whose paths overlap.
   */
  public static https(url: HttpsUrl, props: HttpsVirtualHostProps): VirtualHost {
    const where = `VirtualHost.https ${url.origin}`;
    checkCovers(where, props.certificate, url.host);
    if (props.redirectHttpPort !== undefined) {
      checkedPort(where, props.redirectHttpPort);
      if (props.redirectHttpPort === url.port) {
        throw new InputError(
          where,
          `redirectHttpPort ${url.port}, which is the port of the URL itself`,
          'choose another, usually 80',
        );
      }
    }
    return new VirtualHost(where, url, props.proxyPass, {
      certificate: props.certificate,
      redirectHttpPort: props.redirectHttpPort,
      hsts: props.hsts ?? Hsts.twoYears,
      http2: props.http2 ?? true,
    });
  }

  /** Of plain HTTP. Refused: the `proxyPass()` of a server with another base URL, and servers whose paths overlap. */
  public static http(url: HttpUrl, props: HttpVirtualHostProps): VirtualHost {
    return new VirtualHost(`VirtualHost.http ${url.origin}`, url, props.proxyPass, undefined);
  }

  private constructor(
    where: string,
    /** Host and port that it serves; its context path is that of one of the servers. */
    public readonly url: PublicUrl,
    /** The servers behind it. */
    public readonly proxyPass: readonly ProxyPass[],
    /** What it needs for TLS; undefined for plain HTTP. */
    public readonly tls: VirtualHostTls | undefined,
  ) {
    if (proxyPass.length === 0) {
      throw new InputError(where, 'no ProxyPass', 'give the proxyPass() of at least one Git server');
    }
    for (const [index, rule] of proxyPass.entries()) {
      if (rule.url.origin !== url.origin) {
        throw new InputError(
          where,
          `the proxyPass() of ${rule.servedBy}, whose base URL is ${rule.url.base}`,
          `make that server with Access.behindProxy of a URL at ${url.origin}, or give its rule to the virtual host of ${rule.url.origin}`,
        );
      }
      // Both paths end with a slash, so that a start is a whole part of the path.
      const other = proxyPass
        .slice(0, index)
        .find(({ path }) => path.startsWith(rule.path) || rule.path.startsWith(path));
      if (other !== undefined) {
        throw new InputError(
          where,
          `the overlapping paths ${quoted(other.path)} of ${other.servedBy} and ${quoted(rule.path)} of ${rule.servedBy}`,
          'give each server a context path of its own, none below another',
        );
      }
    }
  }
}

/** Where a virtual host's certificate is among the files of a proxy. */
export function tlsFolder({ url }: VirtualHost): string {
  return `tls/${url.host}_${url.port}`;
}
