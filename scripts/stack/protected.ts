import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { State } from './state';
import type { SynthesisedStack } from './synth';

/** `protectData` of a stack's environment, as it is declared now. */
export function isDeclaredProtected({ resources }: Pick<SynthesisedStack, 'resources'>): boolean {
  return Object.values(resources)
    .flatMap((byId) => Object.values(byId))
    .some(({ lifecycle }) => (lifecycle as Lifecycle | undefined)?.prevent_destroy === true);
}

/** The same, as the stack was deployed last. */
export function isDeployedProtected({ outputs }: Pick<State, 'outputs'>): boolean {
  return outputs['protect_data']?.value === true;
}

/** Why a stack is not destroyed. */
export function refuseDestroying(stack: string): string {
  return (
    `${stack}: its data is protected (protectData), and nothing was changed. ` +
    `To delete it for good: npm run down -- --delete-data ${stack}`
  );
}

/** Why a stack is not deployed without the protection that it has. */
export function refuseUnprotecting(stack: string): string {
  return (
    `${stack}: its data has been protected since it was deployed, and is not by these settings; nothing was changed. ` +
    'Set PROTECT_DATA=1 to keep it protected, or PROTECT_DATA=0 to end that.'
  );
}

/** Takes the protection out of what was synthesised: Terraform reads it there before it destroys anything. */
export function unprotect({ folder }: Pick<SynthesisedStack, 'folder'>): void {
  const file = join(folder, 'cdk.tf.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as { resource: Record<string, Record<string, Resource>> };
  for (const resource of Object.values(json.resource).flatMap((byId) => Object.values(byId))) {
    delete resource.lifecycle?.prevent_destroy;
  }
  writeFileSync(file, JSON.stringify(json, undefined, 2));
}

interface Lifecycle {
  prevent_destroy?: boolean;
}

interface Resource {
  readonly lifecycle?: Lifecycle;
}
