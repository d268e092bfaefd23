import { existsSync, readFileSync } from 'node:fs';

/** A resource of a stack as Terraform's state has it. */
export interface StateResource {
  readonly type: string;
  readonly name: string;
  readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
}

/** What Terraform knows of a stack that was deployed: resources with all their arguments, secrets in clear among them. */
export interface State {
  readonly resources: readonly StateResource[];
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Reads a state as a file or a backend has it; nothing is in an empty one. */
export function parseState(text: string): State {
  const { resources = [], outputs = {} } = (text.trim() === '' ? {} : JSON.parse(text)) as Partial<State>;
  return { resources, outputs };
}

/** What a state file knows of; nothing where the file is missing or empty. */
export function resourcesInState(file: string): readonly StateResource[] {
  return parseState(existsSync(file) ? readFileSync(file, 'utf8') : '').resources;
}

/** The resources of a type: each with its address and its arguments. */
export function ofType(
  state: State,
  type: string,
): readonly { readonly address: string; readonly attributes: Readonly<Record<string, unknown>> }[] {
  return state.resources
    .filter((resource) => resource.type === type)
    .flatMap(({ name, instances }) => instances.map(({ attributes }) => ({ address: `${type}.${name}`, attributes })));
}
