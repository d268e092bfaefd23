import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '../../constructs/errors';

/** A resource of a stack as Terraform's state has it. */
export interface StateResource {
  readonly type: string;
  readonly name: string;
  readonly instances: readonly { readonly attributes: Attributes }[];
}

type Attributes = Readonly<Record<string, unknown>> & { readonly id?: string; readonly name?: string };

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
  return readState(file).resources;
}

/** An output that is a text; undefined where the state has none of that name. */
export function textOutput(file: string, name: string): string | undefined {
  const value = readState(file).outputs[name]?.value;
  return typeof value === 'string' ? value : undefined;
}

/** Values of all outputs by name, those of secrets among them. */
export function outputValues({ outputs }: State): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

/** False where Terraform was killed while it wrote the file: it does not replace it, but writes it anew. */
export function isReadableState(file: string): boolean {
  try {
    readState(file);
    return true;
  } catch {
    return false;
  }
}

/** What a state file has; an empty state where the file is missing or empty. */
export function readState(file: string): State {
  try {
    return parseState(existsSync(file) ? readFileSync(file, 'utf8') : '');
  } catch {
    throw new InputError(
      file,
      'a state that is cut off',
      `copy ${file}.backup over it, which is older, or run npm run down, which removes the stack by its label`,
    );
  }
}

/** The resources of a type: each with its address and its arguments. */
export function ofType(
  state: State,
  type: string,
): readonly { readonly address: string; readonly attributes: Attributes }[] {
  return state.resources
    .filter((resource) => resource.type === type)
    .flatMap(({ name, instances }) => instances.map(({ attributes }) => ({ address: `${type}.${name}`, attributes })));
}
