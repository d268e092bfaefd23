import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from '../bench/bench';
import { BENCHES } from '../bench/benches';
import { performancePage } from '../bench/page';
import { table } from '../bench/table';
import { InputError, quoted } from '../constructs/errors';
import { PROJECT } from '../stacks/settings';
import { needCommands } from './setup/packages';
import { setUp } from './setup/set-up';
import { readCommandLine, runMain } from './stack/command-line';
import { measuredOn } from './stack/measured-on';

const HELP = `
npm run bench [-- BENCHMARK...]

Measures, prints a table and, without names, writes bench/results.json and docs/performance.md. All benchmarks:

${BENCHES.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join('\n')}

Deploys into the environment "bench" (or ENVIRONMENT) and takes it down again. Requests go to this machine alone.
`;

runMain(async () => {
  const { stacks: names } = readCommandLine(HELP);
  const unknown = names.find((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown !== undefined) {
    throw new InputError('benchmark', quoted(unknown), `write one of ${BENCHES.map(({ name }) => name).join(', ')}`);
  }
  process.env.ENVIRONMENT ??= 'bench';
  const ofWhat = measuredOn();
  await setUp();
  await needCommands({ git: 'git', curl: 'curl', openssl: 'openssl' });
  const results: Record<string, readonly Measurement[]> = {};
  for (const bench of BENCHES.filter(({ name }) => names.length === 0 || names.includes(name))) {
    results[bench.name] = await bench.run((line) => process.stdout.write(`${bench.name}: ${line}\n`));
  }
  process.stdout.write(`\n${table(results)}`);
  // Of some benchmarks alone there is no page to be made.
  if (names.length > 0) return 0;
  const page = performancePage(results, new Date().toISOString().slice(0, 10), ofWhat);
  writeFileSync(join(PROJECT, 'docs/performance.md'), page);
  writeFileSync(join(PROJECT, 'bench/results.json'), `${JSON.stringify({ ...ofWhat, results }, undefined, 2)}\n`);
  return 0;
});
