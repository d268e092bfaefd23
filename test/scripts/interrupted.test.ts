import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetInterruption, wasInterrupted, whileDeploying } from '../../scripts/stack/interrupted';

const folder = mkdtempSync(join(tmpdir(), 'interrupted-'));
const state = join(folder, 'https-proxy.tfstate');
afterAll(() => rmSync(folder, { recursive: true }));

test('a deploy that ends leaves no trace, and is told what it gave', async () => {
  expect(wasInterrupted(state)).toBe(false);
  expect(await whileDeploying(state, () => Promise.resolve(wasInterrupted(state)))).toBe(true);
  await expect(whileDeploying(state, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(wasInterrupted(state)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('one that does not is remembered until the stack is destroyed', () => {
  void whileDeploying(state, () => new Promise(() => undefined));
  expect(wasInterrupted(state)).toBe(true);
  forgetInterruption(state);
  expect(wasInterrupted(state)).toBe(false);
});
