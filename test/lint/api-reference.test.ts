import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';

/** As much as is looked at of what TypeDoc writes. */
interface Reflection {
  readonly name: string;
  readonly variant: string;
  readonly kind: number;
  readonly flags: { readonly isOptional?: boolean };
  readonly children?: readonly Reflection[];
  readonly comment?: { readonly blockTags?: readonly { readonly tag: string }[] };
}

const INTERFACE = 256;

const folder = mkdtempSync(join(tmpdir(), 'api-reference-'));
afterAll(() => rmSync(folder, { recursive: true }));

const json = join(folder, 'api.json');
const typedoc = spawnSync(join(PROJECT, 'node_modules/.bin/typedoc'), ['--json', json, '--logLevel', 'Warn'], {
  cwd: PROJECT,
  encoding: 'utf8',
});

/** Every reflection at and below one, with its path. */
function below(reflection: Reflection, path: string): (Reflection & { readonly path: string })[] {
  return [
    { ...reflection, path },
    ...(reflection.children ?? []).flatMap((child) => below(child, path === '' ? child.name : `${path}.${child.name}`)),
  ];
}

test('every public name has a docstring, and no link in one leads nowhere', () => {
  expect(`${typedoc.stdout}${typedoc.stderr}`).toBe('');
  expect(typedoc.status).toBe(0);
});

test('every property that may be left out says what holds then', () => {
  const all = below(JSON.parse(readFileSync(json, 'utf8')) as Reflection, '');
  const optional = all
    .filter(({ kind }) => kind === INTERFACE)
    .flatMap(({ path, children = [] }) =>
      children
        .filter(({ flags }) => flags.isOptional)
        .map((property) => ({ ...property, path: `${path}.${property.name}` })),
    );
  expect(optional.length).toBeGreaterThan(100);
  const silent = optional.filter(({ comment }) => !comment?.blockTags?.some(({ tag }) => tag === '@default'));
  expect(silent.map(({ path }) => path)).toEqual([]);
});
