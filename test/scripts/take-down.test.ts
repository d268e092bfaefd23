import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { takeDown } from '../../scripts/stack/take-down';
import { stateFile, stateFolder } from '../../stacks/settings';
import { FakeEngine, fakeContainer } from '../support/fake-engine';

let destroying = (): Promise<void> => Promise.resolve();
const terraform = { init: () => Promise.resolve(), change: () => destroying() };
const stack = { name: 'https-proxy', folder: '', resources: {}, outputs: {}, warnings: [] };

jest.mock('../../scripts/stack/app-stacks', () => ({ appStacks: () => [{ name: 'https-proxy', ports: [] }] }));
jest.mock('../../scripts/setup/set-up', () => ({ setUp: () => Promise.resolve({}) }));
jest.mock('../../scripts/stack/deployment', () => ({
  Deployment: {
    open: (environment: string) =>
      Promise.resolve({
        environment,
        stacks: [stack],
        hasLocalStates: true,
        terraform: () => terraform,
        state: () => Promise.resolve({ resources: [], outputs: {} }),
      }),
  },
}));

const environment = `take-down-${process.pid}`;
const container = `${environment}-https-proxy-git`;
const file = stateFile(environment, 'https-proxy');
const engine = new FakeEngine();
let said = '';

beforeAll(() => engine.start());
afterAll(() => engine.stop());
beforeEach(() => {
  said = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  engine.has({ container: [fakeContainer(`${environment}-https-proxy`, container)] });
  mkdirSync(stateFolder(environment), { recursive: true });
  destroying = () => Promise.reject(new Error('the engine hung up'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(stateFolder(environment), { recursive: true, force: true });
});

function has(...types: readonly string[]): void {
  writeFileSync(file, JSON.stringify({ resources: types.map((type) => ({ type, name: 'x', instances: [] })) }));
}

test('where Terraform cannot, all of it goes by label, and the state with it', async () => {
  has('docker_container', 'random_password', 'tls_private_key');
  await takeDown(environment, ['https-proxy']);
  expect([engine.names, existsSync(stateFolder(environment))]).toEqual([[], false]);
  expect(said).toContain('Terraform could not (the engine hung up): removing by label instead');
});

test('also where the state is cut off', async () => {
  writeFileSync(file, '{"resources":[');
  await takeDown(environment, ['https-proxy']);
  expect([engine.names, existsSync(stateFolder(environment))]).toEqual([[], false]);
  expect(said).toContain('Terraform could not (its state is cut off)');
});

test('also a stack that main.ts has no more', async () => {
  writeFileSync(stateFile(environment, 'gone'), '{"resources":[{"type":"docker_volume","name":"x","instances":[]}]}');
  engine.has({ container: [fakeContainer(`${environment}-gone`, 'gone-git')] });
  await takeDown(environment, ['gone']);
  expect([engine.names, said.includes('main.ts has no such stack any more')]).toEqual([[], true]);
});

test.each([
  ['the state has what no label leads to', ['docker_container', 'aws_route53_record'], 'the engine hung up'],
  [
    'something must not be destroyed',
    ['docker_volume'],
    'Instance cannot be destroyed: has lifecycle.prevent_destroy set',
  ],
  ['another Terraform works on it', ['docker_volume'], 'The state is in use by another Terraform'],
])('not where %s: nothing is touched', async (_what, types, message) => {
  has(...types);
  destroying = () => Promise.reject(new Error(message));
  await expect(takeDown(environment, ['https-proxy'])).rejects.toThrow(message);
  expect([engine.names, existsSync(file)]).toEqual([[`/${container}`], true]);
});
