import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../scripts/setup/run-command';
import { installPackages } from '../scripts/setup/packages';
import { PLAIN_REPORT } from '../scripts/setup/steps';
import { Deployment } from '../scripts/stack/deployment';
import { activeContainers } from '../scripts/stack/engine-objects';
import { release, reserve } from '../scripts/stack/environments';
import { chooseStack } from '../scripts/stack/synth';
import { environmentName, PROJECT } from '../stacks/settings';
import type { Bench, Measurement } from './bench';
import { ComposeProject, hasCompose } from './compose';
import { megabytesOf } from './memory';
import { ratio, seconds, timed } from './statistics';

const TIMES = 3;
const STACK = 'https-proxy';

/** What people wait for who deploy, deploy again without a change, and destroy. */
export const deployBench: Bench = {
  name: 'deploy',
  about: 'up, up without a change and down of https-proxy, against Terraform alone and against docker compose',
  run: async (say) => {
    if (!(await hasCompose())) await installPackages(['docker-compose'], 'docker compose', PLAIN_REPORT);
    const folder = mkdtempSync(join(tmpdir(), 'bench-compose-'));
    const environment = environmentName(process.env);
    const command = (name: string) => (): Promise<unknown> =>
      run(process.execPath, ['scripts/run.mjs', name, STACK], { cwd: PROJECT });
    const none = (): Kind => ({ deploy: [], again: [], destroy: [] });
    const times = { up: none(), terraform: none(), compose: none() };
    let memory = 0;
    try {
      // Builds the images, which is nobody's matter here.
      say('deploying, so that images are built');
      await command('up')();
      memory = await megabytesOf(await containersOf(environment));
      const compose = await ComposeProject.of(await containersOf(environment), folder);
      await command('down')();
      for (let round = 1; round <= TIMES; round++) {
        say(`round ${round} of ${TIMES}`);
        times.up.deploy.push(await timed(command('up')));
        times.up.again.push(await timed(command('up')));
        times.up.destroy.push(await timed(command('down')));
        const deployment = await Deployment.open(environment, () => reserve(environment));
        const terraform = deployment.terraform(chooseStack(deployment.stacks, [STACK]));
        const silent = (): void => undefined;
        times.terraform.deploy.push(
          await timed(async () => {
            await terraform.init(silent);
            await terraform.change('apply', silent);
          }),
        );
        times.terraform.again.push(await timed(() => terraform.change('apply', silent)));
        times.terraform.destroy.push(await timed(() => terraform.change('destroy', silent)));
        release(environment);
        times.compose.deploy.push(await timed(() => compose.up()));
        times.compose.again.push(await timed(() => compose.up()));
        times.compose.destroy.push(await timed(() => compose.down()));
      }
      return [
        ...figures(times),
        { what: 'memory of the whole idle topology', value: memory, unit: 'MB', target: { atMost: 500 } },
      ];
    } finally {
      await command('down')().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Kind {
  readonly deploy: number[];
  readonly again: number[];
  readonly destroy: number[];
}

function figures({ up, terraform, compose }: Readonly<Record<'up' | 'terraform' | 'compose', Kind>>): Measurement[] {
  return [
    { what: 'up, until everything is verified', ...seconds(up.deploy) },
    { what: 'up, against terraform apply of the same JSON', ...ratio(up.deploy, terraform.deploy), unit: 'x' },
    { what: 'up, against docker compose', ...ratio(up.deploy, compose.deploy), unit: 'x', target: { atMost: 1.3 } },
    { what: 'docker compose up, until everything is healthy', ...seconds(compose.deploy) },
    { what: 'up without a change', ...seconds(up.again), target: { atMost: 8 } },
    { what: 'terraform apply without a change', ...seconds(terraform.again) },
    { what: 'down', ...seconds(up.destroy) },
    { what: 'down, against terraform destroy', ...ratio(up.destroy, terraform.destroy), unit: 'x' },
    {
      what: 'down, against docker compose down',
      ...ratio(up.destroy, compose.destroy),
      unit: 'x',
      target: { atMost: 1.3 },
    },
  ];
}

async function containersOf(environment: string): Promise<string[]> {
  return (await activeContainers(`${environment}-${STACK}`)).map(({ name }) => name);
}
