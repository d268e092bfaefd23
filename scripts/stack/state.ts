import { existsSync, readFileSync } from 'node:fs';

interface StateResource {
  readonly type: string;
  readonly instances: readonly { readonly attributes: { readonly id?: string; readonly name?: string } }[];
}

interface State {
  readonly resources?: readonly StateResource[];
  readonly outputs?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** What a state file knows of; nothing where the file is missing or empty. */
export function resourcesInState(file: string): readonly StateResource[] {
  return readState(file).resources ?? [];
}

/** An output that is a text; undefined where the state has none of that name. */
export function textOutput(file: string, name: string): string | undefined {
  const value = readState(file).outputs?.[name]?.value;
  return typeof value === 'string' ? value : undefined;
}

function readState(file: string): State {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text.trim() === '' ? {} : (JSON.parse(text) as State);
}
