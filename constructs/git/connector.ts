import type { HttpsUrl, PublicUrl } from '../proxy/public-url';
import type { TlsPolicy } from '../tls/tls-policy';

/** Port of the Git server inside its networks, as Stash and Bitbucket have it. */
export const GIT_PORT = 7990;
/** Port inside its container on which it redirects. */
const REDIRECT_PORT = 7991;
/** Port inside its container on which it answers without the proxy. */
const OPEN_PORT = 7992;

/**
 * Tomcat's `<Connector>`: the port it listens on and, behind a proxy, what it must believe about the outside. Every
 * URL that the server makes follows from it.
 * @see https://tomcat.apache.org/tomcat-10.1-doc/config/http.html#Proxy_Support
 */
export class Connector {
  /** Behind a proxy that serves this URL. */
  public static behind(url: PublicUrl): Connector {
    const { scheme, host, port } = url;
    return new Connector({ port: GIT_PORT, scheme, proxyName: host, proxyPort: port, redirectPort: port });
  }

  /** Reached by its users directly, over plain HTTP. Without a proxy Tomcat takes its name from each request. */
  public static direct(): Connector {
    return new Connector({ port: GIT_PORT, scheme: 'http' });
  }

  /** Reached by its users directly, over Tomcat's own TLS. */
  public static directTls(policy: TlsPolicy): Connector {
    return new Connector({ port: GIT_PORT, scheme: 'https', tlsPolicy: policy });
  }

  /** Beside the one of a proxy: not secure, so that Tomcat sends whatever is confidential to the URL. */
  public static redirectingTo(url: HttpsUrl): Connector {
    const { host, port } = url;
    return new Connector({ port: REDIRECT_PORT, scheme: 'http', proxyName: host, proxyPort: port, redirectPort: port });
  }

  /** Beside the one of a proxy: answers over plain HTTP. */
  public static open(): Connector {
    return new Connector({ port: OPEN_PORT, scheme: 'http' });
  }

  /** Port that it listens on in the container: 7990; 7991 or 7992 for one beside that of a proxy. */
  public readonly port: number;
  /** What requests count as: that of the base URL, or what the connector itself speaks. */
  public readonly scheme: 'http' | 'https';
  /** Host name of the proxy. */
  public readonly proxyName: string | undefined;
  /** Port of the proxy; written even where it is the scheme's own, because Tomcat would otherwise use its own. */
  public readonly proxyPort: number | undefined;
  /** Where Tomcat redirects what must be confidential: the port of the proxy. */
  public readonly redirectPort: number | undefined;
  /** Protocols and ciphers where the connector itself speaks TLS. */
  public readonly tlsPolicy: TlsPolicy | undefined;

  private constructor(values: ConnectorValues) {
    this.port = values.port;
    this.scheme = values.scheme;
    this.proxyName = values.proxyName;
    this.proxyPort = values.proxyPort;
    this.redirectPort = values.redirectPort;
    this.tlsPolicy = values.tlsPolicy;
  }

  /** Whether requests count as made over TLS. */
  public get secure(): boolean {
    return this.scheme === 'https';
  }
}

interface ConnectorValues {
  readonly port: number;
  readonly scheme: 'http' | 'https';
  readonly proxyName?: string;
  readonly proxyPort?: number;
  readonly redirectPort?: number;
  readonly tlsPolicy?: TlsPolicy;
}
