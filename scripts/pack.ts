import { join, resolve } from 'node:path';
import { InputError } from '../constructs/errors';
import { PROJECT } from '../stacks/settings';
import { withLock } from './setup/lock';
import { CommandError, run } from './setup/run-command';
import { readCommandLine, runMain } from './stack/command-line';

const HELP = `
npm run pack [-- FOLDER]

Makes the library and packs it into a folder (this one): prints the path of the .tgz file, which "npm install" takes. A plain
"npm pack" does not make the library, because .npmrc keeps npm from running the scripts of packages, and with them those of
this one.
`;

runMain(async () => {
  const [folder = '.', ...more] = readCommandLine(HELP).stacks;
  if (more.length > 0) throw new InputError('pack', more.join(' '), 'name one folder at most');
  const target = resolve(process.env.INIT_CWD ?? PROJECT, folder);
  const waiting = (): void =>
    void process.stderr.write('Another one is being packed on this machine: waiting for it\n');
  // What is packed is dist/, which each makes anew.
  await withLock('pack', waiting, async () => {
    const options = ['--silent', '--ignore-scripts=false', '--pack-destination', target];
    try {
      const { stdout } = await run('npm', ['pack', ...options], { cwd: PROJECT });
      process.stdout.write(`${join(target, stdout.trim().split('\n').at(-1) ?? '')}\n`);
    } catch (error) {
      throw error instanceof CommandError ? new Error(error.output.stderr || error.message) : error;
    }
  });
  return 0;
});
