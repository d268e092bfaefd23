import { rmSync } from 'node:fs';
import { readCommandLine, runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { objectsOf, objectsOfFamily, remove } from './stack/engine-objects';
import { release, reserve } from './stack/environments';
import { isDeclaredProtected, isDeployedProtected, refuseDestroying, unprotect } from './stack/protected';
import { runSteps } from './setup/steps';
import { chooseStacks, type SynthesisedStack } from './stack/synth';
import { environmentName } from '../stacks/settings';

const HELP = `
npm run down [-- [--delete-data] STACK...]

Destroys the stacks (default: https-proxy) with their data: no container, network or volume is left. What the state does
not know of, but carries the stack's label, goes too. Where data is protected (PROTECT_DATA=1, or protectData in the code),
nothing is touched.

  --delete-data   also destroys data that is protected
`;

async function down(): Promise<number> {
  const { stacks: names, switches } = readCommandLine(HELP, ['delete-data']);
  // For one that was never deployed from here: what carries its label goes all the same.
  await reserve(environmentName(process.env));
  const deployment = await Deployment.open();
  const stacks = chooseStacks(deployment.stacks, names);
  // All of them before the first one is destroyed.
  for (const stack of stacks) {
    if (!(await isProtected(deployment, stack))) continue;
    if (!switches.has('delete-data')) throw new Error(refuseDestroying(stack.name));
    unprotect(stack);
  }
  for (const stack of stacks) {
    await runSteps([
      {
        title: `Destroy ${stack.name}`,
        run: async ({ progress }) => {
          await destroy(deployment, stack, progress);
          return undefined;
        },
      },
    ]);
  }
  // A state elsewhere is in no file that would tell of the other stacks of the environment.
  const { hasLocalStates, environment } = deployment;
  if (hasLocalStates || (await objectsOfFamily(environment)).length === 0) release(environment);
  return 0;
}

/** As it is declared now, or as it was deployed: whoever takes it down may not know of either. */
async function isProtected(deployment: Deployment, stack: SynthesisedStack): Promise<boolean> {
  return isDeclaredProtected(stack) || isDeployedProtected(await deployment.state(stack));
}

async function destroy(
  deployment: Deployment,
  stack: SynthesisedStack,
  progress: (line: string) => void,
): Promise<void> {
  if ((await deployment.state(stack, progress)).resources.length > 0) {
    await deployment.terraform(stack).change('destroy', progress);
  }
  await remove(await objectsOf(deployment.engineName(stack)));
  rmSync(deployment.outFolder(stack), { recursive: true, force: true });
}

runMain(down);
