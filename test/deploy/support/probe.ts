import { setTimeout as sleep } from 'node:timers/promises';

export interface ProbeResult {
  readonly attempts: number;
  /** What each failed attempt said. */
  readonly failures: readonly string[];
  /** Milliseconds from the start of the first failed attempt to the end of the last one in a row, the longest such time. */
  readonly longestOutage: number;
}

/** Repeats something, one after the other, while something else goes on, and a little longer. */
export async function probeDuring(
  attempt: () => Promise<unknown>,
  during: () => Promise<unknown>,
): Promise<ProbeResult> {
  let isOver = false;
  const failures: string[] = [];
  let attempts = 0;
  let longestOutage = 0;
  const loop = async (): Promise<void> => {
    let failedSince: number | undefined;
    while (!isOver) {
      const start = Date.now();
      attempts += 1;
      try {
        await attempt();
        failedSince = undefined;
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
        failedSince ??= start;
        longestOutage = Math.max(longestOutage, Date.now() - failedSince);
      }
    }
  };
  const running = loop();
  try {
    await during();
    // What the change set off may come after it.
    await sleep(5000);
  } finally {
    isOver = true;
    await running;
  }
  return { attempts, failures, longestOutage };
}
