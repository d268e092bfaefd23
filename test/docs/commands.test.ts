import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { PROJECT } from '../../stacks/settings';
import { COMMANDS_RUN, HELP_ALONE, LOOKS_ALONE } from './commands-run';
import { pages, readPage } from './pages';

const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
const documentation = pages().filter(({ path }) => path === 'README.md' || path.startsWith('docs/'));

/** The commands of a page's blocks, each on one line and without what is said about it. */
function commandsOf({ fences }: (typeof documentation)[number]): string[] {
  return fences
    .filter(({ language }) => ['sh', 'shell', 'console'].includes(language))
    .flatMap(({ text }) => text.replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/(^| +)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** The calls that the code of a file has, each as one line. */
function callsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(PROJECT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const calls: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node))
      calls.push(
        node
          .getText()
          .replaceAll(/\s+/g, ' ')
          .replaceAll(/([([{]) | (?=[)\]])/g, '$1'),
      );
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

const commands = documentation.flatMap((page) => commandsOf(page).map((command) => [page.path, command] as const));
const help = (command: string): boolean => HELP_ALONE.some((name) => command === `npm run ${name}`);

test('every command of README and docs/ is run by a test, or looks at something alone', () => {
  const unknown = commands.filter(
    ([, command]) =>
      !COMMANDS_RUN.some((run) => run.command.test(command)) && !help(command) && !LOOKS_ALONE.test(command),
  );
  expect(unknown).toEqual([]);
  expect(commands.length).toBeGreaterThan(40);
});

test('README has no command that only looks: each of its blocks is run', () => {
  expect(commands.filter(([path, command]) => path === 'README.md' && LOOKS_ALONE.test(command))).toEqual([]);
});

test.each(COMMANDS_RUN.map(({ command, ...run }) => [command.source, run] as const))(
  '%s is run by the code of its test',
  (_, { test: file, call }) => {
    expect(existsSync(join(PROJECT, file))).toBe(true);
    expect(callsOf(file).filter((text) => call.test(text))).not.toEqual([]);
  },
);

test('every command named anywhere on a page is one of package.json', () => {
  const named = documentation.flatMap(({ path, codes, fences }) =>
    [...codes, ...fences.map(({ text }) => text)]
      .flatMap((text) => [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)])
      .map(([, name = '']) => [path, name] as const),
  );
  expect(named.filter(([, name]) => !(name in scripts))).toEqual([]);
});

test('every command of package.json is in the table of README, and is run by a test', () => {
  const table = readPage('README.md').codes.join('\n');
  // npm itself runs prepack.
  for (const name of Object.keys(scripts).filter((each) => each !== 'setup' && each !== 'prepack')) {
    expect(table).toMatch(new RegExp(`npm (run )?${name}\\b`));
  }
  const run = (name: string): boolean =>
    HELP_ALONE.includes(name) || COMMANDS_RUN.some(({ command }) => command.test(`npm run ${name}`));
  expect(Object.keys(scripts).filter((name) => !run(name))).toEqual([]);
});

test('a call in a comment or in a text is none', () => {
  expect(callsOf('test/docs/commands-run.ts').filter((text) => text.startsWith('npmRun('))).toEqual([]);
});
