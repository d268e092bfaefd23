import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { PROJECT } from '../../../stacks/settings';
import { wipe } from '../../../scripts/stack/environments';
import { succeed } from '../support/command';
import { eachOf, secondsOf, memoryOf, usedMemory, type Figures } from '../support/many';
import { NamedEnvironment } from '../support/named-environment';

const COUNT = 20;
/** More at once take longer: a deploy keeps a core busy. */
const AT_ONCE = Math.max(2, cpus().length);

/** Twenty copies of one stack, all there at the same time; their figures go into a file. */
export function twentyEnvironments(file: string): void {
  const environments = Array.from({ length: COUNT }, (_, index) => new NamedEnvironment(`${index + 1}`, 'https-proxy'));
  const removeAll = async (): Promise<void> => {
    for (const { name } of environments) await wipe(name);
  };
  beforeAll(removeAll);
  afterAll(removeAll);

  test(
    `${COUNT} environments of https-proxy at once, ${AT_ONCE} of them deployed at a time`,
    async () => {
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
      write(file, rows, { before, after: usedMemory() });
      for (const { result } of [...ups, ...verifies, ...downs]) {
        expect([result.status, result.output]).toEqual([0, expect.not.stringMatching(/^FAIL/m)]);
      }
      const names = environments.map(({ name }) => name);
      expect(
        listed.filter(({ environment, state }) => names.includes(environment) && state === 'healthy'),
      ).toHaveLength(COUNT);
      for (const environment of environments) expect(await environment.onEngine()).toEqual([]);
    },
    90 * 60_000,
  );
}

function write(file: string, rows: readonly Figures[], machine: { before: number; after: number }): void {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: PROJECT, encoding: 'utf8' }).trim();
  const figures = {
    commit: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain') !== '',
    cpus: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    stack: 'https-proxy',
    deployedAtOnce: AT_ONCE,
    usedMiBBefore: machine.before,
    usedMiBAfter: machine.after,
    environments: rows,
  };
  writeFileSync(file, `${JSON.stringify(figures, undefined, 2)}\n`);
}
