import { presentStacks } from '../../scripts/stack/current-listing';
import { objectsOf, remove, unpause } from '../../scripts/stack/engine-objects';
import { takeDown } from '../../scripts/stack/take-down';
import { FakeEngine, fakeContainer, fakeNetwork } from '../support/fake-engine';

jest.mock('../../scripts/setup/set-up', () => ({ setUp: () => Promise.resolve({}) }));

// A process for each question to the engine, and the whole app declared: seconds on a machine that is busy.
jest.setTimeout(60_000);

const engine = new FakeEngine();
const volume = { Name: 'x-data', Labels: { 'cdktf-git-topology.environment': 'x' } };
beforeAll(() => engine.start());
afterAll(() => engine.stop());

test('containers go before networks and volumes, and nothing of others', async () => {
  engine.has({
    container: [fakeContainer('x', 'x-git'), fakeContainer('xy', 'xy-git')],
    network: [fakeNetwork('x', 'x-front', '172.30.0.0/28')],
    volume: [volume],
  });
  const objects = await objectsOf('x');
  expect(objects.map(({ kind }) => kind)).toEqual(['container', 'network', 'volume']);
  await remove(objects);
  expect(engine.names).toEqual(['/xy-git']);
});

test('what is being removed already is waited for, and what is gone is no error', async () => {
  engine.has({ container: [{ ...fakeContainer('x', 'x-git'), stuck: 2 }] });
  await remove([
    { kind: 'container', name: 'x-gone' },
    { kind: 'container', name: 'x-git' },
  ]);
  expect(engine.names).toEqual([]);
});

test('a network is taken from whoever is on it', async () => {
  engine.has({ network: [{ ...fakeNetwork('x', 'x-front', '172.30.0.0/28'), endpoints: ['stranger', 'ghost'] }] });
  await remove([{ kind: 'network', name: 'x-front' }]);
  expect(engine.names).toEqual([]);
});

test('what stays whatever is done is told in the words of the engine', async () => {
  engine.has({ container: [{ ...fakeContainer('x', 'x-git'), stuck: 99 }] });
  await expect(remove([{ kind: 'container', name: 'x-git' }], 1)).rejects.toThrow(/already in progress/);
});

test('what is paused is resumed, to hear that it must stop', async () => {
  engine.has({ container: [fakeContainer('x', 'x-git', [], 'paused'), fakeContainer('y', 'y-git', [], 'paused')] });
  await unpause('x');
  expect([engine.status('x-git'), engine.status('y-git')]).toEqual(['running', 'paused']);
});

test('a stack without a state goes by its label, and the stacks of an environment are found by it', async () => {
  const environment = `labels-${process.pid}`;
  const owner = `${environment}-https-proxy`;
  engine.has({
    container: [
      fakeContainer(owner, `${owner}-git`, [], 'paused'),
      fakeContainer(`${environment}-2-https-proxy`, 'another'),
      fakeContainer(`${environment}-nosuch`, 'of-no-stack'),
    ],
  });
  const print = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const stacks = await presentStacks(environment);
  expect(stacks).toEqual(['https-proxy']);
  await takeDown(environment, stacks);
  print.mockRestore();
  expect(engine.names).toEqual(['/another', '/of-no-stack']);
});
