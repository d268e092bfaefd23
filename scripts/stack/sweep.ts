import { Busy } from '../setup/lock';
import { tryEnvironment } from './environment-lock';
import { readExpiry } from './expiry';

/** How the environments of this checkout are found out about and destroyed. */
export interface Sweeping {
  readonly environments: readonly string[];
  readonly now: Date;
  readonly isDryRun: boolean;
  readonly expiry: (environment: string) => Date | undefined;
  /** Runs the work while nobody else works on the environment, or says who does. */
  readonly locked: <T>(environment: string, work: () => Promise<T>) => Promise<T | Busy>;
  /** What `destroy` would destroy. */
  readonly stacks: (environment: string) => Promise<readonly string[]>;
  readonly destroy: (environment: string, stacks: readonly string[]) => Promise<void>;
  readonly say: (line: string) => void;
}

export const IN_THIS_CHECKOUT: Pick<Sweeping, 'expiry' | 'locked'> = {
  expiry: (environment) => readExpiry(environment),
  locked: tryEnvironment,
};

/** Destroys what is past its expiry, one environment after the other, and gives the number of those that it could not. */
export async function sweep(sweeping: Sweeping): Promise<number> {
  const { environments, say } = sweeping;
  let failures = 0;
  for (const environment of environments) {
    const name = environment === '' ? '(no name)' : environment;
    try {
      const line = await sweepOne(environment, sweeping);
      if (line !== undefined) say(`${name}: ${line}`);
    } catch (error) {
      failures += 1;
      say(`${name}: FAILED: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failures;
}

/** What was done; undefined where there was nothing to do. */
async function sweepOne(environment: string, sweeping: Sweeping): Promise<string | undefined> {
  if (!isPast(environment, sweeping)) return undefined;
  const result = await sweeping.locked(environment, async () => {
    // A deploy that has just ended may have moved it.
    const expires = sweeping.expiry(environment);
    if (expires === undefined || !isPast(environment, sweeping)) return 'its expiry has moved: left alone';
    const stacks = await sweeping.stacks(environment);
    const what = `${stacks.join(', ') || 'nothing deployed'}, expired ${expires.toISOString()}`;
    if (sweeping.isDryRun) return `would be destroyed: ${what}`;
    await sweeping.destroy(environment, stacks);
    return `destroyed: ${what}`;
  });
  return result instanceof Busy ? `in use by ${result.holder}: left alone` : result;
}

function isPast(environment: string, { expiry, now }: Sweeping): boolean {
  const expires = expiry(environment);
  return expires !== undefined && expires <= now;
}
