import { isIP, isIPv4 } from 'node:net';
import { InputError, quoted } from '../errors';
import { checkedPort } from '../proxy/port';

/** Where a proxy elsewhere connects to, and where from. */
export interface ExternalProxyProps {
  /** Address of this host that the proxy connects to. */
  readonly bind: string;
  /** Port that the proxy connects to. @default 7990 */
  readonly port?: number;
  /**
   * Where the proxy connects from: IPv4 addresses or networks such as "10.1.2.0/24". All others are refused, and the
   * forwarded client address of these is believed. At least one. A proxy on this host itself comes from the gateway of
   * the environment's network `front`.
   */
  readonly allowFrom: readonly string[];
}

/**
 * A reverse proxy or TLS load balancer that is not deployed here: where it reaches the server, and who it is.
 * @see https://tomcat.apache.org/tomcat-10.1-doc/config/valve.html#Remote_IP_Valve
 */
export class ExternalProxy {
  /** Refused: a `bind` that is no IP address, and an `allowFrom` that is empty or wider than /8. */
  public static at(props: ExternalProxyProps): ExternalProxy {
    const where = 'ExternalProxy.at';
    if (isIP(props.bind) === 0) {
      throw new InputError(where, `bind ${quoted(props.bind)}`, 'write an IP address of this host, such as "10.1.2.3"');
    }
    if (props.allowFrom.length === 0) {
      throw new InputError(where, 'no address in allowFrom', 'name the addresses that the proxy connects from');
    }
    for (const network of props.allowFrom) checkNetwork(where, network);
    return new ExternalProxy(props.bind, checkedPort(where, props.port ?? 7990), [...new Set(props.allowFrom)]);
  }

  private constructor(
    /** IP address of this host that the proxy connects to. */
    public readonly bind: string,
    /** Port that the proxy connects to. */
    public readonly port: number,
    /** Addresses and networks that it connects from, each once. */
    public readonly allowFrom: readonly string[],
  ) {}
}

function checkNetwork(where: string, network: string): void {
  const [address = '', prefix, ...rest] = network.split('/');
  const isPrefix = prefix === undefined || (/^\d{1,2}$/.test(prefix) && Number(prefix) >= 8 && Number(prefix) <= 32);
  if (!isIPv4(address) || !isPrefix || rest.length > 0) {
    throw new InputError(
      where,
      `${quoted(network)} in allowFrom`,
      'write an IPv4 address or a network of /8 to /32, such as "10.1.2.3" or "10.1.2.0/24"',
    );
  }
}
