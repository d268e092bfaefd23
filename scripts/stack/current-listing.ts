import { PROJECT } from '../../stacks/settings';
import { appStacks } from './app-stacks';
import { environmentsOf, allCheckouts, stacksOf } from './checkouts';
import { engineFacts } from './engine-facts';
import { listStacks, type ListedStack } from './listing';
import { stackRecords } from './records';

/** What runs of this project on the engine, and what this checkout's state knows of. */
export async function currentListing(): Promise<ListedStack[]> {
  const known = {
    stacks: appStacks().map(({ name }) => name),
    environments: allCheckouts()
      .flatMap(environmentsOf)
      .filter((name) => name !== ''),
  };
  return listStacks(await engineFacts(), stackRecords(), known, PROJECT);
}

/** The stacks of an environment that something is there of, but for those that another checkout has in its state. */
export async function presentStacks(environment: string): Promise<string[]> {
  const known = knownStacks(environment);
  return (await currentListing())
    .filter((listed) => listed.environment === environment)
    .filter(({ checkout }) => checkout === undefined || checkout === PROJECT)
    .flatMap(({ stack }) => (stack !== undefined && known.includes(stack) ? [stack] : []));
}

/** Stacks of main.ts, and those that the environment's state still has. */
export function knownStacks(environment: string): string[] {
  return [...new Set([...appStacks().map(({ name }) => name), ...stacksOf(PROJECT, environment)])];
}
