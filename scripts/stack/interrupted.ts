import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Is there while a deploy is under way, and still there when it was killed. */
const underWay = (stateFile: string): string => `${stateFile}.deploying`;

/**
 * Whether the last deploy on this state was killed: what is on the engine and not in the state is then what it was just
 * making, and not what a lost state has left behind.
 */
export function wasInterrupted(stateFile: string): boolean {
  return existsSync(underWay(stateFile));
}

/** Runs a deploy, which either ends, well or not, or is killed. */
export async function whileDeploying<T>(stateFile: string, deploy: () => Promise<T>): Promise<T> {
  // Where states are elsewhere, nothing has made the folder yet.
  mkdirSync(dirname(stateFile), { recursive: true });
  writeFileSync(underWay(stateFile), '');
  try {
    return await deploy();
  } finally {
    forgetInterruption(stateFile);
  }
}

/** For what is destroyed. */
export function forgetInterruption(stateFile: string): void {
  rmSync(underWay(stateFile), { force: true });
}
