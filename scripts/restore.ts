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
import { remoteProblems } from './stack/remote-engine';
import { subnetsInUse } from './stack/subnets-in-use';
import { chooseStack, type SynthesisedStack } from './stack/synth';
import { takeDown } from './stack/take-down';

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
  readonly archive: Archive;
  readonly environment: string;
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
    const mayReplace = switches.has('replace');
    const plan = { archive, environment, stack, file, mayReplace, withSecrets };
    const { deployment, synthesised, notes } = await withEnvironment(environment, () => fillOrLeave(plan));
    // Everything is where it belongs: from here on it is a deploy like any other.
    if ((await up(stack)) !== 0) {
      throw new Error(`All data is restored, and ${stack} is not well: see above, then npm run up -- ${stack}`);
    }
    const problems = await directoriesNotLoaded(synthesised, archive);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    const { base_url: baseUrl } = await deployment.outputs(synthesised);
    printSummary(archive.manifest, [...notes, ...differences(archive.manifest, baseUrl, withSecrets)]);
    return 0;
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

interface Filled {
  readonly deployment: Deployment;
  readonly synthesised: SynthesisedStack;
  readonly notes: readonly string[];
}

/** Refused, it leaves no environment behind that was not there. */
async function fillOrLeave(plan: Plan): Promise<Filled> {
  const { environment, stack } = plan;
  const isNew = environment !== '' && !existsSync(reservationFile(environment));
  try {
    return await fill(plan);
  } catch (error) {
    if (isNew && interruptedRestore(environment, stack) === undefined) release(environment);
    throw error;
  }
}

async function fill({ archive, environment, stack: name, file, mayReplace, withSecrets }: Plan): Promise<Filled> {
  const open = async (): Promise<Pick<Filled, 'deployment' | 'synthesised'>> => {
    const deployment = await Deployment.open(environment, () => reserve(environment));
    return { deployment, synthesised: chooseStack(deployment.stacks, [name]) };
  };
  let target = await open();
  const { refusals, notes } = fit(archive.manifest, name, dataServices(target.synthesised));
  if (refusals.length > 0) throw new Error(`${file}: ${refusals.join('; ')}; nothing was changed`);
  await refuseTaken(target);
  const inTheWay = await dataInTheWay(target.deployment, target.synthesised);
  if (inTheWay.length > 0) {
    const isRepeated = interruptedRestore(environment, name) !== undefined;
    if (!mayReplace && !isRepeated) {
      throw new InputError(
        name,
        `there is data already (${inTheWay.join(', ')})`,
        'write --replace to destroy it, or restore into another environment; nothing was changed',
      );
    }
    if (isRepeated) process.stdout.write('A restore was interrupted: what it left is removed\n');
    await takeDown(environment, [name]);
    // Where nothing else is deployed in it, the environment has gone with the stack.
    target = await open();
  }
  markRestoring(environment, name, file);
  await runSteps(restoreSteps(target.deployment, target.synthesised, archive, withSecrets));
  unmarkRestoring(environment, name);
  return { ...target, notes };
}

async function refuseTaken({ deployment, synthesised }: Pick<Filled, 'deployment' | 'synthesised'>): Promise<void> {
  const name = deployment.engineName(synthesised);
  const problems = [
    ...(await remoteProblems(synthesised)),
    ...(await subnetsInUse(synthesised, name)),
    ...(await portsInUse(synthesised, name)),
  ];
  if (problems.length > 0) throw new Error([...problems, 'Nothing was changed.'].join('\n'));
}

/** `npm run up`, which shows its own progress. */
async function up(stack: string): Promise<number> {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'up', stack], { cwd: PROJECT, stdio: 'inherit' });
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
