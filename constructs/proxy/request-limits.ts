import { InputError } from '../errors';

/** What a request, and the clients of one address, may ask for. */
export interface RequestLimitsProps {
  /**
   * Bytes of the request line, and of each header field, 1024 to 65536. What is longer is answered with 414 or 400. Tomcat has
   * one bound for all of them together.
   * @default 8192
   * @see https://httpd.apache.org/docs/2.4/mod/core.html#limitrequestfieldsize
   * @see https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers
   * @see https://tomcat.apache.org/tomcat-10.1-doc/config/http.html `maxHttpRequestHeaderSize`
   */
  readonly headerSize?: number;
  /**
   * What the clients of one address may have at once: connections with Apache, requests with nginx and Tomcat. Of more, Apache
   * closes the surplus, and the others answer it with 503. All users behind one NAT share an address. From 1 to 65535.
   * @default - seven of eight of all that is worked on at once, so that one address cannot shut out the others
   * @see https://nginx.org/en/docs/http/ngx_http_limit_conn_module.html
   */
  readonly perAddress?: number;
}

/** The same for a proxy, which also has a bound for what a request brings. */
export interface ProxyLimitsProps extends RequestLimitsProps {
  /**
   * MiB that a request may bring, from 1 to 1048576; more is answered with 413.
   * @default - any number, as pushes do
   * @see https://httpd.apache.org/docs/2.4/mod/core.html#limitrequestbody
   * @see https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size
   */
  readonly bodySize?: number;
}

const SMALLEST_HEADER = 1024;
const LARGEST_HEADER = 65536;
const LARGEST_BODY = 1024 * 1024;
const MIB = 1024 * 1024;

/** What a request, and the clients of one address, may ask for. */
export class RequestLimits {
  /** Bytes. */
  public readonly headerSize: number;
  /** What the clients of one address may have at once. */
  public readonly perAddress: number;
  /** Bytes; 0 for any number. */
  public readonly bodySize: number;

  /** @param atOnce requests that are worked on at once */
  public constructor(where: string, props: ProxyLimitsProps, atOnce: number) {
    const within = (what: string, value: number, least: number, most: number): number => {
      if (!Number.isInteger(value) || value < least || value > most) {
        throw new InputError(where, `${what} ${value}`, `write a whole number from ${least} to ${most}`);
      }
      return value;
    };
    this.headerSize = within('headerSize', props.headerSize ?? 8192, SMALLEST_HEADER, LARGEST_HEADER);
    this.perAddress = within('perAddress', props.perAddress ?? Math.max(1, Math.floor((atOnce * 7) / 8)), 1, 65535);
    this.bodySize = props.bodySize === undefined ? 0 : MIB * within('bodySize', props.bodySize, 1, LARGEST_BODY);
  }
}
