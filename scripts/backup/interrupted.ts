import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from '../../stacks/settings';
import { writeFile } from '../stack/write-file';

/** There from before a restore changes anything until all data is in its volumes. */
function markFile(environment: string, stack: string): string {
  return join(stateFolder(environment), `${stack}.restoring`);
}

export function markRestoring(environment: string, stack: string, archive: string): void {
  mkdirSync(stateFolder(environment), { recursive: true, mode: 0o700 });
  writeFile(markFile(environment, stack), `${archive}\n`, 0o600);
}

export function unmarkRestoring(environment: string, stack: string): void {
  rmSync(markFile(environment, stack), { force: true });
}

/** The archive of a restore that did not come to its end; undefined where there is none. */
export function interruptedRestore(environment: string, stack: string): string | undefined {
  const file = markFile(environment, stack);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** Half of a backup must not look like a stack. */
export function refuseInterruptedRestore(environment: string, stack: string): void {
  const archive = interruptedRestore(environment, stack);
  if (archive === undefined) return;
  throw new Error(
    `${stack}: a restore was interrupted, and some of its data is missing; nothing was changed. ` +
      `To repeat it: npm run restore -- ${stack} ${archive}. To begin anew, without data: npm run down -- ${stack}.`,
  );
}
