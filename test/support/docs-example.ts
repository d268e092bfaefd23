import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';

/** The test that docs/testing.md shows. */
export function testingExample(): string {
  const [, example] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(PROJECT, 'docs/testing.md'), 'utf8')) ?? [];
  if (example === undefined) throw new Error('docs/testing.md has no example');
  return example;
}
