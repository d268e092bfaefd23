import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '../../constructs/errors';

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

/** False where Terraform was killed while it wrote the file: it does not replace it, but writes it anew. */
export function isReadableState(file: string): boolean {
  try {
    readState(file);
    return true;
  } catch {
    return false;
  }
}

function readState(file: string): State {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as State;
  } catch {
    throw new InputError(
      file,
      'a state that is cut off',
      `copy ${file}.backup over it, which is older, or run npm run down, which removes the stack by its label`,
    );
  }
}
