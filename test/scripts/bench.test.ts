import { BENCHES } from '../../bench/benches';
import { inTurn, median, quantile } from '../../bench/statistics';
import { table } from '../../bench/table';

test('quantiles are values that were measured', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([median(values), quantile(values, 0.95), quantile(values, 1), median([7])]).toEqual([50, 95, 100, 7]);
  expect(() => median([])).toThrow('no values');
});

test('two kinds are measured in turn', async () => {
  const order: string[] = [];
  const work = (name: string) => (): Promise<void> => {
    order.push(name);
    return Promise.resolve();
  };
  const [one, other] = await inTurn(2, work('one'), work('other'));
  expect(order).toEqual(['one', 'other', 'one', 'other']);
  expect([one.length, other.length]).toEqual([2, 2]);
});

test('the table says what exceeds what is asked of it', () => {
  const results = {
    a: [
      { what: 'start', value: 16.24, unit: 's', atMost: 15 },
      { what: 'login', value: 8.125, unit: 'ms', atMost: 50 },
    ],
    longer: [{ what: 'ratio', value: 1.5, unit: 'x' }],
  } as const;
  expect(table(results).split('\n')).toEqual([
    'benchmark  what   measured  at most',
    '---------  -----  --------  ----------------',
    'a          start  16.2 s    15.0 s  exceeded',
    'a          login  8.13 ms   50.0 ms',
    'longer     ratio  1.50 x',
    '',
  ]);
});

test('each benchmark has a name of its own', () => {
  expect(new Set(BENCHES.map(({ name }) => name)).size).toBe(BENCHES.length);
});
