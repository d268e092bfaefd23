import { Busy } from '../../scripts/setup/lock';
import { sweep, type Sweeping } from '../../scripts/stack/sweep';

const now = new Date('2026-11-25T12:00:00Z');
const past = new Date('2026-11-25T11:00:00Z');
const future = new Date('2026-11-25T13:00:00Z');

interface Ran {
  readonly failures: number;
  readonly lines: string[];
  readonly destroyed: string[];
}

async function run(expiries: Record<string, Date | undefined>, part: Partial<Sweeping> = {}): Promise<Ran> {
  const lines: string[] = [];
  const destroyed: string[] = [];
  const failures = await sweep({
    environments: Object.keys(expiries),
    now,
    isDryRun: false,
    expiry: (environment) => expiries[environment],
    locked: async (_environment, work) => work(),
    stacks: () => Promise.resolve(['https-proxy', 'http-direct']),
    destroy: (environment, stacks) => {
      destroyed.push(`${environment} ${stacks.join()}`);
      return Promise.resolve();
    },
    say: (line) => lines.push(line),
    ...part,
  });
  return { failures, lines, destroyed };
}

test('what is past its expiry goes with all its stacks; the rest stays, and is not told of', async () => {
  const ran = await run({ '': past, 'pr-1': future, 'pr-2': undefined, 'pr-3': now });
  expect(ran).toEqual({
    failures: 0,
    lines: [
      '(no name): destroyed: https-proxy, http-direct, expired 2026-11-25T11:00:00.000Z',
      'pr-3: destroyed: https-proxy, http-direct, expired 2026-11-25T12:00:00.000Z',
    ],
    destroyed: [' https-proxy,http-direct', 'pr-3 https-proxy,http-direct'],
  });
});

test('a dry run says so, and destroys nothing', async () => {
  const { lines, destroyed } = await run({ 'pr-1': past }, { isDryRun: true });
  expect(lines).toEqual(['pr-1: would be destroyed: https-proxy, http-direct, expired 2026-11-25T11:00:00.000Z']);
  expect(destroyed).toEqual([]);
});

test('where one fails, the others go, and it is counted', async () => {
  const destroyed: string[] = [];
  const { failures, lines } = await run(
    { 'pr-1': past, 'pr-2': past },
    {
      destroy: (environment) => {
        if (environment === 'pr-1') return Promise.reject(new Error('the engine said no'));
        destroyed.push(environment);
        return Promise.resolve();
      },
    },
  );
  expect(failures).toBe(1);
  expect(lines[0]).toBe('pr-1: FAILED: the engine said no');
  expect(destroyed).toEqual(['pr-2']);
});

test('an expiry that cannot be read counts, and keeps no other from being swept', async () => {
  const expiry = (environment: string): Date => {
    if (environment === 'pr-1') throw new Error('no time');
    return past;
  };
  const { failures, destroyed } = await run({ 'pr-1': past, 'pr-2': past }, { expiry });
  expect([failures, destroyed.length]).toEqual([1, 1]);
});

test('one that is just being deployed is left alone', async () => {
  const { failures, lines, destroyed } = await run(
    { 'pr-1': past },
    { locked: () => Promise.resolve(new Busy('npm run up (process 7)')) },
  );
  expect([failures, lines, destroyed]).toEqual([0, ['pr-1: in use by npm run up (process 7): left alone'], []]);
});

test('one whose expiry a deploy has moved meanwhile is left alone', async () => {
  const expiries = { 'pr-1': past };
  const { lines, destroyed } = await run(expiries, {
    locked: async (_environment, work) => {
      expiries['pr-1'] = future;
      return work();
    },
  });
  expect([lines, destroyed]).toEqual([['pr-1: its expiry has moved: left alone'], []]);
});

test('one of which nothing was deployed is forgotten', async () => {
  const { lines, destroyed } = await run({ 'pr-1': past }, { stacks: () => Promise.resolve([]) });
  expect(lines).toEqual(['pr-1: destroyed: nothing deployed, expired 2026-11-25T11:00:00.000Z']);
  expect(destroyed).toEqual(['pr-1 ']);
});
