import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { measuredOn, type MeasuredOn } from '../../scripts/stack/measured-on';
import { wipe } from '../../scripts/stack/environments';
import { PROJECT } from '../../stacks/settings';
import { succeed } from '../deploy/support/command';
import { eachOf, secondsOf, memoryOf, usedMemory, type Figures } from '../deploy/support/many';
import { NamedEnvironment } from '../deploy/support/named-environment';

const FILE = join(PROJECT, 'docs/environments.json');
const COUNT = 20;
/** More at once take longer: a deploy keeps a core busy. */
const AT_ONCE = Math.max(2, cpus().length);

/** Twenty copies of one stack, all there at the same time. They have the machine to themselves, or others would run into their patience. */
const environments = Array.from({ length: COUNT }, (_, index) => new NamedEnvironment(`${index + 1}`, 'https-proxy'));
const removeAll = async (): Promise<void> => {
  for (const { name } of environments) await wipe(name);
};
beforeAll(removeAll);
afterAll(removeAll);

test(
  `${COUNT} environments of https-proxy at once, ${AT_ONCE} of them deployed at a time`,
  async () => {
    const ofWhat = measuredOn();
    const before = usedMemory();
    const ups = await eachOf(environments, AT_ONCE, (environment) => environment.run('up'));
    const machine = ups.map(({ usedMiB }) => usedMiB - before);
    const memory = await memoryOf(environments.map(({ engineName }) => engineName));
    // All of them while all of them are there.
    const verifies = await eachOf(environments, AT_ONCE, (environment) => environment.run('verify'));
    const listed = JSON.parse(await succeed(process.execPath, ['scripts/run.mjs', 'ls', '--json'])) as {
      environment: string;
      state: string;
    }[];
    const downs = await eachOf(environments, AT_ONCE, (environment) => environment.run('down'));
    const rows: Figures[] = environments.map(({ name }, index) => ({
      environment: name,
      upSeconds: secondsOf(ups, index),
      verifySeconds: secondsOf(verifies, index),
      downSeconds: secondsOf(downs, index),
      memoryMiB: memory[index] ?? 0,
      machineMiB: machine[index] ?? 0,
    }));
    write(ofWhat, rows, { before, after: usedMemory() });
    for (const { result } of [...ups, ...verifies, ...downs]) {
      expect([result.status, result.output]).toEqual([0, expect.not.stringMatching(/^FAIL/m)]);
    }
    const names = environments.map(({ name }) => name);
    expect(listed.filter(({ environment, state }) => names.includes(environment) && state === 'healthy')).toHaveLength(
      COUNT,
    );
    for (const environment of environments) expect(await environment.onEngine()).toEqual([]);
  },
  90 * 60_000,
);

function write(ofWhat: MeasuredOn, rows: readonly Figures[], machine: { before: number; after: number }): void {
  const figures = {
    ...ofWhat,
    stack: 'https-proxy',
    deployedAtOnce: AT_ONCE,
    usedMiBBefore: machine.before,
    usedMiBAfter: machine.after,
    environments: rows,
  };
  writeFileSync(FILE, `${JSON.stringify(figures, undefined, 2)}\n`);
}
