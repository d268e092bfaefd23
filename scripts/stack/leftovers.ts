import { objectsOf, remove, type EngineObject } from './engine-objects';
import type { State } from './state';
import { resourcesOf, type SynthesisedStack } from './synth';
import type { Terraform } from './terraform';

/** What carries the environment's label on the engine and is not in the state: the state was lost, or never here. */
export async function leftovers(environmentName: string, state: State): Promise<EngineObject[]> {
  const known = namesInState(state);
  return (await objectsOf(environmentName)).filter(({ kind, name }) => !known.has(`docker_${kind} ${name}`));
}

function namesInState({ resources }: State): Set<string> {
  return new Set(
    resources.flatMap(({ type, instances }) => instances.map(({ attributes }) => `${type} ${attributes.name ?? ''}`)),
  );
}

/** One sentence of what was found, and what can be done about it. */
export function refuseLeftovers(found: readonly EngineObject[], stack: string, stateName: string): string {
  const volumes = found.filter(({ kind }) => kind === 'volume').map(({ name }) => name);
  const others = found.filter(({ kind }) => kind !== 'volume').map(({ kind, name }) => `${kind} ${name}`);
  const what = [...(volumes.length > 0 ? [`the volumes ${volumes.join(', ')}`] : []), ...others].join(', ');
  return (
    `${stack}: the engine has ${what} that ${stateName} does not know; nothing was changed. ` +
    `To go on with the data: npm run up -- --adopt ${stack}. To delete it for good: npm run down -- ${stack}.`
  );
}

/**
 * Takes the volumes into the state. Containers and networks hold no data and are made anew. Passwords and certificates
 * are new ones: the services set them again at their start.
 */
export async function adopt(
  found: readonly EngineObject[],
  stack: SynthesisedStack,
  terraform: Terraform,
): Promise<void> {
  await remove(found.filter(({ kind }) => kind !== 'volume'));
  const addresses = new Map(resourcesOf(stack, 'docker_volume').map((volume) => [volume['name'], volume.id]));
  for (const { name } of found.filter(({ kind }) => kind === 'volume')) {
    const address = addresses.get(name);
    if (address === undefined) {
      throw new Error(
        `${stack.name}: the volume ${name} belongs to no service of the stack any more; look into it, then: docker volume rm ${name}`,
      );
    }
    await terraform.import(address, name);
  }
}
