import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT, reservationFile, stateFolder, type Reservation } from '../../stacks/settings';
import { objectsOfFamily, remove } from './engine-objects';
import { outFolder } from './out-files';
import { resourcesInState } from './state';
import { synthFolder } from './synth';

/** Ports of different stacks differ by other numbers than multiples of this, so that shifted copies never meet. */
const PORT_STEP = 20;
const FIRST_PORT_OFFSET = 10000;
/** Pairs of subnets that one environment's stacks may use. */
const SLOTS_PER_ENVIRONMENT = 10;
const MOST_ENVIRONMENTS = 50;
const LOCK_WAIT_SECONDS = 10;

/** Gives a named environment the lowest free port offset and subnets on its first deploy; it keeps them. */
export async function reserve(environment: string): Promise<void> {
  if (environment === '' || existsSync(reservationFile(environment))) return;
  mkdirSync(stateFolder(environment), { recursive: true, mode: 0o700 });
  const lock = join(stateFolder(''), '.lock');
  await acquire(lock);
  try {
    const taken = new Set(reservations().map((reservation) => reservation.portOffset));
    for (let number = 0; number < MOST_ENVIRONMENTS; number++) {
      const portOffset = FIRST_PORT_OFFSET + number * PORT_STEP;
      if (taken.has(portOffset)) continue;
      const reservation: Reservation = { portOffset, subnetSlot: (number + 1) * SLOTS_PER_ENVIRONMENT };
      writeFileSync(reservationFile(environment), `${JSON.stringify(reservation)}\n`, { mode: 0o600 });
      return;
    }
  } finally {
    rmdirSync(lock);
  }
  throw new Error(
    `All ${MOST_ENVIRONMENTS} environments of ${stateFolder('')} are taken; take one down and remove its folder.`,
  );
}

/** Forgets a named environment of which nothing is deployed any more; its ports are free again. */
export function release(environment: string): void {
  if (environment === '') return;
  const folder = stateFolder(environment);
  const states = readdirSync(folder).filter((file) => file.endsWith('.tfstate'));
  if (states.some((file) => resourcesInState(join(folder, file)).length > 0)) return;
  removeFolders(environment);
}

/**
 * Removes a named environment whole, on the engine and here, whatever state it is in and whichever checkout it came from:
 * for environments that nobody keeps anything in.
 */
export async function wipe(environment: string): Promise<void> {
  await remove(await objectsOfFamily(environment));
  removeFolders(environment);
}

function removeFolders(environment: string): void {
  for (const gone of [stateFolder(environment), outFolder(environment, ''), join(PROJECT, synthFolder(environment))]) {
    rmSync(gone, { recursive: true, force: true });
  }
}

function reservations(): Reservation[] {
  return readdirSync(stateFolder(''), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(reservationFile(entry.name)))
    .map((entry) => JSON.parse(readFileSync(reservationFile(entry.name), 'utf8')) as Reservation);
}

/** Making a folder either succeeds for one process or fails for it. */
async function acquire(lock: string): Promise<void> {
  for (let tries = 0; tries < LOCK_WAIT_SECONDS * 10; tries++) {
    try {
      mkdirSync(lock);
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error(
    `${lock} is held for more than ${LOCK_WAIT_SECONDS} s; where no other deploy runs, remove it: rmdir ${lock}`,
  );
}
