import { overlap, subnetsUnder } from '../../constructs/docker/subnets';
import { freeReservation, isFree, MOST_ENVIRONMENTS, type Taken } from '../../scripts/stack/free-number';

const PORTS = [443, 80, 7999];
const NOTHING: Taken = { reservations: [], subnets: [], ports: [] };
const first = { portOffset: 10000, subnetSlot: 10 };
const second = { portOffset: 10020, subnetSlot: 20 };

test('the lowest place, and the next one where that is reserved', () => {
  expect(freeReservation(NOTHING, PORTS)).toEqual(first);
  expect(freeReservation({ ...NOTHING, reservations: [first] }, PORTS)).toEqual(second);
  expect(freeReservation({ ...NOTHING, reservations: [second] }, PORTS)).toEqual(first);
});

test.each([
  ['the first pair of subnets', '172.30.1.64/28'],
  ['the last pair', '172.30.2.112/28'],
  ['a larger network around them', '172.30.0.0/20'],
  ['all private addresses', '172.16.0.0/12'],
  ["a replica's, from the end of the pool", '172.30.255.80/28'],
  ["a published directory's, from its middle", '172.30.128.160/28'],
])('a network of somebody else on %s', (_what, subnet) => {
  expect(isFree(first, { ...NOTHING, subnets: [subnet] }, PORTS)).toBe(false);
});

test.each(['172.30.1.48/28', '172.30.2.128/28', '172.17.0.0/16', '10.0.0.0/8', '172.30.0.0/28'])(
  'a network beside them, %s, is no matter',
  (subnet) => {
    expect(isFree(first, { ...NOTHING, subnets: [subnet] }, PORTS)).toBe(true);
  },
);

test('a port that a stack would publish is taken, whoever publishes it; others are not', () => {
  expect(isFree(first, { ...NOTHING, ports: [10443] }, PORTS)).toBe(false);
  expect(isFree(first, { ...NOTHING, ports: [10444, 443] }, PORTS)).toBe(true);
  expect(freeReservation({ ...NOTHING, ports: [10443, 10100] }, PORTS)).toEqual({ portOffset: 10040, subnetSlot: 30 });
});

test('the same networks with other ports are not free', () => {
  const moved = { portOffset: 20000, subnetSlot: 10 };
  expect(freeReservation({ ...NOTHING, reservations: [moved] }, PORTS)).toEqual(second);
});

test('where all are taken, none', () => {
  const reservations = Array.from({ length: MOST_ENVIRONMENTS }, (_, number) => ({
    portOffset: 10000 + 20 * number,
    subnetSlot: 10 * (number + 1),
  }));
  expect(freeReservation({ ...NOTHING, reservations }, PORTS)).toBeUndefined();
  expect(freeReservation({ ...NOTHING, reservations: reservations.slice(1) }, PORTS)).toEqual(first);
});

test('places of all environments have no subnet and no port in common', () => {
  const reservations = [];
  for (;;) {
    const next = freeReservation({ ...NOTHING, reservations }, PORTS);
    if (next === undefined) break;
    reservations.push(next);
  }
  expect(reservations).toHaveLength(MOST_ENVIRONMENTS);
  expect(new Set(reservations.map(({ portOffset }) => portOffset)).size).toBe(MOST_ENVIRONMENTS);
});

test('ranges of addresses', () => {
  expect(overlap('172.30.0.0/28', '172.30.0.16/28')).toBe(false);
  expect(overlap('172.30.0.0/27', '172.30.0.16/28')).toBe(true);
  expect(overlap('0.0.0.0/0', '172.30.0.16/28')).toBe(true);
  expect(subnetsUnder('172.30.0.0/16', '172.29.0.0/16')).toBeUndefined();
  expect(subnetsUnder('172.30.0.0/16', '172.30.0.0/16')).toEqual([0, 4095]);
  expect(subnetsUnder('172.30.0.0/16', '172.30.0.40/30')).toEqual([2, 2]);
});
