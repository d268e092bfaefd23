import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderReliability, unproven, type TestOutcome } from '../../scripts/test-report/reliability';
import { ATTACKS } from '../reliability/attacks';
import { FAULTS } from '../reliability/faults';
import { LIMITS } from '../reliability/limits';

const proofs = [
  { name: 'one | two', tests: ['is refused'] },
  { name: 'three', tests: ['nowhere'] },
  { name: 'four', tests: ['breaks'] },
];
const outcomes: TestOutcome[] = [
  { fullName: 'suite a is refused', status: 'passed' },
  { fullName: 'suite b is refused', status: 'passed' },
  { fullName: 'suite nowhere', status: 'pending' },
  { fullName: 'suite breaks', status: 'failed' },
  { fullName: 'suite breaks not', status: 'passed' },
];

test('a row for each, with what the tests that ran have measured', () => {
  const text = renderReliability({
    commit: 'abc',
    date: '2026-01-02',
    outcomes,
    figures: [
      { test: 'suite a is refused', text: '3 MiB' },
      { test: 'suite b is refused', text: '4 MiB' },
      { test: 'another', text: '5 MiB' },
    ],
    faults: proofs.slice(0, 2),
    attacks: proofs.slice(2),
    limits: ['slow'],
  });
  expect(text).toContain('on commit abc, 2026-01-02');
  expect(text).toContain('| one \\| two | 2 | passed | 3 MiB; 4 MiB |\n| three | 0 | not run |  |\n');
  expect(text).toContain('| four | 2 | 1 failed |  |\n');
  expect(text).toContain('\n- slow\n');
  expect(text).not.toContain('5 MiB');
});

test('what did not run, or failed, is not proven', () => {
  expect(unproven(proofs, outcomes)).toEqual(['three', 'four']);
});

/** The tests as they are written: titles with placeholders for what test.each puts in. */
const sources = readdirSync(join(__dirname, '../deploy'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(__dirname, '../deploy', file), 'utf8'))
  .join('\n');

test.each([...ATTACKS, ...FAULTS].flatMap(({ name, tests }) => tests.map((part) => [name, part])))(
  '%s: there is a test whose title has %j',
  (_, part) => {
    // Of a suite's title and a test's, either may be the one that is named.
    const words = part.split(' ');
    const found = words.some((__, index) => {
      const [suite, title] = [words.slice(0, index).join(' '), words.slice(index).join(' ').trim()];
      return sources.includes(title) && (suite === '' || sources.includes(suite));
    });
    expect([part, found]).toEqual([part, true]);
  },
);

test('names are said once, and limits are sentences', () => {
  const names = [...ATTACKS, ...FAULTS].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const limit of LIMITS) expect(limit).toMatch(/^[A-Z0-9].*\.$/s);
});
