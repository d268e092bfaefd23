import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is the one that is wanted, at most so many seconds, and gives the last answer. */
export async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean, seconds: number): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer) || Date.now() > deadline) return answer;
    await sleep(250);
  }
}
