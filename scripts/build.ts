import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../constructs/errors';
import { PROJECT } from '../stacks/settings';
import { CommandError, run } from './setup/run-command';
import { readCommandLine, runMain } from './stack/command-line';

const HELP = `
npm run build

Makes the library that "npm run pack" packs: constructs/ as CommonJS with types, in dist/. Nothing else in this repository
needs it: its own commands run from source.
`;

runMain(async () => {
  const { stacks } = readCommandLine(HELP);
  if (stacks.length > 0) throw new InputError('build', stacks.join(' '), 'it takes no arguments');
  // What a file that is no more has left would be packed.
  rmSync(join(PROJECT, 'dist'), { recursive: true, force: true });
  try {
    await run(join(PROJECT, 'node_modules/.bin/tsc'), ['--project', 'tsconfig.build.json'], { cwd: PROJECT });
  } catch (error) {
    throw error instanceof CommandError ? new Error(error.output.stdout || error.message) : error;
  }
  return 0;
});
