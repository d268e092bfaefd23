import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT } from '../../../stacks/settings';
import { npmRun } from '../support/command';
import { measured } from '../support/measured';
import { Stack } from '../support/stack';

/** Seconds after its start at which a first deploy is interrupted, with one signal and the other in turn. */
const MOMENTS = process.env.TEST_SCALE === 'full' ? [1, 2, 3, 4, 5, 6, 7, 9, 11, 13] : [];

/** A stack of its own, deployed for the first time again and again, and never to the end. */
export function repeatedDeploys(name: string): void {
  if (MOMENTS.length === 0) return;
  const stack = new Stack(name);

  test('a deploy that is interrupted at ten moments, and repeated, ends well', async () => {
    expect((await npmRun('down', name)).status).toBe(0);
    let finished = 0;
    for (const [index, seconds] of MOMENTS.entries()) {
      const up = spawn(process.execPath, ['scripts/run.mjs', 'up', name], {
        cwd: PROJECT,
        detached: true,
        stdio: 'ignore',
      });
      const ended = new Promise<boolean>((resolve) => up.once('exit', (status) => resolve(status === 0)));
      await Promise.race([sleep(seconds * 1000), ended]);
      // The whole group, as a terminal does it, and as a machine that is reclaimed does.
      if (up.exitCode === null && up.pid !== undefined) process.kill(-up.pid, index % 2 === 0 ? 'SIGINT' : 'SIGKILL');
      if (await ended) finished += 1;
      // Terraform ends what it is at when it is asked to.
      await sleep(5000);
    }
    const last = await npmRun('up', name);
    expect(last.output).not.toMatch(/^FAIL/m);
    expect(last.status).toBe(0);
    expect((await npmRun('plan', name)).status).toBe(0);
    expect((await npmRun('down', name)).status).toBe(0);
    expect(await stack.onEngine()).toEqual([]);
    measured(`${MOMENTS.length} interruptions, ${finished} of them too late; the next deploy ended with 0`);
  });
}
