import { InputError } from '../constructs/errors';
import { PROJECT } from '../stacks/settings';
import { CommandError, run } from './setup/run-command';
import { readCommandLine, runMain } from './stack/command-line';

const HELP = `
npm run pack

Makes the library and packs it: prints the name of the .tgz file, which "npm install" takes. A plain "npm pack" does not make
the library, because .npmrc keeps npm from running the scripts of packages, and with them those of this one.
`;

runMain(async () => {
  const { stacks } = readCommandLine(HELP);
  if (stacks.length > 0) throw new InputError('pack', stacks.join(' '), 'it takes no arguments');
  try {
    const { stdout } = await run('npm', ['pack', '--silent', '--ignore-scripts=false'], { cwd: PROJECT });
    process.stdout.write(`${stdout.trim()}\n`);
  } catch (error) {
    throw error instanceof CommandError ? new Error(error.output.stderr || error.message) : error;
  }
  return 0;
});
