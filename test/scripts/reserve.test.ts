import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rememberCheckout } from '../../scripts/stack/checkouts';
import { release, reserve } from '../../scripts/stack/environments';
import { applyTtl, readExpiry } from '../../scripts/stack/expiry';
import { subnetsInUse } from '../../scripts/stack/subnets-in-use';
import { reservationFile, stateFile, stateFolder, type Reservation } from '../../stacks/settings';
import { FakeEngine, fakeContainer, fakeNetwork } from '../support/fake-engine';

// A process for each question to the engine, and the whole app declared: seconds on a machine that is busy.
jest.setTimeout(60_000);

const engine = new FakeEngine();
const name = `reserve-test-${process.pid}`;
let lowest: Reservation;

beforeAll(async () => {
  engine.start();
  // What this checkout has reserved stays reserved, whatever that is.
  lowest = await reserved();
});
afterAll(() => engine.stop());
beforeEach(() => engine.has({}));
afterEach(() => rmSync(stateFolder(name), { recursive: true, force: true }));

async function reserved(): Promise<Reservation> {
  await reserve(name);
  return JSON.parse(readFileSync(reservationFile(name), 'utf8')) as Reservation;
}

const firstSubnet = (): string => {
  const index = 2 * lowest.subnetSlot;
  return `172.30.${Math.floor(index / 16)}.${(index % 16) * 16}/28`;
};

test('the lowest place, in a file that only its owner reads, and the same one again', async () => {
  expect(await reserved()).toEqual(lowest);
  expect(await reserved()).toEqual(lowest);
  expect((statSync(reservationFile(name)).mode & 0o777).toString(8)).toBe('600');
});

test('another one where a network of somebody else is there', async () => {
  engine.has({ network: [fakeNetwork('somebody-https-proxy', 'somebody-front', firstSubnet())] });
  expect((await reserved()).portOffset).toBeGreaterThan(lowest.portOffset);
});

test('another one where a container publishes one of its ports, also one that does not run', async () => {
  engine.has({ container: [fakeContainer('x', 'x-proxy', [lowest.portOffset + 443], 'exited')] });
  expect((await reserved()).portOffset).toBeGreaterThan(lowest.portOffset);
});

test('another one where another checkout has reserved it, and nothing is deployed yet', async () => {
  const checkout = join(stateFolder(name), 'checkout');
  mkdirSync(join(checkout, 'state/theirs'), { recursive: true });
  writeFileSync(join(checkout, 'state/theirs/environment.json'), JSON.stringify(lowest));
  rememberCheckout(checkout);
  expect((await reserved()).portOffset).toBeGreaterThan(lowest.portOffset);
});

test('one of which nothing was deployed moves where its place was taken meanwhile', async () => {
  await reserved();
  engine.has({ network: [fakeNetwork('somebody-https-proxy', 'somebody-front', firstSubnet())] });
  expect((await reserved()).portOffset).toBeGreaterThan(lowest.portOffset);
});

test('one that is on the engine, or in a state, stays', async () => {
  await reserved();
  const others = fakeContainer('somebody', 'somebody-proxy', [lowest.portOffset + 443]);
  engine.has({ container: [others, fakeContainer(`${name}-https-proxy`, `${name}-https-proxy-git`)] });
  expect(await reserved()).toEqual(lowest);
  engine.has({ container: [others] });
  writeFileSync(stateFile(name, 'https-proxy'), '{"resources":[{"type":"t","instances":[]}]}');
  expect(await reserved()).toEqual(lowest);
});

test('what is released gives its place and its expiry back, unless something is deployed', async () => {
  await reserved();
  applyTtl(name, { kind: 'for', milliseconds: 1000 }, new Date());
  writeFileSync(stateFile(name, 'https-proxy'), '{"resources":[{"type":"t","instances":[]}]}');
  release(name);
  expect(readExpiry(name)).toBeDefined();
  writeFileSync(stateFile(name, 'https-proxy'), '{"resources":[]}');
  release(name);
  expect(() => statSync(stateFolder(name))).toThrow();
});

test("addresses of somebody else's network are told before anything is made; one's own are not", async () => {
  const stack = {
    ...{ name: 'https-proxy', folder: '', warnings: [], outputs: {} },
    resources: { docker_network: { front: { name: 'x-front', ipam_config: [{ subnet: '172.30.1.64/28' }] } } },
  };
  engine.has({
    network: [fakeNetwork('theirs', 'their-net', '172.30.0.0/20'), fakeNetwork('x', 'mine', '172.30.1.64/28')],
  });
  expect(await subnetsInUse(stack, 'x')).toEqual([
    'https-proxy: the addresses 172.30.1.64/28 of its network x-front are those of the network their-net; ' +
      'remove that one, or take this environment down, and its next npm run up has others.',
  ]);
  engine.has({ network: [fakeNetwork('x', 'mine', '172.30.1.64/28')] });
  expect(await subnetsInUse(stack, 'x')).toEqual([]);
});
