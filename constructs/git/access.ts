import { InputError } from '../errors';
import { Hsts } from '../proxy/hsts';
import { HttpsUrl, type HttpUrl, type PublicUrl } from '../proxy/public-url';
import type { Certificate } from '../tls/certificate';
import { checkCovers } from '../tls/certificate-names';
import { TlsPolicy } from '../tls/tls-policy';
import { Connector } from './connector';
import { DirectAccess, type OpenAccess, type RedirectAccess } from './direct-access';
import { ExternalProxy } from './external-proxy';

/** How Tomcat serves an HTTPS URL itself. */
export interface DirectTlsOptions {
  /** Protocols, ciphers and key exchange. @default TlsPolicy.intermediate */
  readonly tlsPolicy?: TlsPolicy;
  /** Strict-Transport-Security (RFC 6797), for this host name alone. @default - two years */
  readonly hsts?: Hsts;
}

/** What Tomcat needs for TLS of its own. */
export interface DirectTls {
  /** What it serves; issued for the host of the URL. */
  readonly certificate: Certificate;
  /** What it tells browsers. */
  readonly hsts: Hsts;
}

/** A connector that is reached from outside the environment's networks. */
export interface PublishedConnector {
  /** What the port leads to. */
  readonly connector: Connector;
  /** Port on the host. */
  readonly port: number;
  /** Address on the host; undefined for the environment's own. */
  readonly address: string | undefined;
}

interface AccessValues {
  readonly connector: Connector;
  readonly published: readonly PublishedConnector[];
  readonly isBehindProxy: boolean;
  readonly tls?: DirectTls;
  readonly directAccess?: DirectAccess;
  readonly externalProxy?: ExternalProxy;
}

/**
 * How users reach the Git server: the topologies of Atlassian's "Proxy and secure Bitbucket".
 * @see https://confluence.atlassian.com/bitbucketserver/proxy-and-secure-bitbucket-776640099.html
 */
export class Access {
  /**
   * Through a reverse proxy of the same environment that serves this URL; whoever comes to the server's own port is redirected
   * to it. That needs a URL that is HTTPS: Tomcat redirects only to what is confidential.
   */
  public static behindProxy(url: HttpsUrl, also: RedirectAccess): Access;
  /**
   * Through a reverse proxy that serves this URL: one of the same environment, or an ExternalProxy. The server's own
   * port is closed unless `DirectAccess.open()` says otherwise.
   */
  public static behindProxy(url: PublicUrl, also?: OpenAccess | ExternalProxy): Access;
  public static behindProxy(url: PublicUrl, also?: DirectAccess | ExternalProxy): Access {
    const connector = Connector.behind(url);
    if (also instanceof ExternalProxy) {
      const published = [{ connector, port: also.port, address: also.bind }];
      return new Access(url, { connector, isBehindProxy: true, published, externalProxy: also });
    }
    if (also === undefined) return new Access(url, { connector, isBehindProxy: true, published: [] });
    const beside = also.kind === 'open' ? Connector.open() : Connector.redirectingTo(httpsOnly(url));
    const published = [{ connector: beside, port: also.port, address: undefined }];
    return new Access(url, { connector, isBehindProxy: true, published, directAccess: also });
  }

  /** Tomcat itself, over plain HTTP, published on the port of the URL. */
  public static direct(url: HttpUrl): Access;
  /** Tomcat itself, over TLS of its own, published on the port of the URL. Refused: a certificate for another host. */
  public static direct(url: HttpsUrl, certificate: Certificate, options?: DirectTlsOptions): Access;
  public static direct(url: HttpUrl | HttpsUrl, certificate?: Certificate, options: DirectTlsOptions = {}): Access {
    const where = `Access.direct ${url.origin}`;
    const publish = (connector: Connector): PublishedConnector[] => [{ connector, port: url.port, address: undefined }];
    if (url.scheme === 'http') {
      const connector = Connector.direct();
      return new Access(url, { connector, isBehindProxy: false, published: publish(connector) });
    }
    if (certificate === undefined) {
      throw new InputError(where, 'no certificate', 'give the certificate that Tomcat serves as the second argument');
    }
    checkCovers(where, certificate, url.host);
    const connector = Connector.directTls(options.tlsPolicy ?? TlsPolicy.intermediate);
    const tls = { certificate, hsts: options.hsts ?? Hsts.twoYears };
    return new Access(url, { connector, isBehindProxy: false, published: publish(connector), tls });
  }

  /** The connector that the base URL leads to. */
  public readonly connector: Connector;
  /** The connectors that ports of the host lead to. */
  public readonly published: readonly PublishedConnector[];
  /** Whether a proxy, of this environment or elsewhere, serves the base URL. */
  public readonly isBehindProxy: boolean;
  /** TLS of the server's own; undefined where a proxy has it, or nobody. */
  public readonly tls: DirectTls | undefined;
  /** What the server's own port does beside the proxy; undefined where it is closed. */
  public readonly directAccess: DirectAccess | undefined;
  /** The proxy, where it is not of the same environment. */
  public readonly externalProxy: ExternalProxy | undefined;

  private constructor(
    /** The base URL. */
    public readonly url: PublicUrl,
    values: AccessValues,
  ) {
    this.connector = values.connector;
    this.published = values.published;
    this.isBehindProxy = values.isBehindProxy;
    this.tls = values.tls;
    this.directAccess = values.directAccess;
    this.externalProxy = values.externalProxy;
  }

  /** All connectors of the server, the one of the base URL first. */
  public get connectors(): readonly Connector[] {
    return [...new Set([this.connector, ...this.published.map(({ connector }) => connector)])];
  }
}

function httpsOnly(url: PublicUrl): HttpsUrl {
  if (url instanceof HttpsUrl) return url;
  throw new InputError(
    `Access.behindProxy ${url.origin}`,
    'DirectAccess.redirect() to a URL of plain HTTP',
    'give a PublicUrl.https, or leave the port closed: Tomcat redirects only to what is confidential',
  );
}
