import { Token } from 'cdktf';
import { isIPv4 } from 'node:net';
import { InputError, quoted } from '../errors';
import { backendOrigin, type BackendOrigin } from './backend-origin';
import type { PublicUrl } from './public-url';

/** TLS between proxy and backend. */
export interface BackendTls {
  /** The authority that issued the backend's certificate, PEM, or a reference to one. */
  readonly ca: string;
}

/** How long a proxy waits for a backend. */
export interface ProxyPassTimes {
  /** Seconds to wait for the connection to the backend, from 1 to 75, the most that nginx can. @default 5 */
  readonly connectionTimeout?: number;
  /** Seconds to wait for the backend between two packets, from 1 to 86400: counting objects can take minutes. @default 300 */
  readonly timeout?: number;
}

/** How a proxy speaks to a backend. */
export interface ProxyPassOptions extends ProxyPassTimes {
  /**
   * For a backend of `https://`: its chain must lead to this authority and its certificate be for its host. Unusual
   * and not recommended by Atlassian; the server's own connector must have the certificate, proxyName and proxyPort.
   * @default - plain HTTP
   */
  readonly backendTls?: BackendTls;
}

/** What a rule is made of. */
export interface ProxyPassProps extends ProxyPassOptions {
  /** The URL that the backend believes it has; a virtual host of another URL refuses the rule. */
  readonly url: PublicUrl;
  /** Host and port of the backend as the proxy reaches it, for example `http://git:7990`. */
  readonly backendOrigin: string;
  /** Construct path of the server, for messages. */
  readonly servedBy: string;
}

/** A day: what takes longer has gone wrong. */
const MOST_SECONDS = 86400;

/**
 * One rule of a virtual host: what is below the context path goes to the backend, under the same path.
 * @see https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypass
 */
export class ProxyPass {
  /**
   * The rule of a server that is not deployed here: it must have been told the URL (proxyName, proxyPort, scheme,
   * secure, context path) where it runs.
   * @param backend as the proxy reaches it, `http://host:port`, with a host name or an IPv4 address
   */
  public static to(url: PublicUrl, backend: string, options: ProxyPassOptions = {}): ProxyPass {
    return new ProxyPass({ ...options, url, backendOrigin: backend, servedBy: `ProxyPass.to ${quoted(backend)}` });
  }

  /** The URL that the backend believes it has. */
  public readonly url: PublicUrl;
  /** Path on the proxy, with a slash at its end: `/` or `/git/`. */
  public readonly path: string;
  /** URL on the backend, with the same path: both have a slash at the end, or Apache would lose one. */
  public readonly backendUrl: string;
  /** Where the proxy reaches the backend. */
  public readonly backend: BackendOrigin;
  /** How the proxy verifies a backend of `https://`; undefined for plain HTTP. */
  public readonly backendTls: BackendTls | undefined;
  /** Seconds to wait for the connection. */
  public readonly connectionTimeout: number;
  /** Seconds to wait between two packets. */
  public readonly timeout: number;
  /** Construct path of the server, or the call that made the rule. */
  public readonly servedBy: string;

  /** For a server of this stack, `GitServer.proxyPass()` makes it; for one elsewhere, `ProxyPass.to`. */
  public constructor(props: ProxyPassProps) {
    this.url = props.url;
    this.path = `${props.url.contextPath}/`;
    this.backend = backendOrigin(props.servedBy, props.backendOrigin);
    this.backendTls = checkedTls(props, this.backend);
    this.backendUrl = `${this.backendOrigin}${this.path}`;
    this.connectionTimeout = checkedSeconds(props, 'connectionTimeout', props.connectionTimeout ?? 5, 75);
    this.timeout = checkedSeconds(props, 'timeout', props.timeout ?? 300, MOST_SECONDS);
    this.servedBy = props.servedBy;
  }

  /** Scheme, host and port of the backend. */
  public get backendOrigin(): string {
    const { scheme, host, port } = this.backend;
    return `${scheme}://${host}:${port}`;
  }
}

function checkedTls(props: ProxyPassProps, backend: BackendOrigin): BackendTls | undefined {
  const { backendTls: tls, servedBy, backendOrigin: origin } = props;
  if (backend.scheme === 'https' && tls === undefined) {
    throw new InputError(
      servedBy,
      `the backend ${quoted(origin)} without backendTls`,
      'write "http://...", as Atlassian recommends between proxy and server, or give backendTls: { ca } to verify it with',
    );
  }
  if (backend.scheme === 'http' && tls !== undefined) {
    throw new InputError(
      servedBy,
      `backendTls for the backend ${quoted(origin)}`,
      'write "https://...", or leave backendTls out',
    );
  }
  if (tls !== undefined && isIPv4(backend.host)) {
    throw new InputError(
      servedBy,
      `TLS to the address ${quoted(origin)}`,
      'write its host name: that is what the certificate is checked for',
    );
  }
  if (tls !== undefined && !Token.isUnresolved(tls.ca) && !tls.ca.includes('-----BEGIN CERTIFICATE-----')) {
    throw new InputError(
      servedBy,
      'a backendTls.ca without a certificate',
      'give the PEM text of the authority, "-----BEGIN CERTIFICATE-----" and so on',
    );
  }
  return tls;
}

function checkedSeconds(props: ProxyPassProps, name: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new InputError(
      props.servedBy,
      `the ProxyPass ${name} ${value}`,
      `write a whole number of seconds from 1 to ${most}`,
    );
  }
  return value;
}
