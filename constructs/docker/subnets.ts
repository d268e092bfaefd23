import { isIPv4 } from 'node:net';
import { InputError, quoted } from '../errors';

/** One /28 of the pool: 13 usable addresses behind the gateway, the lower half kept for fixed addresses. */
export interface Subnet {
  /** CIDR, for example `172.30.0.0/28`. */
  readonly cidr: string;
  /** The first address, which the host itself has in the network. */
  readonly gateway: string;
  /** Fixed address of the reverse proxy: the Git server trusts forwarded headers from it alone. */
  readonly proxyAddress: string;
  /** The upper half, from which the engine hands out addresses: a fixed one is never taken when a service needs it. */
  readonly dynamicRange: string;
}

const SUBNET_SIZE = 16;

/** The pool of an environment that is given none. */
export const DEFAULT_SUBNET_POOL = '172.30.0.0/16';

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/**
 * The /28 with this index in a pool.
 * @param pool a private IPv4 range in CIDR form, /8 to /24
 * @param index from 0
 */
export function subnetOf(where: string, pool: string, index: number): Subnet {
  const [address = '', prefix = ''] = pool.split('/');
  const bits = Number(prefix);
  if (!isIPv4(address) || !/^\d+$/.test(prefix) || bits < 8 || bits > 24) {
    throw new InputError(
      where,
      `the subnet pool ${quoted(pool)}`,
      'write a private IPv4 range of /8 to /24, such as "172.30.0.0/16"',
    );
  }
  const size = 2 ** (32 - bits);
  const start = toNumber(address);
  if (start % size !== 0) {
    throw new InputError(
      where,
      `the subnet pool ${quoted(pool)}`,
      `write its first address, "${toAddress(start - (start % size))}/${bits}"`,
    );
  }
  const count = size / SUBNET_SIZE;
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new InputError(
      where,
      `subnet number ${index}`,
      `the pool ${quoted(pool)} holds ${count} subnets: write 0 to ${count - 1}, or a larger pool`,
    );
  }
  const first = start + index * SUBNET_SIZE;
  return {
    cidr: `${toAddress(first)}/28`,
    gateway: toAddress(first + 1),
    proxyAddress: toAddress(first + 2),
    dynamicRange: `${toAddress(first + 8)}/29`,
  };
}

/** How many /28s a pool holds. @param pool a range that `subnetOf` takes */
export function subnetCount(pool: string): number {
  return 2 ** (28 - Number(pool.split('/')[1]));
}

/**
 * The /28s of a pool that another network lies on, the first and the last; undefined where it lies beside the pool.
 * @param cidr IPv4, of any size
 */
export function subnetsUnder(pool: string, cidr: string): readonly [first: number, last: number] | undefined {
  const [poolStart, poolEnd] = rangeOf(pool);
  const [start, end] = rangeOf(cidr);
  if (end < poolStart || start > poolEnd) return undefined;
  const index = (address: number): number => Math.floor((address - poolStart) / SUBNET_SIZE);
  return [index(Math.max(start, poolStart)), index(Math.min(end, poolEnd))];
}

/** Whether two IPv4 ranges have an address in common. */
export function overlap(one: string, other: string): boolean {
  const [start, end] = rangeOf(one);
  const [otherStart, otherEnd] = rangeOf(other);
  return start <= otherEnd && end >= otherStart;
}

function rangeOf(cidr: string): [first: number, last: number] {
  const [address = '', prefix = ''] = cidr.split('/');
  const size = 2 ** (32 - Number(prefix));
  const start = Math.floor(toNumber(address) / size) * size;
  return [start, start + size - 1];
}
