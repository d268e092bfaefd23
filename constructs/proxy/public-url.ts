import { InputError, quoted } from '../errors';
import { checkedPort } from './port';

/** What a URL has beside its scheme and host. */
export interface PublicUrlOptions {
  /** Port that clients connect to, 1 to 65535. @default - 443 for https, 80 for http */
  readonly port?: number;
  /**
   * Path under which the Git server is found, for example "/git" or "/tools/git". Server and proxy both take it from
   * here. Refused: a slash at the end, `.` and `..`, and all but letters, digits and `. _ ~ -` between slashes.
   * @default - none: the server is at the root of its host
   */
  readonly contextPath?: string;
}

/**
 * The URL that users write: scheme, host, port and context path, in one value made first. `proxyName`, `proxyPort`,
 * `scheme`, `secure`, `redirectPort`, ServerName, certificate names and the base URL are all read from it.
 * @see https://confluence.atlassian.com/bitbucketserver/proxy-and-secure-bitbucket-776640099.html
 */
export abstract class PublicUrl {
  /**
   * A URL of HTTPS.
   * @param host name of RFC 1123, in any case, such as "git.example.com". Refused: IP addresses, and anything with a scheme, port or
   * path
   */
  public static https(host: string, options: PublicUrlOptions = {}): HttpsUrl {
    return new HttpsUrl(host, options);
  }

  /**
   * A URL of plain HTTP. Served beyond this machine, it is warned of.
   * @param host as for `https`
   */
  public static http(host: string, options: PublicUrlOptions = {}): HttpUrl {
    return new HttpUrl(host, options);
  }

  /** Whether users speak TLS. */
  public abstract readonly scheme: 'http' | 'https';
  /** Lower case, as clients send it. */
  public readonly host: string;
  /** Port that clients connect to, also where it is the scheme's own. */
  public readonly port: number;
  /** "" or a path that starts with a slash and ends without one. */
  public readonly contextPath: string;

  protected constructor(
    where: string,
    host: string,
    private readonly defaultPort: number,
    options: PublicUrlOptions,
  ) {
    this.host = checkedHost(where, host);
    this.port = checkedPort(`${where} ${quoted(host)}`, options.port ?? defaultPort);
    this.contextPath = checkedContextPath(`${where} ${quoted(host)}`, options.contextPath ?? '');
  }

  /** Scheme, host and port, the port left out where it is the scheme's own: `https://git.example.com`. */
  public get origin(): string {
    return `${this.scheme}://${this.host}${this.port === this.defaultPort ? '' : `:${this.port}`}`;
  }

  /** The base URL, without a slash at its end: `https://git.example.com/git`. */
  public get base(): string {
    return `${this.origin}${this.contextPath}`;
  }
}

/** A URL of HTTPS: what serves it needs a certificate. Made by `PublicUrl.https`. */
export class HttpsUrl extends PublicUrl {
  /** Users speak TLS. */
  public readonly scheme = 'https';

  /** @internal Use PublicUrl.https. */
  public constructor(host: string, options: PublicUrlOptions) {
    super('PublicUrl.https', host, 443, options);
  }
}

/** A URL of plain HTTP: passwords cross the network in clear. Made by `PublicUrl.http`. */
export class HttpUrl extends PublicUrl {
  /** Users speak plain HTTP. */
  public readonly scheme = 'http';

  /** @internal Use PublicUrl.http. */
  public constructor(host: string, options: PublicUrlOptions) {
    super('PublicUrl.http', host, 80, options);
  }
}

/** A host name of RFC 1123 labels; addresses are not names that a certificate or a vhost could be told apart by. */
export function checkedHost(where: string, host: string): string {
  const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;
  const labels = host.split('.');
  const isAddress = /^[\d.]+$/.test(host);
  if (host.length > 253 || isAddress || !labels.every((part) => label.test(part))) {
    throw new InputError(
      where,
      `the host ${quoted(host)}`,
      'write a host name such as "git.example.com", without scheme, port or path',
    );
  }
  return host.toLowerCase();
}

function checkedContextPath(where: string, path: string): string {
  const segments = path.split('/').slice(1);
  const isPlain = segments.every((part) => /^[A-Za-z0-9._~-]+$/.test(part) && part !== '.' && part !== '..');
  if (path !== '' && (!path.startsWith('/') || !isPlain)) {
    throw new InputError(
      where,
      `the context path ${quoted(path)}`,
      'write "" or a path such as "/git": a leading slash, none at the end, and letters, digits and . _ ~ - between',
    );
  }
  return path;
}
