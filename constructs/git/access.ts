import type { HttpUrl, PublicUrl } from '../proxy/public-url';
import { Connector } from './connector';

/** How users reach the Git server: the topologies of Atlassian's "Proxy and secure Bitbucket". */
export class Access {
  /** Through a reverse proxy that serves this URL; the server publishes no port of its own. */
  public static behindProxy(url: PublicUrl): Access {
    return new Access(url, Connector.behind(url), undefined);
  }

  /** Tomcat itself, over plain HTTP, published on the port of the URL. */
  public static direct(url: HttpUrl): Access {
    return new Access(url, Connector.direct(), url.port);
  }

  private constructor(
    public readonly url: PublicUrl,
    public readonly connector: Connector,
    /** Port of the environment's bind address that leads to the server; none behind a proxy. */
    public readonly publishedPort: number | undefined,
  ) {}

  public get isBehindProxy(): boolean {
    return this.publishedPort === undefined;
  }
}
