import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheDir } from './cache';
import { findOnPath } from './run-command';

/** What a lock that another process holds was answered with. */
export class Busy {
  /** @param holder `npm run up (process 1234, since 2026-11-25T12:00:00Z)` */
  public constructor(public readonly holder: string) {}
}

/**
 * Runs `work` while no other process does so under the same name on this machine. `waiting` is called when another one
 * holds the lock, with what it said of itself.
 * The lock is `flock`'s, held by a `cat` on this process's pipe: it goes when this process goes, however it ends.
 */
export async function withLock<T>(
  name: string,
  waiting: (holder: string) => void,
  work: () => Promise<T>,
  cache = cacheDir(),
): Promise<T> {
  const file = join(cache, `${name}.lock`);
  const result = await hold(file, [], work, () => waiting(holderOf(file)));
  // Only flock told not to wait gives up.
  if (result instanceof Busy) throw new Error(`${file} could not be locked; look at its owner and mode.`);
  return result;
}

/** Like {@link withLock}, but where another process holds the lock, gives a {@link Busy} at once. */
export async function tryLock<T>(name: string, work: () => Promise<T>, cache = cacheDir()): Promise<T | Busy> {
  return hold(join(cache, `${name}.lock`), ['-n'], work, () => undefined);
}

async function hold<T>(
  file: string,
  options: readonly string[],
  work: () => Promise<T>,
  waiting: () => void,
): Promise<T | Busy> {
  // Part of util-linux and of BusyBox; without it, two commands at once are the user's to avoid.
  if (findOnPath('flock').length === 0) return work();
  const holder = spawn('flock', [...options, file, 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Its own process group: a Ctrl-C must not free the lock before the work has ended.
    detached: true,
  });
  const gone = once(holder, 'exit');
  const notice = setTimeout(waiting, 1000);
  try {
    if (!(await isHeld(holder, gone))) return new Busy(holderOf(file));
    clearTimeout(notice);
    writeFileSync(file, `${thisProcess()}\n`);
    return await work();
  } finally {
    clearTimeout(notice);
    // Waited for: what comes next may block this process, and with it the closing of the pipe.
    holder.stdin.end();
    await gone;
  }
}

/** `cat` answers once flock has started it, that is, once the lock is held. */
async function isHeld(holder: ChildProcess, gone: Promise<unknown>): Promise<boolean> {
  const { stdin, stdout } = holder;
  if (stdin === null || stdout === null) return false;
  // A flock that gives up closes the pipe.
  stdin.on('error', () => undefined);
  stdin.write('\n');
  return Promise.race([once(stdout, 'data').then(() => true), gone.then(() => false)]);
}

function thisProcess(): string {
  const command = basename(process.argv[1] ?? '', '.ts');
  return `npm run ${command} (process ${process.pid}, since ${new Date().toISOString()})`;
}

function holderOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'another command';
  } catch {
    return 'another command';
  }
}
