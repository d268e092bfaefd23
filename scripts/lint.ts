import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../stacks/settings';
import { readCommandLine, runMain } from './stack/command-line';
import { imageProblems } from './lint/image-rules';
import { CommandError, run } from './setup/run-command';

const HELP = `
npm run lint

Types, eslint, prettier, the images' Dockerfiles and shell scripts. Prints what is wrong, and nothing else.
`;

runMain(async () => {
  readCommandLine(HELP);
  const bin = (name: string): string => join(PROJECT, 'node_modules/.bin', name);
  const checks = [
    said(bin('tsc'), ['--noEmit', '--pretty', 'false']),
    said(bin('eslint'), ['.', '--max-warnings', '0']),
    said(bin('prettier'), ['--check', '--log-level', 'warn', '.']),
    Promise.resolve(imageProblems(imageFolders())),
  ];
  const problems = (await Promise.all(checks)).flat();
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
});

/** The project's images, scripts for images of others, and the images that only tests use. */
function imageFolders(): string[] {
  const foldersOf = (parent: string): string[] =>
    readdirSync(join(PROJECT, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(PROJECT, parent, name));
  const fixtures = ['test', 'test/images', 'test/directories'].flatMap(foldersOf);
  return [...foldersOf('images'), ...fixtures.filter((folder) => existsSync(join(folder, 'Dockerfile')))];
}

async function said(command: string, args: readonly string[]): Promise<string[]> {
  try {
    await run(command, args, { cwd: PROJECT });
    return [];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [error.output.stdout || error.output.stderr || error.message];
  }
}
