import type { Attributes } from './tomcat-xml';

/** The proxies whose word about their clients counts. */
export interface TrustedProxies {
  /** IPv4 addresses, or networks such as `10.1.2.0/24`. */
  readonly addresses: readonly string[];
  /** Whether requests from elsewhere are refused: where the port is open to more than the proxies. */
  readonly refuseOthers: boolean;
}

/** The valves that decide whose requests are taken and whom they come from, in this order. */
export function clientAddressValves({ addresses, refuseOthers }: TrustedProxies): readonly Attributes[] {
  return [
    ...(refuseOthers
      ? [
          {
            className: 'org.apache.catalina.valves.RemoteCIDRValve',
            // The container's own health check is one of them.
            allow: ['127.0.0.1', ...addresses].join(','),
            usePeerAddress: true,
          },
        ]
      : []),
    {
      className: 'org.apache.catalina.valves.RemoteIpValve',
      internalProxies: addresses.map(addressPattern).join('|'),
      remoteIpHeader: 'X-Forwarded-For',
      // Scheme, name and port are the connector's; the valve would read this header by default.
      protocolHeader: '',
    },
  ];
}

/** A regular expression for the addresses of an IPv4 network: this valve knows no prefixes. */
function addressPattern(network: string): string {
  const [address = '', prefix = '32'] = network.split('/');
  const octets = address.split('.').map(Number);
  return octets.map((octet, index) => octetPattern(octet, Number(prefix) - 8 * index)).join('\\.');
}

/** An octet of which the first bits are fixed. */
function octetPattern(octet: number, fixedBits: number): string {
  if (fixedBits >= 8) return String(octet);
  if (fixedBits <= 0) return '\\d{1,3}';
  const size = 2 ** (8 - fixedBits);
  const first = octet - (octet % size);
  return `(?:${Array.from({ length: size }, (_, index) => first + index).join('|')})`;
}
