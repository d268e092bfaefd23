import { setTimeout as sleep } from 'node:timers/promises';

/** Does something again and again until it is stopped; failures by the second that they began in. */
export class Load {
  public attempts = 0;
  public readonly failures: { at: number; what: string }[] = [];
  private isStopped = false;
  private readonly done: Promise<void>;

  public constructor(act: () => Promise<void>) {
    this.done = (async () => {
      while (!this.isStopped) {
        const at = Date.now();
        this.attempts++;
        await act().catch((error: unknown) => this.failures.push({ at, what: String(error) }));
        await sleep(10);
      }
    })();
  }

  public async stop(): Promise<void> {
    this.isStopped = true;
    await this.done;
  }

  /** Milliseconds from the begin of the first request that failed to that of the last one. */
  public get interruption(): number {
    const times = this.failures.map(({ at }) => at);
    return times.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
  }
}
