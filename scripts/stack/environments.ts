import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, reservationFile, stateFile, stateFolder, type Reservation } from '../../stacks/settings';
import { withLock } from '../setup/lock';
import { appStacks } from './app-stacks';
import { allCheckouts, rememberCheckout, reservationsOf, stacksOf } from './checkouts';
import { engineFacts, type EngineFact } from './engine-facts';
import { objectsOfFamily, remove } from './engine-objects';
import { forgetExpiry } from './expiry';
import { freeReservation, isFree, MOST_ENVIRONMENTS, type Taken } from './free-number';
import { namesOf } from './listing';
import { outFolder } from './out-files';
import { resourcesInState } from './state';
import { synthFolder } from './synth';
import { replaceFile } from './write-file';

/**
 * Gives a named environment the lowest ports and subnets that nobody else has: no other checkout of this machine, and
 * nothing on the engine. It keeps them from its first deploy on; while nothing of it is deployed, it moves out of the way
 * of what has come to the engine since. Needs a running engine.
 */
export async function reserve(environment: string): Promise<void> {
  const waiting = (holder: string): void => {
    process.stdout.write(`Ports are being reserved by ${holder}: waiting for it\n`);
  };
  // One lock for all checkouts: what one has reserved, and not deployed yet, must be seen by the next.
  await withLock('reservations', waiting, async () => {
    mkdirSync(stateFolder(environment), { recursive: true, mode: 0o700 });
    rememberCheckout(PROJECT);
    if (environment === '') return;
    const kept = reservationsOf(PROJECT).get(environment);
    if (kept !== undefined && isDeployed(environment)) return;
    const facts = await engineFacts();
    const stacks = appStacks();
    const names = { stacks: stacks.map(({ name }) => name), environments: [environment] };
    const isOwn = ({ owner }: EngineFact): boolean =>
      owner !== undefined && namesOf(owner, names).environment === environment;
    if (kept !== undefined && facts.some(isOwn)) return;
    const others = facts.filter((fact) => !isOwn(fact));
    const taken: Taken = {
      reservations: reservationsBut(environment),
      subnets: others.flatMap(({ subnets }) => subnets),
      ports: others.flatMap(({ ports }) => ports),
    };
    const stackPorts = stacks.flatMap(({ ports }) => ports);
    if (kept !== undefined && isFree(kept, taken, stackPorts)) return;
    const reservation = freeReservation(taken, stackPorts);
    if (reservation === undefined) {
      throw new Error(
        `All ${MOST_ENVIRONMENTS} places for environments on this machine are taken; npm run ls shows by what: take one down.`,
      );
    }
    replaceFile(reservationFile(environment), `${JSON.stringify(reservation)}\n`, 0o600);
  });
}

/** Forgets an environment of which nothing is deployed any more: its expiry and, of a named one, its ports. */
export function release(environment: string): void {
  if (isDeployed(environment)) return;
  if (environment === '') forgetExpiry(environment);
  else removeFolders(environment);
}

/**
 * Removes a named environment whole, on the engine and here, whatever state it is in and whichever checkout it came from:
 * for environments that nobody keeps anything in.
 */
export async function wipe(environment: string): Promise<void> {
  await remove(await objectsOfFamily(environment));
  removeFolders(environment);
}

/** Whether a state knows of anything of it. */
export function isDeployed(environment: string): boolean {
  return stacksOf(PROJECT, environment).some((stack) => resourcesInState(stateFile(environment, stack)).length > 0);
}

function removeFolders(environment: string): void {
  for (const gone of [stateFolder(environment), outFolder(environment, ''), join(PROJECT, synthFolder(environment))]) {
    rmSync(gone, { recursive: true, force: true });
  }
}

/** All that is reserved on this machine, but for this checkout's environment of that name. */
function reservationsBut(environment: string): Reservation[] {
  return allCheckouts().flatMap((checkout) =>
    [...reservationsOf(checkout)]
      .filter(([name]) => checkout !== PROJECT || name !== environment)
      .map(([, reservation]) => reservation),
  );
}
