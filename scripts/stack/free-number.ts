import { DEFAULT_SUBNET_POOL, subnetCount, subnetsUnder } from '../../constructs/docker/subnets';
import type { Reservation } from '../../stacks/settings';

/** Ports of different stacks differ by other numbers than multiples of this, so that shifted copies never meet. */
const PORT_STEP = 20;
const FIRST_PORT_OFFSET = 10000;
/** Pairs of subnets that one environment's stacks may use. */
const SLOTS_PER_ENVIRONMENT = 10;
export const MOST_ENVIRONMENTS = 50;

/** What is taken already, on the engine or by reservations that nothing is deployed of yet. */
export interface Taken {
  readonly reservations: readonly Reservation[];
  /** IPv4 ranges of the engine's networks, whoever made them. */
  readonly subnets: readonly string[];
  /** Ports of the host that containers publish. */
  readonly ports: readonly number[];
}

/**
 * The lowest ports and subnets that a named environment can have; undefined where all are taken.
 * @param stackPorts those that the stacks publish without an offset
 */
export function freeReservation(taken: Taken, stackPorts: readonly number[]): Reservation | undefined {
  for (let number = 0; number < MOST_ENVIRONMENTS; number++) {
    const reservation: Reservation = {
      portOffset: FIRST_PORT_OFFSET + number * PORT_STEP,
      subnetSlot: (number + 1) * SLOTS_PER_ENVIRONMENT,
    };
    if (isFree(reservation, taken, stackPorts)) return reservation;
  }
  return undefined;
}

/** Whether nobody else has any of what the reservation stands for. */
export function isFree(reservation: Reservation, taken: Taken, stackPorts: readonly number[]): boolean {
  const { portOffset, subnetSlot } = reservation;
  return (
    taken.reservations.every((other) => other.portOffset !== portOffset && other.subnetSlot !== subnetSlot) &&
    taken.ports.every((port) => !stackPorts.includes(port - portOffset)) &&
    taken.subnets.every((subnet) => !reaches(subnetSlot, subnet))
  );
}

/** Whether a network lies on a /28 that an environment may make a network on. */
function reaches(firstSlot: number, subnet: string): boolean {
  const under = subnetsUnder(DEFAULT_SUBNET_POOL, subnet);
  if (under === undefined) return false;
  const [first, last] = under;
  return ranges(firstSlot).some(([from, to]) => first <= to && last >= from);
}

/** Where Environment cuts networks from the pool: pairs from its start, the third ones from its end and its middle. */
function ranges(firstSlot: number): [first: number, last: number][] {
  const count = subnetCount(DEFAULT_SUBNET_POOL);
  const lastSlot = firstSlot + SLOTS_PER_ENVIRONMENT - 1;
  return [
    [2 * firstSlot, 2 * lastSlot + 1],
    [count / 2 + firstSlot, count / 2 + lastSlot],
    [count - 1 - lastSlot, count - 1 - firstSlot],
  ];
}
