import type { Proof } from '../../test/reliability/proof';

/** What jest says of one test. */
export interface TestOutcome {
  readonly fullName: string;
  /** "passed", "failed", "pending" and others. */
  readonly status: string;
}

/** What a test has measured, in words. */
export interface Figure {
  readonly test: string;
  readonly text: string;
}

export interface ReliabilityReport {
  readonly commit: string;
  readonly date: string;
  readonly outcomes: readonly TestOutcome[];
  readonly figures: readonly Figure[];
  readonly faults: readonly Proof[];
  readonly attacks: readonly Proof[];
  /** What the tables do not say. */
  readonly limits: readonly string[];
}

/** docs/reliability.md: two tables, of what the tests of a full run found. */
export function renderReliability(report: ReliabilityReport): string {
  const table = (title: string, proofs: readonly Proof[]): string[] => [
    `| ${title} | tests | result | measured |`,
    '| --- | --- | --- | --- |',
    ...proofs.map((proof) => row(proof, report)),
  ];
  return [
    '# Faults survived, attacks refused',
    '',
    `Written by \`npm run test:full\` on commit ${report.commit}, ${report.date}. Each row is tests with real clients against real`,
    'containers; one of each class is in `npm test`, too. Pushes under traffic go on while the fault happens, over HTTPS and SSH: every one',
    'that was acknowledged is looked for afterwards, `git fsck` is asked, the directory must have every entry, and the next `up` must exit 0.',
    '',
    '## Faults',
    '',
    ...table('fault', report.faults),
    '',
    '## Attacks',
    '',
    ...table('attack', report.attacks),
    '',
    '## What is weaker than it could be',
    '',
    ...report.limits.map((limit) => `- ${limit}`),
    '',
  ].join('\n');
}

/** Those of which no test ran, or one failed. */
export function unproven(proofs: readonly Proof[], outcomes: readonly TestOutcome[]): string[] {
  return proofs.filter((proof) => resultOf(testsOf(proof, outcomes)) !== 'passed').map(({ name }) => name);
}

function row(proof: Proof, { outcomes, figures }: ReliabilityReport): string {
  const tests = testsOf(proof, outcomes);
  const names = new Set(tests.map(({ fullName }) => fullName));
  const measured = figures.filter(({ test }) => names.has(test)).map(({ text }) => text);
  const cells = [proof.name, String(tests.length), resultOf(tests), [...new Set(measured)].join('; ')];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function testsOf({ tests }: Proof, outcomes: readonly TestOutcome[]): readonly TestOutcome[] {
  const ran = outcomes.filter(({ status }) => status === 'passed' || status === 'failed');
  return ran.filter(({ fullName }) => tests.some((part) => fullName.includes(part)));
}

function resultOf(tests: readonly TestOutcome[]): string {
  if (tests.length === 0) return 'not run';
  const failed = tests.filter(({ status }) => status === 'failed').length;
  return failed === 0 ? 'passed' : `${failed} failed`;
}
