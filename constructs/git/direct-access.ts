import { checkedPort } from '../proxy/port';

/**
 * What a server behind a proxy does with those who come to its own port. Without any of these the port is closed:
 * nothing is published.
 */
export abstract class DirectAccess {
  /**
   * Every request is redirected to the same path below the base URL, which must be HTTPS: Tomcat's own redirect of what
   * is confidential, from a connector that is not.
   * @param port published for it. @default 7990
   * @see https://tomcat.apache.org/tomcat-10.1-doc/config/http.html `redirectPort`
   */
  public static redirect(port = DEFAULT_PORT): RedirectAccess {
    return new RedirectAccess(port);
  }

  /**
   * Requests are answered, over plain HTTP: for tools inside. Pages and clone URLs still name the base URL.
   * @param port published for it. @default 7990
   */
  public static open(port = DEFAULT_PORT): OpenAccess {
    return new OpenAccess(port);
  }

  /** What happens to requests. */
  public abstract readonly kind: 'redirect' | 'open';
  /** Port that is published for it, on the bind address of the environment. */
  public readonly port: number;

  protected constructor(port: number) {
    this.port = checkedPort('DirectAccess', port);
  }
}

const DEFAULT_PORT = 7990;

/** Requests to the port are redirected. Made by `DirectAccess.redirect`. */
export class RedirectAccess extends DirectAccess {
  /** They are redirected. */
  public readonly kind = 'redirect';

  /** @internal Use DirectAccess.redirect. */
  public constructor(port: number) {
    super(port);
  }
}

/** Requests to the port are answered. Made by `DirectAccess.open`. */
export class OpenAccess extends DirectAccess {
  /** They are answered. */
  public readonly kind = 'open';

  /** @internal Use DirectAccess.open. */
  public constructor(port: number) {
    super(port);
  }
}
