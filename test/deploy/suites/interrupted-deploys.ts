import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { succeed } from '../support/command';
import type { NamedEnvironment } from '../support/named-environment';

/** Seconds after its start. */
const MOMENTS = [2, 6, 10, 16, 25] as const;

/** A deploy that is killed, whatever it was at: `down` leaves nothing of it. */
export function interruptedDeploys(environment: NamedEnvironment): void {
  test.each(MOMENTS)('a deploy that is killed with all its processes after %d s is taken down', async (seconds) => {
    await interrupted(seconds, (group) => {
      process.kill(-group, 'SIGKILL');
      return Promise.resolve();
    });
  });

  test.each(MOMENTS)('a deploy that is killed after %d s, but for its Terraform, is taken down', async (seconds) => {
    await interrupted(seconds, async (group) => {
      const processes = await succeed('ps', ['-o', 'pgid=,pid=,args=', '-e']);
      const own = processes
        .split('\n')
        .filter((line) => line.trim().startsWith(`${group} `) && /scripts\/(run|up)\b/.test(line));
      for (const line of own) process.kill(Number(line.trim().split(/\s+/)[1]), 'SIGKILL');
    });
  });

  async function interrupted(seconds: number, kill: (group: number) => Promise<void>): Promise<void> {
    const up = environment.start('up');
    const gone = once(up, 'exit');
    await sleep(seconds * 1000);
    if (up.pid !== undefined && up.exitCode === null) await kill(up.pid);
    await gone;
    const { status, output } = await environment.run('down');
    expect([status, output]).toEqual([0, expect.any(String)]);
    expect(await environment.onEngine()).toEqual([]);
  }
}
