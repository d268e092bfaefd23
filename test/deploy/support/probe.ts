import { setTimeout as sleep } from 'node:timers/promises';

export interface ProbeResult {
  readonly attempts: number;
  /** What each failed attempt said. */
  readonly failures: readonly string[];
}

/** Repeats something, one after the other, while something else goes on, and a little longer. */
export async function probeDuring(
  attempt: () => Promise<unknown>,
  during: () => Promise<unknown>,
): Promise<ProbeResult> {
  let isOver = false;
  const failures: string[] = [];
  let attempts = 0;
  const loop = async (): Promise<void> => {
    while (!isOver) {
      attempts += 1;
      try {
        await attempt();
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
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
  return { attempts, failures };
}
