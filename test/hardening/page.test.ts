import { App } from 'cdktf';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HARDENING_CHECKS } from '../../constructs/hardening/checks';
import { HardeningException } from '../../constructs/hardening/hardening-exception';
import { CONTEXT, declareStacks } from '../../main';
import { DOCKERFILE_RULES } from '../../scripts/lint/dockerfile-rules';
import { IMAGE_EXCEPTIONS } from '../../scripts/lint/image-exceptions';
import { PROJECT, readSettings } from '../../stacks/settings';

type Row = readonly string[];

const page = readFileSync(join(PROJECT, 'docs/hardening.md'), 'utf8');

/** The rows of the first table below a heading, without its head. */
function rows(heading: string): Row[] {
  const [, text = ''] = page.split(`\n## ${heading}\n`);
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
}

/** Checks and reasons of the exceptions of all stacks, on loopback and on every address. */
function exceptions(): Row[] {
  const outdir = mkdtempSync(join(tmpdir(), 'hardening-page-'));
  const found = ['127.0.0.1', '0.0.0.0'].flatMap((bindAddress) =>
    declareStacks(new App({ outdir, context: CONTEXT }), { ...readSettings({}), bindAddress })
      .flatMap((stack) => stack.node.findAll())
      .flatMap((construct) => HardeningException.at(construct))
      .map(({ check, reason }) => [check, reason]),
  );
  rmSync(outdir, { recursive: true });
  return [...new Map(found.map((row) => [row.join(), row])).values()];
}

const sorted = (table: readonly Row[]): string[] => table.map((row) => row.join(' | ')).sort();

test('docs/hardening.md has the checks of containers, in this order', () => {
  expect(rows('Containers')).toEqual(
    Object.entries(HARDENING_CHECKS).map(([id, { rule, sameAs = [] }]) => [id, rule, sameAs.join(', ')]),
  );
});

test('docs/hardening.md has the exceptions of all stacks, with their reasons', () => {
  expect(sorted(rows('Exceptions of containers'))).toEqual(sorted(exceptions()));
});

test('docs/hardening.md has the rules of Dockerfiles, in this order', () => {
  expect(rows('Images')).toEqual(
    Object.entries(DOCKERFILE_RULES).map(([id, { says, sameAs }]) => [id, says, sameAs.join(', ')]),
  );
});

test('docs/hardening.md has the exceptions of images, with their reasons', () => {
  expect(rows('Exceptions of images')).toEqual(
    IMAGE_EXCEPTIONS.map(({ rule, folders, reason }) => [rule, folders.join(', '), reason]),
  );
});
