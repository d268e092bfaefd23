import { join } from 'node:path';
import { InputError } from '../constructs/errors';
import { PROJECT } from '../stacks/settings';
import { CommandError, run } from './setup/run-command';
import { readCommandLine, runMain } from './stack/command-line';

const HELP = `
npm run docs

Writes the reference of every public name to out/api (start at out/api/index.html). What has no docstring, and links that
lead nowhere, are errors.
`;

runMain(async () => {
  const { stacks } = readCommandLine(HELP);
  if (stacks.length > 0) throw new InputError('docs', stacks.join(' '), 'it takes no arguments');
  try {
    await run(join(PROJECT, 'node_modules/.bin/typedoc'), ['--cleanOutputDir', 'true'], { cwd: PROJECT });
  } catch (error) {
    throw error instanceof CommandError ? new Error(error.output.stderr || error.message) : error;
  }
  process.stdout.write('out/api/index.html\n');
  return 0;
});
