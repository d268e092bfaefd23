import { join } from 'node:path';
import { engineName } from '../../stacks/settings';
import { environmentsOf, allCheckouts, stacksOf } from './checkouts';
import { readExpiry } from './expiry';
import { isReadableState, resourcesInState, textOutput } from './state';

/** What a checkout's state says of a stack that is deployed. */
export interface StackRecord {
  readonly checkout: string;
  readonly environment: string;
  readonly stack: string;
  /** Name on the engine. */
  readonly owner: string;
  readonly baseUrl: string | undefined;
  readonly expires: Date | undefined;
  /** Names of its containers. */
  readonly containers: readonly string[];
  /** The engine's ids of its containers and networks. */
  readonly ids: readonly string[];
}

/** All stacks that this checkout, and the others of this machine, have in their states; this one's first. */
export function stackRecords(): StackRecord[] {
  return allCheckouts().flatMap(recordsOf);
}

function recordsOf(checkout: string): StackRecord[] {
  return environmentsOf(checkout).flatMap((environment) =>
    stacksOf(checkout, environment).flatMap((stack) => {
      const file = join(checkout, 'state', environment, `${stack}.tfstate`);
      // One that is cut off says nothing; `up` and `down` say so.
      const resources = isReadableState(file) ? resourcesInState(file) : [];
      if (resources.length === 0) return [];
      const attributes = (type: string) =>
        resources
          .filter((resource) => resource.type === type)
          .flatMap(({ instances }) => instances.map((instance) => instance.attributes));
      return {
        checkout,
        environment,
        stack,
        owner: engineName(environment, stack),
        baseUrl: textOutput(file, 'base_url'),
        expires: readExpiry(environment, checkout),
        containers: attributes('docker_container').flatMap(({ name }) => name ?? []),
        ids: [...attributes('docker_container'), ...attributes('docker_network')].flatMap(({ id }) => id ?? []),
      };
    }),
  );
}
