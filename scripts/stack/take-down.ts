import { existsSync, rmSync } from 'node:fs';
import { engineName, protectData, reservationFile, stateFile } from '../../stacks/settings';
import { readStateBackend } from '../../stacks/state-backend';
import { unmarkRestoring } from '../backup/interrupted';
import { setUp } from '../setup/set-up';
import { runSteps, type Report } from '../setup/steps';
import { Deployment } from './deployment';
import { objectsOf, objectsOfFamily, remove, unpause } from './engine-objects';
import { release, reserve } from './environments';
import { forgetInterruption } from './interrupted';
import { outFolder } from './out-files';
import { isDeclaredProtected, isDeployedProtected, refuseDestroying, unprotect } from './protected';
import { isReadableState, resourcesInState } from './state';

export interface TakeDownOptions {
  /** Whether also data that is protected is destroyed. @default false */
  readonly mayDeleteData?: boolean;
}

/** Providers whose resources are on the engine, with a label, or nowhere but in the state. */
const LABELLED_OR_STATE_ALONE = /^(docker|random|tls)_/;

/**
 * Destroys stacks of an environment with their data. What the state does not know of, but carries a stack's label, goes
 * too; where Terraform cannot destroy a stack, all of it goes that way.
 */
export async function takeDown(
  environment: string,
  stacks: readonly string[],
  { mayDeleteData = false }: TakeDownOptions = {},
): Promise<void> {
  const isRemote = readStateBackend(process.env).kind !== 'local';
  const isKnown = isRemote || stacks.some((stack) => isInState(environment, stack));
  const deployment = isKnown ? await open(environment) : undefined;
  // Without a state there is nothing for Terraform to do.
  if (deployment === undefined) await setUp();
  // All of them before the first one is destroyed.
  for (const stack of stacks) {
    if (!(await isDataProtected(stack, deployment))) continue;
    if (!mayDeleteData) throw new Error(refuseDestroying(stack));
    for (const known of deployment?.stacks ?? []) if (known.name === stack) unprotect(known);
  }
  for (const stack of stacks) {
    await runSteps([
      {
        title: `Destroy ${engineName(environment, stack)}`,
        run: async (report) => {
          await destroy(environment, stack, deployment, report);
          return undefined;
        },
      },
    ]);
  }
  // A state elsewhere is in no file that would tell of other stacks of the environment.
  if (!isRemote || (await objectsOfFamily(environment)).length === 0) release(environment);
}

/** As the stack is declared now, or as it was deployed: whoever takes it down may not know of either. */
async function isDataProtected(name: string, deployment: Deployment | undefined): Promise<boolean> {
  const stack = deployment?.stacks.find((candidate) => candidate.name === name);
  if (deployment === undefined || stack === undefined) return protectData(process.env) ?? false;
  if (isDeclaredProtected(stack)) return true;
  // One that is cut off says nothing of it.
  const isReadable = isReadableState(stateFile(deployment.environment, name));
  return isReadable && isDeployedProtected(await deployment.state(stack));
}

function open(environment: string): Promise<Deployment> {
  return Deployment.open(environment, async () => {
    // A state that was copied here may have come without its reservation, and nothing is synthesised without one.
    if (!existsSync(reservationFile(environment))) await reserve(environment);
  });
}

async function destroy(
  environment: string,
  stack: string,
  deployment: Deployment | undefined,
  report: Report,
): Promise<void> {
  const file = stateFile(environment, stack);
  await unpause(engineName(environment, stack));
  const isKnown = deployment?.hasLocalStates === false || isInState(environment, stack);
  const failed = isKnown ? await destroyByState(file, stack, deployment, report) : undefined;
  if (failed !== undefined) {
    if (hasOtherResources(file) || isProtected(failed)) throw failed;
    report.say(`Terraform could not (${failed.message.split('\n')[0] ?? ''}): removing by label instead`);
  }
  await remove(await objectsOf(engineName(environment, stack)));
  // What the state still knows of is gone.
  if (failed !== undefined) for (const gone of [file, `${file}.backup`]) rmSync(gone, { force: true });
  rmSync(outFolder(environment, stack), { recursive: true, force: true });
  unmarkRestoring(environment, stack);
  forgetInterruption(file);
}

/** Gives the error where it could not be done. */
async function destroyByState(
  file: string,
  name: string,
  deployment: Deployment | undefined,
  { progress }: Report,
): Promise<Error | undefined> {
  if (!isReadableState(file)) return new Error('its state is cut off');
  const stack = deployment?.stacks.find((candidate) => candidate.name === name);
  if (deployment === undefined || stack === undefined) return new Error('main.ts has no such stack any more');
  try {
    const terraform = deployment.terraform(stack);
    await terraform.init(progress);
    // Destroying nothing would write an empty state to a server that has none.
    const isEmpty = !deployment.hasLocalStates && (await terraform.state()).resources.length === 0;
    if (!isEmpty) await terraform.change('destroy', progress);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isInState(environment: string, stack: string): boolean {
  const file = stateFile(environment, stack);
  return !isReadableState(file) || resourcesInState(file).length > 0;
}

/** Things that no label leads to. */
function hasOtherResources(file: string): boolean {
  return isReadableState(file) && resourcesInState(file).some(({ type }) => !LABELLED_OR_STATE_ALONE.test(type));
}

/** What must not be destroyed is not destroyed by its label either; a state in use is somebody else's at the moment. */
function isProtected(error: Error): boolean {
  return /prevent_destroy|cannot be destroyed|state is in use/i.test(error.message);
}
