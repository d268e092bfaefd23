import { existsSync, rmSync } from 'node:fs';
import { InputError } from '../constructs/errors';
import { environmentName } from '../stacks/settings';
import { readArchiveCommandLine } from './backup/archive-command-line';
import { ArchiveWriter } from './backup/archive-writer';
import { BackUp, refusal } from './backup/back-up';
import { megabytes } from './backup/sizes';
import { runSteps } from './setup/steps';
import { runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { withEnvironment } from './stack/environment-lock';
import { chooseStack } from './stack/synth';

const HELP = `
npm run backup -- STACK FILE

Writes everything that the stack holds into one file, while it works: repositories, directory, SSH host keys, the
certificate authority, passwords. The file appears whole or not at all, readable to you alone (0600): it has private keys
and passwords in clear. FILE must not exist.

npm run restore takes it.
`;

async function backup(): Promise<number> {
  const { stack: name, file } = readArchiveCommandLine(HELP);
  if (existsSync(file)) throw new InputError(file, 'a file that exists', 'give each backup a name of its own');
  const deployment = await Deployment.open();
  const stack = chooseStack(deployment.stacks, [name]);
  const reason = refusal(stack);
  if (reason !== undefined) throw new Error(reason);
  await deployment.terraform(stack).init(() => undefined);
  const { environment } = await deployment.outputs(stack);
  const archive = await ArchiveWriter.create(file);
  removeOnSignal(archive.unfinished);
  const work = new BackUp(deployment, stack, archive);
  try {
    await runSteps(work.steps);
  } catch (error) {
    await archive.discard();
    throw error;
  }
  process.stdout.write(`
${file}
  of         ${environment}, ${megabytes(work.size)}
  not in it  ${(work.manifest?.leftOut ?? []).join('\n             ')}
  keep it    as closed as the keys and passwords that are in it
`);
  return 0;
}

/** Interrupted, this process ends at once; half a file would stay. */
function removeOnSignal(unfinished: string): void {
  for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
    process.once(signal, () => {
      rmSync(unfinished, { force: true });
      process.exit(128 + number);
    });
  }
}

// While a deploy replaces containers, there is no moment to keep.
runMain(() => withEnvironment(environmentName(process.env), backup));
