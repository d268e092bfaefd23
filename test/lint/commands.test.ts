import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';
import { pages } from '../docs/pages';

const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

/** The switches that pages give to commands: `--all` of `npm run down -- --all`, by the command's name. */
const given = pages()
  .filter(({ path }) => path === 'README.md' || path.startsWith('docs/'))
  .flatMap(({ codes, fences }) => [...codes, ...fences.flatMap(({ text }) => text.split('\n'))])
  .flatMap((text) => [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)([^#]*)/g)])
  .flatMap(([, name = '', rest = '']) =>
    [...rest.matchAll(/ (--[a-z][\w-]*)/g)].map(([, flag]) => [name, flag] as const),
  );

/** Of the command line that package.json has for a command, run without npm, which takes as long again. */
function answer(name: string, argument: string): { status: number | null; output: string } {
  const [program = '', ...args] = (scripts[name] ?? '').split(' ');
  const { status, stdout, stderr } = spawnSync(program, [...args, argument], { cwd: PROJECT, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

test.each(Object.keys(scripts))(
  'npm run %s answers --help with the switches that pages name, and refuses others',
  (name) => {
    const help = answer(name, '--help');
    expect(help.status).toBe(0);
    for (const [, flag] of given.filter(([of]) => of === name)) expect(help.output).toContain(flag);
    const refusal = answer(name, '--nosuch');
    expect([refusal.status, refusal.output]).toEqual([1, expect.stringMatching(/nosuch/)]);
  },
);

test('pages name switches', () => {
  expect(given).toContainEqual(['down', '--all']);
  expect(given).toContainEqual(['ls', '--json']);
});
