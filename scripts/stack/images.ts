import { ofType, type State } from './state';
import type { SynthesisedStack } from './synth';

/**
 * Addresses of the images that a deploy has to pull or build. They come first, by themselves: Terraform removes a container
 * before it makes the image of the next one, and where that fails the service would be gone. None where nothing runs yet.
 */
export function newImages({ resources }: Pick<SynthesisedStack, 'resources'>, state: State): readonly string[] {
  if (ofType(state, 'docker_container').length === 0) return [];
  const known = new Map(ofType(state, 'docker_image').map(({ address, attributes }) => [address, attributes['name']]));
  return Object.entries(resources['docker_image'] ?? {})
    .map(([id, { name }]) => ({ address: `docker_image.${id}`, name }))
    .filter(({ address, name }) => known.get(address) !== name)
    .map(({ address }) => address);
}
