import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NamedEnvironment } from '../support/named-environment';

/** Seconds after its start. */
const MOMENTS = [2, 5, 8, 11, 15, 20] as const;

/** A deploy that is killed with all its processes, whatever it was at: `down` leaves nothing of it. */
export function interruptedDeploys(environment: NamedEnvironment): void {
  test.each(MOMENTS)('a deploy that is killed after %d s is taken down', async (seconds) => {
    const up = environment.start('up');
    const gone = once(up, 'exit');
    await sleep(seconds * 1000);
    if (up.pid !== undefined && up.exitCode === null) process.kill(-up.pid, 'SIGKILL');
    await gone;
    const { status, output } = await environment.run('down');
    expect([status, output]).toEqual([0, expect.any(String)]);
    expect(await environment.onEngine()).toEqual([]);
  });
}
