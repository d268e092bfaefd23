import { existsSync, readFileSync } from 'node:fs';

interface StateResource {
  readonly type: string;
  readonly instances: readonly { readonly attributes: { readonly name?: string } }[];
}

/** What a state file knows of; nothing where the file is missing or empty. */
export function resourcesInState(file: string): readonly StateResource[] {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text.trim() === '') return [];
  return (JSON.parse(text) as { resources?: StateResource[] }).resources ?? [];
}
