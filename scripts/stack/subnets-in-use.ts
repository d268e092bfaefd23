import { engineFacts } from './engine-facts';
import { resourcesOf, type SynthesisedStack } from './synth';
import { overlap } from '../../constructs/docker/subnets';

/** One sentence for each network of the stack whose addresses another one has: the engine would only say that "pools overlap". */
export async function subnetsInUse(stack: SynthesisedStack, owner: string): Promise<string[]> {
  const others = (await engineFacts()).filter((fact) => fact.kind === 'network' && fact.owner !== owner);
  return declaredSubnets(stack).flatMap(({ network, subnet }) =>
    others
      .filter((other) => other.subnets.some((taken) => overlap(taken, subnet)))
      .map(
        (other) =>
          `${stack.name}: the addresses ${subnet} of its network ${network} are those of the network ${other.name}; ` +
          'remove that one, or take this environment down, and its next npm run up has others.',
      ),
  );
}

function declaredSubnets(stack: SynthesisedStack): { network: string; subnet: string }[] {
  return resourcesOf(stack, 'docker_network').flatMap(({ name, ipam_config: ranges }) =>
    (Array.isArray(ranges) ? (ranges as { subnet?: string }[]) : []).flatMap(({ subnet }) =>
      subnet === undefined ? [] : [{ network: String(name), subnet }],
    ),
  );
}
