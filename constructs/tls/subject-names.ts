import { isIP } from 'node:net';
import { InputError, quoted } from '../errors';
import { checkedHost } from '../proxy/public-url';

/** Most characters that a common name holds (RFC 5280, ub-common-name). */
const LONGEST_COMMON_NAME = 64;

/** The names that a certificate is for: its subject alternative names (RFC 5280, 4.2.1.6). */
export class SubjectNames {
  /** Names as somebody declares them, checked; at least one of either kind. */
  public static declared(where: string, hosts: readonly string[], ipAddresses: readonly string[] = []): SubjectNames {
    if (hosts.length === 0 && ipAddresses.length === 0) {
      throw new InputError(
        where,
        'a certificate without hosts',
        'name the host that clients connect to, for example { hosts: [url.host] }',
      );
    }
    return new SubjectNames(
      hosts.map((host) => checkedName(where, host)),
      ipAddresses.map((address) => checkedAddress(where, address)),
    );
  }

  public constructor(
    /** DNS names in lower case; a `*.` stands for one label. */
    public readonly hosts: readonly string[],
    public readonly ipAddresses: readonly string[],
  ) {}

  /**
   * The first name, for people; clients read the alternative names alone. Undefined where it is too long for a common
   * name.
   */
  public get commonName(): string | undefined {
    return [...this.hosts, ...this.ipAddresses].slice(0, 1).find((name) => name.length <= LONGEST_COMMON_NAME);
  }

  /**
   * Whether a client that asked for this host or address accepts the names: a wildcard is one whole label (RFC 9525),
   * and what follows it has two or more, because OpenSSL and browsers take no other.
   */
  public covers(name: string): boolean {
    if (isIP(name) !== 0) return this.ipAddresses.some((address) => canonical(address) === canonical(name));
    const parent = name.slice(name.indexOf('.') + 1);
    const isBelow = name.includes('.') && parent.includes('.');
    return this.hosts.some((host) => host === name || (isBelow && host === `*.${parent}`));
  }
}

function checkedName(where: string, host: string): string {
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) {
    throw new InputError(where, `the IP address ${quoted(host)} among the hosts`, 'write it in ipAddresses');
  }
  if (!host.startsWith('*.')) return checkedHost(where, host);
  const parent = checkedHost(where, host.slice(2));
  if (!parent.includes('.')) {
    throw new InputError(
      where,
      `the wildcard ${quoted(host)}`,
      'write each host by its name: clients take no wildcard for all of a top-level domain',
    );
  }
  return `*.${parent}`;
}

function checkedAddress(where: string, address: string): string {
  if (isIP(address) === 0 || address.includes('%')) {
    throw new InputError(
      where,
      `the IP address ${quoted(address)}`,
      'write an IPv4 or IPv6 address such as "192.0.2.1" or "2001:db8::1", without brackets, port or zone',
    );
  }
  return address.toLowerCase();
}

/** One form of the many that an IPv6 address has. */
function canonical(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]/`).hostname : address;
}
