import { BENCHES } from '../../bench/benches';
import { megabytes } from '../../bench/memory';
import { performancePage } from '../../bench/page';
import { inTurn, median, quantile, ratio, spread } from '../../bench/statistics';
import { table } from '../../bench/table';

test('quantiles are values that were measured', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([median(values), quantile(values, 0.95), quantile(values, 1), median([7])]).toEqual([50, 95, 100, 7]);
  expect(() => median([])).toThrow('no values');
});

test('kinds are measured in turn', async () => {
  const order: string[] = [];
  const work = (name: string) => (): Promise<void> => {
    order.push(name);
    return Promise.resolve();
  };
  const { one, other } = await inTurn(2, { one: work('one'), other: work('other') });
  expect(order).toEqual(['one', 'other', 'one', 'other']);
  expect([one.length, other.length]).toEqual([2, 2]);
});

test('a ratio is of values of the same round, and its noise how far apart the middle half of them is', () => {
  expect(ratio([2, 30, 8, 8], [1, 10, 2, 2])).toEqual({ value: 3, noise: 2 / 3 });
  expect(spread([1, 2, 3, 4])).toBe(1);
});

const RESULTS = {
  a: [
    { what: 'start', value: 16.24, unit: 's', target: { atMost: 15 }, noise: 0.123, tried: 'more memory: no better.' },
    { what: 'login', value: 8.125, unit: 'ms', target: { atMost: 50 } },
  ],
  longer: [{ what: 'ratio', value: 1.5, unit: 'x', target: { atLeast: 2 } }],
} as const;

test('the table has target and measured side by side, and says what is missed and what was tried', () => {
  expect(table(RESULTS).split('\n')).toEqual([
    'benchmark  what   measured  noise  target',
    '---------  -----  --------  -----  ---------------  ------',
    'a          start  16.2 s    12 %   at most 15.0 s   missed',
    'a          login  8.13 ms          at most 50.0 ms  met',
    'longer     ratio  1.50 x           at least 2.00 x  missed',
    '',
    'start: more memory: no better.',
    '',
  ]);
});

test('the page has the same figures, and every target that is missed', () => {
  const page = performancePage(RESULTS, '2026-01-02', { commit: 'abc', changed: false, cpus: 2, memoryGiB: 24 });
  expect(page).toContain('on 2026-01-02 of commit abc: 2 cores, 24 GiB');
  expect(page).toContain('| a | start | 16.2 s | 12 % | at most 15.0 s | missed |');
  expect(page).toContain('- start: more memory: no better.\n- ratio: nothing yet.\n');
});

test('amounts of memory are read as docker writes them', () => {
  expect([megabytes('1MiB'), megabytes('1.5GiB'), megabytes('512B')]).toEqual([1.048576, 1610.612736, 0.000512]);
  expect(() => megabytes('--')).toThrow('is no amount of memory');
});

test('each benchmark has a name of its own', () => {
  expect(new Set(BENCHES.map(({ name }) => name)).size).toBe(BENCHES.length);
});
