import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../stacks/settings';
import { readCommandLine, runMain } from './stack/command-line';
import { measuredOn, type MeasuredOn } from './stack/measured-on';
import { wipe } from './stack/environments';
import { withLock } from './setup/lock';
import { needCommands } from './setup/packages';
import { setUp } from './setup/set-up';
import { ATTACKS } from '../test/reliability/attacks';
import { FAULTS } from '../test/reliability/faults';
import { LIMITS } from '../test/reliability/limits';
import { renderReliability, unproven, type Figure, type TestOutcome } from './test-report/reliability';

const HELP = `
npm test            unit, snapshot and deploy tests
npm run test:full   the same with full sizes and all faults
npm run test:large  what takes gigabytes: pushes of 1.5 GB

Deploys into environments of its own, "npm-test-1" and so on, and takes them down again. What an interrupted run has left is removed first.
`;

/** A name that nobody gives an environment of theirs: everything that carries it is removed before each run. */
const ENVIRONMENT = 'npm-test';
/**
 * Files of tests at once, each worker with an environment of its own: most of a deploy is waiting. More would make seconds
 * too short on two cores.
 */
const WORKERS = 2;

interface TestResult extends TestOutcome {
  readonly duration?: number | null;
}

interface Results {
  readonly testResults: readonly { readonly assertionResults: readonly TestResult[] }[];
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

runMain(async () => {
  const { switches } = readCommandLine(HELP, ['full', 'large']);
  const waiting = (): void => {
    process.stdout.write('Another run of the tests is on this machine: waiting for it\n');
  };
  return withLock('test', waiting, () => test(switches));
});

async function test(switches: ReadonlySet<string>): Promise<number> {
  const ofWhat = measuredOn();
  await setUp();
  for (let worker = 1; worker <= WORKERS; worker++) await wipe(`${ENVIRONMENT}-${worker}`);
  // What programs of images are tested with outside of them, and the clients that the deploy tests look at the stacks with.
  await needCommands({
    git: 'git',
    curl: 'curl',
    openssl: 'openssl',
    ssh: 'openssh-client',
    chromium: 'chromium',
    certutil: 'libnss3-tools',
    python3: 'python3',
  });
  const folder = mkdtempSync(join(tmpdir(), 'cdktf-git-topology-test-'));
  const figuresFile = join(folder, 'figures.jsonl');
  writeFileSync(figuresFile, '');
  const scale = switches.has('full') ? 'full' : 'smoke';
  const env = { ...process.env, ENVIRONMENT, TEST_SCALE: scale, TEST_FIGURES: figuresFile };
  const runs = switches.has('large')
    ? [runJest(['large'], WORKERS, folder, env)]
    : [
        runJest(['unit', 'lint', 'deploy'], WORKERS, folder, env),
        // What takes the whole machine.
        ...(switches.has('full') ? [runJest(['alone'], 1, folder, env)] : []),
      ];
  const results = together(runs);
  const figures = readFileSync(figuresFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Figure);
  rmSync(folder, { recursive: true });
  // A file that could not even be loaded has no tests in it to fail, so it counts as one.
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
  if (switches.has('full')) {
    writeFigures(ofWhat, results, failed);
    writeReliability(ofWhat, results, figures);
  }
  process.stdout.write(`${results.numPassedTests} passed, ${failed} failed${skipped}\n`);
  return runs.every(({ isGreen }) => isGreen) ? 0 : 1;
}

interface Run extends Results {
  readonly isGreen: boolean;
}

/** @param folder for jest's results */
function runJest(projects: readonly string[], workers: number, folder: string, env: NodeJS.ProcessEnv): Run {
  const resultFile = join(folder, `${projects[0] ?? ''}.json`);
  const { status } = spawnSync(
    process.execPath,
    [
      join(PROJECT, 'node_modules/jest/bin/jest.js'),
      `--maxWorkers=${workers}`,
      '--selectProjects',
      ...projects,
      '--json',
      `--outputFile=${resultFile}`,
      '--reporters=default',
      '--reporters=./test/support/progress-reporter.js',
    ],
    { cwd: PROJECT, stdio: ['ignore', 'ignore', 'inherit'], env },
  );
  return { ...(JSON.parse(readFileSync(resultFile, 'utf8')) as Results), isGreen: status === 0 };
}

function together(runs: readonly Results[]): Results {
  const sum = (count: (run: Results) => number): number => runs.reduce((total, run) => total + count(run), 0);
  return {
    testResults: runs.flatMap(({ testResults }) => testResults),
    numPassedTests: sum((run) => run.numPassedTests),
    numFailedTests: sum((run) => run.numFailedTests),
    numPendingTests: sum((run) => run.numPendingTests),
    numRuntimeErrorTestSuites: sum((run) => run.numRuntimeErrorTestSuites),
  };
}

/** The tables of faults and attacks, and a word for each that nothing has proven in this run. */
function writeReliability({ commit }: MeasuredOn, results: Results, figures: readonly Figure[]): void {
  const outcomes = results.testResults.flatMap((file) => file.assertionResults);
  const text = renderReliability({
    commit,
    date: new Date().toISOString().slice(0, 10),
    outcomes,
    figures,
    faults: FAULTS,
    attacks: ATTACKS,
    limits: LIMITS,
  });
  writeFileSync(join(PROJECT, 'docs/reliability.md'), text);
  for (const name of unproven([...FAULTS, ...ATTACKS], outcomes)) process.stdout.write(`not proven: ${name}\n`);
}

/** Every test of a full run that took more than a second, and the commit that it ran on. */
function writeFigures(ofWhat: MeasuredOn, results: Results, failed: number): void {
  const tests = results.testResults
    .flatMap((file) => file.assertionResults)
    .filter((test) => (test.duration ?? 0) > 1000)
    .map(({ fullName, status, duration }) => ({
      test: fullName,
      status,
      seconds: Math.round((duration ?? 0) / 100) / 10,
    }));
  const figures = {
    ...ofWhat,
    passed: results.numPassedTests,
    failed,
    tests,
  };
  mkdirSync(join(PROJECT, 'docs'), { recursive: true });
  writeFileSync(join(PROJECT, 'docs/full-run.json'), `${JSON.stringify(figures, undefined, 2)}\n`);
}
