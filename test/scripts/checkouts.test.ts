import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appStacks } from '../../scripts/stack/app-stacks';
import {
  allCheckouts,
  environmentsOf,
  knownCheckouts,
  rememberCheckout,
  reservationsOf,
  stacksOf,
} from '../../scripts/stack/checkouts';
import { isReadableState, resourcesInState, textOutput } from '../../scripts/stack/state';
import { problemText } from '../../scripts/stack/terraform';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkouts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('checkouts are remembered once each, and those that are gone forgotten', () => {
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  for (const checkout of [one, two]) mkdirSync(join(checkout, 'state'), { recursive: true });
  expect(knownCheckouts(folder)).toEqual([]);
  rememberCheckout(one, folder);
  rememberCheckout(one, folder);
  rememberCheckout(two, folder);
  expect(knownCheckouts(folder)).toEqual([one, two]);
  rmSync(one, { recursive: true });
  expect(knownCheckouts(folder)).toEqual([two]);
  const three = join(folder, 'three');
  mkdirSync(join(three, 'state'), { recursive: true });
  rememberCheckout(three, folder);
  expect(JSON.parse(readFileSync(join(folder, 'checkouts.json'), 'utf8'))).toEqual([two, three]);
});

test('checkouts that share a state folder count once, this one first', () => {
  const [one, two, three] = [join(folder, 'one'), join(folder, 'two'), join(folder, 'three')];
  mkdirSync(join(one, 'state'), { recursive: true });
  mkdirSync(two);
  symlinkSync(join(one, 'state'), join(two, 'state'));
  mkdirSync(join(three, 'state'), { recursive: true });
  for (const checkout of [one, two, three]) rememberCheckout(checkout, folder);
  expect(allCheckouts(folder, two)).toEqual([two, three]);
  expect(allCheckouts(folder, join(folder, 'new'))).toEqual([join(folder, 'new'), one, three]);
});

test('environments, stacks and reservations of a checkout', () => {
  expect([environmentsOf(folder), stacksOf(folder, ''), [...reservationsOf(folder)]]).toEqual([[], [], []]);
  mkdirSync(join(folder, 'state', 'pr-42'), { recursive: true });
  mkdirSync(join(folder, 'state', 'empty'));
  for (const file of ['https-proxy.tfstate', 'https-proxy.tfstate.backup', 'expiry.json', 'pr-42/a.tfstate']) {
    writeFileSync(join(folder, 'state', file), '');
  }
  writeFileSync(join(folder, 'state/pr-42/environment.json'), '{"portOffset":10000,"subnetSlot":10}');
  expect(environmentsOf(folder)).toEqual(['', 'empty', 'pr-42']);
  expect([stacksOf(folder, ''), stacksOf(folder, 'pr-42'), stacksOf(folder, 'none')]).toEqual([
    ['https-proxy'],
    ['a'],
    [],
  ]);
  expect([...reservationsOf(folder)]).toEqual([['pr-42', { portOffset: 10000, subnetSlot: 10 }]]);
});

test('an output of a state that is a text', () => {
  const file = join(folder, 'a.tfstate');
  writeFileSync(file, '{"outputs":{"base_url":{"value":"https://x"},"proxy_port":{"value":443}}}');
  expect(textOutput(file, 'base_url')).toBe('https://x');
  expect(textOutput(file, 'proxy_port')).toBeUndefined();
  expect(textOutput(join(folder, 'missing'), 'base_url')).toBeUndefined();
});

test('a state that is cut off is told so, with both ways out', () => {
  const file = join(folder, 'a.tfstate');
  expect(isReadableState(file)).toBe(true);
  writeFileSync(file, '{"resources":[');
  expect(isReadableState(file)).toBe(false);
  expect(() => resourcesInState(file)).toThrow(/a state that is cut off; copy .*\.backup over it.*npm run down/);
});

test('the stacks of main.ts are known with their ports before an environment has any', () => {
  const stacks = appStacks();
  expect(stacks.find(({ name }) => name === 'https-proxy')?.ports.toSorted()).toEqual([443, 7999, 80]);
  expect(stacks.find(({ name }) => name === 'http-direct')?.ports.toSorted()).toEqual([7990, 7994]);
});

test('a state that another Terraform holds is told in one sentence, other errors in their own words', () => {
  const detail =
    'Error message: resource temporarily unavailable\nLock Info:\n  ID:        1\n  Path:      x.tfstate\n' +
    '  Operation: OperationTypeApply\n  Who:       me@host\n  Version:   1.12.6\n  Created:   2026-11-25 12:00:00 +0000 UTC\n  Info:      \n';
  expect(problemText({ summary: 'Error acquiring the state lock', detail })).toBe(
    'The state is in use by another Terraform, OperationTypeApply of me@host since 2026-11-25 12:00:00 +0000 UTC: wait for it, then run this again.',
  );
  expect(problemText({ summary: 'Unable to create', detail: 'why' })).toBe('Unable to create: why');
});
