import type { PublicUrl } from '../proxy/public-url';

/** Port of the Git server inside its networks, as Stash and Bitbucket have it. */
export const GIT_PORT = 7990;

/**
 * Tomcat's `<Connector>`: the port it listens on and, behind a proxy, what it must believe about the outside. Every
 * URL that the server makes follows from it.
 * @see https://tomcat.apache.org/tomcat-10.1-doc/config/http.html#Proxy_Support
 */
export class Connector {
  /** Behind a proxy that serves this URL. */
  public static behind(url: PublicUrl): Connector {
    return new Connector(GIT_PORT, url.scheme, url.scheme === 'https', url.host, url.port, url.port);
  }

  /** Reached by its users directly, over plain HTTP. Without a proxy Tomcat takes its name from each request. */
  public static direct(): Connector {
    return new Connector(GIT_PORT, 'http', false, undefined, undefined, undefined);
  }

  private constructor(
    public readonly port: number,
    public readonly scheme: 'http' | 'https',
    /** Whether requests count as made over TLS. */
    public readonly secure: boolean,
    /** Host name of the proxy. */
    public readonly proxyName: string | undefined,
    /** Port of the proxy; written even where it is the scheme's own, because Tomcat would otherwise use its own. */
    public readonly proxyPort: number | undefined,
    /** Where Tomcat redirects what must be confidential: the port of the proxy. */
    public readonly redirectPort: number | undefined,
  ) {}
}
