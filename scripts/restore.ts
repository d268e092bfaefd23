import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { InputError } from '../constructs/errors';
import { environmentName, PROJECT, reservationFile } from '../stacks/settings';
import { readArchiveCommandLine } from './backup/archive-command-line';
import { Archive } from './backup/archive-reader';
import { dataServices } from './backup/data-services';
import { interruptedRestore, markRestoring, unmarkRestoring } from './backup/interrupted';
import type { Manifest } from './backup/manifest';
import { dataInTheWay, directoriesNotLoaded, restoreSteps } from './backup/restore-steps';
import { fit } from './backup/target';
import { runSteps } from './setup/steps';
import { runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { withEnvironment } from './stack/environment-lock';
import { release, reserve } from './stack/environments';
import { portsInUse } from './stack/ports';
import { chooseStack } from './stack/synth';

const HELP = `
npm run restore -- [--replace] [--keys] STACK FILE

Puts what npm run backup wrote into the stack, starts it and verifies it. The whole file is checked before anything is
changed. A stack that has data is left alone. A restore that was interrupted can be repeated.

Into the environment that the backup is of, keys, certificates and passwords come back, too: clients notice nothing. Into
another one (ENVIRONMENT=copy npm run restore ...) they are new ones.

  --replace  destroy the stack with its data first
  --keys     take keys, certificates and passwords into another environment, too
`;

interface Plan {
  readonly environment: string;
  readonly archive: Archive;
  readonly stack: string;
  readonly file: string;
  readonly mayReplace: boolean;
  readonly withSecrets: boolean;
}

async function restore(): Promise<number> {
  const { stack, file, switches } = readArchiveCommandLine(HELP, ['replace', 'keys']);
  const archive = await checkedArchive(file);
  try {
    const environment = environmentName(process.env);
    const withSecrets = switches.has('keys') || archive.manifest.environment === environment;
    const isNew = environment !== '' && !existsSync(reservationFile(environment));
    try {
      return await restoreInto({ environment, archive, stack, file, mayReplace: switches.has('replace'), withSecrets });
    } finally {
      // Refused, it leaves no environment behind.
      if (isNew && interruptedRestore(environment, stack) === undefined) release(environment);
    }
  } finally {
    await archive.close();
  }
}

async function checkedArchive(file: string): Promise<Archive> {
  let archive: Archive | undefined;
  await runSteps([
    {
      title: `Check ${file}`,
      run: async ({ progress }) => {
        archive = await Archive.open(file, (share) => progress(`${Math.floor(share * 100)} %`));
        const { stack, environment, begun } = archive.manifest;
        return `A whole backup of ${stack}${environment === '' ? '' : ` in ${environment}`}, of ${begun}`;
      },
    },
  ]);
  if (archive === undefined) throw new Error(`${file} was not read.`);
  return archive;
}

async function restoreInto({
  environment,
  archive,
  stack: name,
  file,
  mayReplace,
  withSecrets,
}: Plan): Promise<number> {
  const { manifest } = archive;
  const deployment = await Deployment.open(environment, () => reserve(environment));
  const stack = chooseStack(deployment.stacks, [name]);
  const { refusals, notes } = fit(manifest, name, dataServices(stack));
  const [refusal] = refusals;
  if (refusal !== undefined) throw new Error(`${file}: ${refusals.join('; ')}; nothing was changed`);
  const taken = await portsInUse(stack, deployment.engineName(stack));
  if (taken.length > 0) throw new Error([...taken, 'Nothing was changed.'].join('\n'));
  const inTheWay = await dataInTheWay(deployment, stack);
  if (inTheWay.length > 0) {
    const repeated = interruptedRestore(environment, name);
    if (!mayReplace && repeated === undefined) {
      throw new InputError(
        name,
        `there is data already (${inTheWay.join(', ')})`,
        'write --replace to destroy it, or restore into another environment; nothing was changed',
      );
    }
    if (repeated !== undefined) process.stdout.write('A restore was interrupted: what it left is removed\n');
    if ((await command('down', name)) !== 0) throw new Error(`${name} was not removed: see above; run this again`);
    await reserve(environment);
  }
  markRestoring(environment, name, file);
  await withEnvironment(environment, () => runSteps(restoreSteps(deployment, stack, archive, withSecrets)));
  unmarkRestoring(environment, name);
  const status = await command('up', name);
  if (status !== 0)
    throw new Error(`All data is restored, and ${name} is not well: see above, then npm run up -- ${name}`);
  const problems = await directoriesNotLoaded(stack, archive);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const { base_url: baseUrl } = await deployment.outputs(stack);
  printSummary(manifest, [...notes, ...differences(manifest, baseUrl, withSecrets)]);
  return 0;
}

/** A command of this project, which shows its own progress. */
async function command(name: string, stack: string): Promise<number> {
  const child = spawn(process.execPath, ['scripts/run.mjs', name, stack], { cwd: PROJECT, stdio: 'inherit' });
  const [status] = (await once(child, 'close')) as [number | null];
  return status ?? 1;
}

function differences(manifest: Manifest, baseUrl: string, withSecrets: boolean): string[] {
  return [
    ...(manifest.baseUrl === baseUrl ? [] : [`The base URL is ${baseUrl}, and was ${manifest.baseUrl}.`]),
    ...(withSecrets
      ? []
      : [
          'Keys, certificates and generated passwords are new ones (--keys takes those of the backup): clients have to trust the new authority and host keys.',
        ]),
  ];
}

function printSummary({ begun, leftOut }: Manifest, notes: readonly string[]): void {
  const lines = [...notes, ...leftOut].map((line) => `  ${line}\n`).join('');
  process.stdout.write(`\nRestored as of ${begun}. Not as it was:\n${lines}`);
}

runMain(restore);
