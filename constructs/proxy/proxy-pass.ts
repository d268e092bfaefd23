import { InputError, quoted } from '../errors';
import { checkedPort } from './port';
import { checkedHost, type PublicUrl } from './public-url';

export interface ProxyPassProps {
  /** The URL that the backend believes it has; a virtual host of another URL refuses the rule. */
  readonly url: PublicUrl;
  /** Host and port of the backend as the proxy reaches it, for example `http://git:7990`. */
  readonly backendOrigin: string;
  /** Seconds to wait for the connection to the backend. @default 5 */
  readonly connectionTimeout?: number;
  /** Seconds to wait for the backend between two packets: counting objects can take minutes. @default 300 */
  readonly timeout?: number;
  /** Construct path of the server, for messages. */
  readonly servedBy: string;
}

/**
 * One rule of a virtual host: what is below the context path goes to the backend, under the same path.
 * @see https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypass
 */
export class ProxyPass {
  public readonly url: PublicUrl;
  /** Path on the proxy, with a slash at its end: `/` or `/git/`. */
  public readonly path: string;
  /** URL on the backend, with the same path: both have a slash at the end, or Apache would lose one. */
  public readonly backendUrl: string;
  public readonly backendOrigin: string;
  public readonly connectionTimeout: number;
  public readonly timeout: number;
  public readonly servedBy: string;

  public constructor(props: ProxyPassProps) {
    this.url = props.url;
    this.path = `${props.url.contextPath}/`;
    this.backendOrigin = checkedOrigin(props);
    this.backendUrl = `${props.backendOrigin}${this.path}`;
    this.connectionTimeout = checkedSeconds(props, 'connectionTimeout', props.connectionTimeout ?? 5);
    this.timeout = checkedSeconds(props, 'timeout', props.timeout ?? 300);
    this.servedBy = props.servedBy;
  }
}

/** Plain HTTP to a host and port of the network: it ends up in the proxy's configuration as it is. */
function checkedOrigin(props: ProxyPassProps): string {
  const [, host = '', port = ''] = /^http:\/\/([^:/]*):(\d{1,5})$/.exec(props.backendOrigin) ?? [];
  if (host === '') {
    throw new InputError(
      props.servedBy,
      `the backend ${quoted(props.backendOrigin)}`,
      'write scheme, host and port alone, such as "http://git:7990"',
    );
  }
  return `http://${checkedHost(props.servedBy, host)}:${checkedPort(props.servedBy, Number(port))}`;
}

function checkedSeconds(props: ProxyPassProps, name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) {
    throw new InputError(props.servedBy, `the ProxyPass ${name} ${value}`, 'write a whole number of seconds from 1');
  }
  return value;
}
