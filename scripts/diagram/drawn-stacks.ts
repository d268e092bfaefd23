import type { BitbucketSettings } from '../../stacks/bitbucket-settings';
import type { Settings } from '../../stacks/settings';
import { declaredStacks } from '../stack/app-stacks';
import type { Diagram } from './diagram';
import { readDiagram } from './read-diagram';

/** A picture needs no licence: what is written of it into a deployment is not synthesised here. */
const WITHOUT_LICENCE: BitbucketSettings = { licenceFile: '', version: undefined, image: undefined };

/** All stacks of main.ts by name, as they can be drawn: with neither Docker nor Terraform. */
export function drawnStacks(settings: Settings): ReadonlyMap<string, Diagram> {
  const stacks = declaredStacks({ ...settings, bitbucket: settings.bitbucket ?? WITHOUT_LICENCE });
  return new Map(stacks.map((stack) => [stack.node.id, readDiagram(stack)]));
}
