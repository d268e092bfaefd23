import { tryLock, withLock, type Busy } from '../setup/lock';

/**
 * Runs `work` while no other command works on the environment; where one does, says which, and waits. One lock for all of
 * an environment's stacks, because they share the folder that they are synthesised into, and for all checkouts, because
 * they would share the names on the engine.
 */
export async function withEnvironment<T>(environment: string, work: () => Promise<T>): Promise<T> {
  const waiting = (holder: string): void => {
    process.stderr.write(`${environmentTitle(environment)} is in use by ${holder}: waiting for it\n`);
  };
  return withLock(lockName(environment), waiting, work);
}

/** Like {@link withEnvironment}, but does not wait. */
export async function tryEnvironment<T>(environment: string, work: () => Promise<T>): Promise<T | Busy> {
  return tryLock(lockName(environment), work);
}

/** How messages call it. */
export function environmentTitle(environment: string): string {
  return environment === '' ? 'The environment without a name' : `The environment ${environment}`;
}

function lockName(environment: string): string {
  return environment === '' ? 'environment' : `environment-${environment}`;
}
