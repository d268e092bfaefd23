import { rmSync } from 'node:fs';
import { readCommandLine, runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { objectsOf, remove } from './stack/engine-objects';
import { release, reserve } from './stack/environments';
import { forgetInterruption } from './stack/interrupted';
import { runSteps } from './setup/steps';
import { resourcesInState } from './stack/state';
import { chooseStacks, type SynthesisedStack } from './stack/synth';
import { environmentName } from '../stacks/settings';

const HELP = `
npm run down [-- STACK...]

Destroys the stacks (default: https-proxy) with their data: no container, network or volume is left. What the state does
not know of, but carries the stack's label, goes too.
`;

async function down(): Promise<number> {
  const { stacks: names } = readCommandLine(HELP);
  // For one that was never deployed from here: what carries its label goes all the same.
  await reserve(environmentName(process.env));
  const deployment = await Deployment.open();
  for (const stack of chooseStacks(deployment.stacks, names)) {
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
  release(deployment.environment);
  return 0;
}

async function destroy(
  deployment: Deployment,
  stack: SynthesisedStack,
  progress: (line: string) => void,
): Promise<void> {
  if (resourcesInState(deployment.stateFile(stack)).length > 0) {
    const terraform = deployment.terraform(stack);
    await terraform.init(progress);
    await terraform.change('destroy', progress);
  }
  await remove(await objectsOf(deployment.engineName(stack)));
  forgetInterruption(deployment.stateFile(stack));
  rmSync(deployment.outFolder(stack), { recursive: true, force: true });
}

runMain(down);
