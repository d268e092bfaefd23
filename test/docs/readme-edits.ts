import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage } from './pages';

/** Makes the changes of README's ```diff blocks in a checkout, each where its lines are; an error where they are not, or twice. */
export function applyReadmeEdits(checkout: string): void {
  for (const { text, line } of readPage('README.md').fences.filter(({ language }) => language === 'diff')) {
    const [head = '', ...lines] = text.trimEnd().split('\n');
    const file = join(checkout, /^--- a\/(\S+)$/.exec(head)?.[1] ?? '');
    const without = (sign: string): string =>
      lines
        .filter((each) => !each.startsWith(sign))
        .map((each) => `${each.slice(1)}\n`)
        .join('');
    const parts = readFileSync(file, 'utf8').split(without('+'));
    if (parts.length !== 2) throw new Error(`README.md:${line}: its lines are ${parts.length - 1} times in ${head}`);
    writeFileSync(file, parts.join(without('-')));
  }
}
