import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, type Reservation } from '../../stacks/settings';
import { cacheDir } from '../setup/cache';
import { replaceFile } from './write-file';

/**
 * The checkouts on this machine that have deployed, those that are gone left out: what they have reserved is in their
 * `state/`, before the engine knows of it.
 */
export function knownCheckouts(cache = cacheDir()): string[] {
  return remembered(cache).filter((checkout) => existsSync(join(checkout, 'state')));
}

/**
 * This checkout, and the others of the machine. Those that have the same `state/`, which may be a link to a folder that
 * several checkouts share, count once.
 */
export function allCheckouts(cache = cacheDir(), own = PROJECT): string[] {
  const states = new Map<string, string>();
  for (const checkout of [own, ...knownCheckouts(cache)]) {
    const folder = join(checkout, 'state');
    const state = existsSync(folder) ? realpathSync(folder) : folder;
    if (!states.has(state)) states.set(state, checkout);
  }
  return [...states.values()];
}

/** Adds one; a lock keeps others from doing so at the same time. */
export function rememberCheckout(checkout: string, cache = cacheDir()): void {
  if (remembered(cache).includes(checkout)) return;
  replaceFile(listFile(cache), `${JSON.stringify([...knownCheckouts(cache), checkout])}\n`);
}

function remembered(cache: string): string[] {
  const file = listFile(cache);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [];
}

function listFile(cache: string): string {
  return join(cache, 'checkouts.json');
}

/** Environments with a folder in a checkout's `state/`; "" is the one without a name, whose state lies beside them. */
export function environmentsOf(checkout: string): string[] {
  const folder = join(checkout, 'state');
  if (!existsSync(folder)) return [];
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return ['', ...folders.map(({ name }) => name).sort()];
}

/** Stacks that an environment of a checkout has a state file of. */
export function stacksOf(checkout: string, environment: string): string[] {
  const folder = join(checkout, 'state', environment);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.tfstate'))
    .map((file) => file.slice(0, -'.tfstate'.length))
    .sort();
}

/** What a checkout has reserved, by environment. */
export function reservationsOf(checkout: string): Map<string, Reservation> {
  const found = new Map<string, Reservation>();
  for (const environment of environmentsOf(checkout)) {
    const file = join(checkout, 'state', environment, 'environment.json');
    if (environment !== '' && existsSync(file)) {
      found.set(environment, JSON.parse(readFileSync(file, 'utf8')) as Reservation);
    }
  }
  return found;
}
