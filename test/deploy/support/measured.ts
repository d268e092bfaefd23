import { appendFileSync } from 'node:fs';

/** File that figures are collected in for docs/reliability.md: a line of JSON for each. Set by `npm run test:full`. */
const FILE = process.env.TEST_FIGURES;

/** Notes what the running test has measured, in words for people. */
export function measured(text: string): void {
  const { currentTestName: test } = expect.getState();
  if (FILE !== undefined) appendFileSync(FILE, `${JSON.stringify({ test, text })}\n`);
}
