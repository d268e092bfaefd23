import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cacheDir } from './cache';
import { findOnPath } from './run-command';

/**
 * Runs `work` while no other process does so under the same name. `waiting` is called when another one holds the lock.
 * The lock is `flock`'s, held by a `cat` on this process's pipe: it goes when this process goes, however it ends.
 */
export async function withLock<T>(name: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  // Part of util-linux and of BusyBox; without it, two set-ups at once are the user's to avoid.
  if (findOnPath('flock').length === 0) return work();
  const holder = spawn('flock', [join(cacheDir(), `${name}.lock`), 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Its own process group: a Ctrl-C must not free the lock before the work has ended.
    detached: true,
  });
  const gone = once(holder, 'exit');
  const notice = setTimeout(waiting, 1000);
  try {
    // `cat` answers once flock has started it, that is, once the lock is held.
    holder.stdin.write('\n');
    await Promise.race([once(holder.stdout, 'data'), gone]);
    clearTimeout(notice);
    return await work();
  } finally {
    clearTimeout(notice);
    // Waited for: what comes next may block this process, and with it the closing of the pipe.
    holder.stdin.end();
    await gone;
  }
}
