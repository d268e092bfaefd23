import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Busy, tryLock, withLock } from '../../scripts/setup/lock';
import { environmentTitle } from '../../scripts/stack/environment-lock';
import { PROJECT } from '../../stacks/settings';

let cache = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

const none = (): void => undefined;

test('two that hold a lock of one name come one after the other; of two names they do not', async () => {
  const order: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} starts`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    order.push(`${name} ends`);
  };
  await Promise.all([withLock('a', none, work('1'), cache), withLock('a', none, work('2'), cache)]);
  expect([order[1], order[3]]).toEqual([`${order[0]?.[0] ?? ''} ends`, `${order[2]?.[0] ?? ''} ends`]);
  order.length = 0;
  await Promise.all([withLock('a', none, work('1'), cache), withLock('b', none, work('2'), cache)]);
  expect(order.slice(0, 2).every((line) => line.endsWith('starts'))).toBe(true);
});

test('one who waits is told who holds it, and one who does not wait is answered so at once', async () => {
  const told: string[] = [];
  const waited = await withLock(
    'a',
    none,
    async () => {
      const busy = await tryLock('a', () => Promise.resolve('done'), cache);
      const waiting = withLock(
        'a',
        (holder) => told.push(holder),
        () => Promise.resolve('later'),
        cache,
      );
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return { busy, waiting };
    },
    cache,
  );
  expect(waited.busy).toBeInstanceOf(Busy);
  expect((waited.busy as Busy).holder).toMatch(new RegExp(`^npm run \\S+ \\(process ${process.pid}, since 20`));
  expect(told).toEqual([(waited.busy as Busy).holder]);
  expect(await waited.waiting).toBe('later');
  expect(await tryLock('a', () => Promise.resolve('done'), cache)).toBe('done');
});

test('work that fails frees the lock', async () => {
  await expect(withLock('a', none, () => Promise.reject(new Error('no')), cache)).rejects.toThrow('no');
  expect(await tryLock('a', () => Promise.resolve(1), cache)).toBe(1);
});

test('a process that is killed frees the lock that it held', async () => {
  const script = join(cache, 'hold.ts');
  writeFileSync(
    script,
    `import { withLock } from '${join(PROJECT, 'scripts/setup/lock')}';
     void withLock('a', () => undefined, () => { process.stdout.write('held'); return new Promise(() => setInterval(() => undefined, 1000)); }, '${cache}');`,
  );
  const holder = spawn(process.execPath, ['--import', 'tsx', script], {
    cwd: PROJECT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(holder, 'exit');
  await once(holder.stdout, 'data');
  expect(await tryLock('a', () => Promise.resolve(1), cache)).toBeInstanceOf(Busy);
  holder.kill('SIGKILL');
  await gone;
  expect(await withLock('a', none, () => Promise.resolve(1), cache)).toBe(1);
});

test('how messages call an environment', () => {
  expect(environmentTitle('')).toBe('The environment without a name');
  expect(environmentTitle('pr-42')).toBe('The environment pr-42');
});
