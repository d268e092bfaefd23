import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../scripts/setup/run-command';
import { release, reserve } from '../scripts/stack/environments';
import { environmentName, PROJECT } from '../stacks/settings';
import type { Bench } from './bench';
import { inTurn, median, ratio, seconds } from './statistics';

const TIMES = 7;
const TEMPLATE_TIMES = 2;
const MANY_TIMES = 3;
const LAUNCH = 'scripts/launch.mjs';
const ENVIRONMENTS = 'bench/apps/environments.ts';

/** How long people wait for a synth. */
export const synthBench: Bench = {
  name: 'synth',
  about: 'synth of one stack, all stacks and many environments, against loading cdktf and against ts-node',
  run: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
    mkdirSync(join(folder, 'out'));
    const program =
      (...args: readonly string[]) =>
      (): Promise<unknown> =>
        run(process.execPath, args, { cwd: PROJECT, env: { CDKTF_OUTDIR: join(folder, 'out') } });
    const one = program(LAUNCH, ENVIRONMENTS, '1');
    try {
      await reserve(environmentName(process.env));
      // Bundles are made once.
      await one();
      await program(LAUNCH, 'main.ts')();
      say(`${TIMES} synths of one stack and of all`);
      const times = await inTurn(TIMES, {
        floor: program('bench/apps/floor.cjs'),
        one,
        all: program(LAUNCH, 'main.ts'),
      });
      say(`${TEMPLATE_TIMES} by ts-node`);
      const slow = await inTurn(TEMPLATE_TIMES, {
        template: program('node_modules/ts-node/dist/bin.js', ENVIRONMENTS, '1'),
        one,
      });
      say('10 and 100 environments');
      const many = await inTurn(MANY_TIMES, {
        one,
        ten: program(LAUNCH, ENVIRONMENTS, '10'),
        hundred: program(LAUNCH, ENVIRONMENTS, '100'),
      });
      return [
        { what: 'one stack', ...seconds(times.one) },
        { what: 'all stacks of main.ts', ...seconds(times.all) },
        { what: 'Node.js loads cdktf and the classes that are used', ...seconds(times.floor) },
        {
          what: 'one stack, against loading cdktf',
          ...ratio(times.one, times.floor),
          unit: 'x',
          target: { atMost: 1 },
        },
        {
          what: "one stack in cdktf's template (ts-node), against this",
          ...ratio(slow.template, slow.one),
          unit: 'x',
          target: { atLeast: 10 },
        },
        { what: '10 environments in one app', ...seconds(many.ten) },
        {
          what: '100 environments in one app',
          ...seconds(many.hundred),
          target: { atMost: 3 },
        },
        {
          what: 'one of 100 environments more, against one of 10',
          value: (median(many.hundred) - median(many.one)) / 99 / ((median(many.ten) - median(many.one)) / 9),
          unit: 'x',
          target: { atMost: 1.2 },
        },
      ];
    } finally {
      release(environmentName(process.env));
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
