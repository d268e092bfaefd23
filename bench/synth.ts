import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../scripts/setup/run-command';
import { release, reserve } from '../scripts/stack/environments';
import { environmentName, PROJECT } from '../stacks/settings';
import type { Bench } from './bench';
import { inTurn, median } from './statistics';

const TIMES = 5;

/** How long people wait for a synth of all stacks, against a program that declares nothing. */
export const synthBench: Bench = {
  name: 'synth',
  about: 'synth of main.ts against an app without stacks',
  run: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
    const program = (file: string) => (): Promise<unknown> =>
      run(process.execPath, ['--import', 'tsx', file], { cwd: PROJECT, env: { CDKTF_OUTDIR: join(folder, 'out') } });
    try {
      await reserve(environmentName(process.env));
      say(`${TIMES} synths of each`);
      const [all, bare] = (await inTurn(TIMES, program('main.ts'), program('bench/bare-app.ts'))).map(median);
      return [
        { what: 'all stacks of main.ts', value: (all ?? 0) / 1000, unit: 's' },
        { what: 'an app without stacks', value: (bare ?? 0) / 1000, unit: 's' },
        { what: 'all stacks, against none', value: (all ?? 0) / (bare ?? 1), unit: 'x' },
      ];
    } finally {
      release(environmentName(process.env));
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
