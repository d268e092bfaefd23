import { readCommandLine, runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { driftLine, readDrift } from './stack/drift';
import { withEnvironment } from './stack/environment-lock';
import { environmentName } from '../stacks/settings';
import { chooseStacks } from './stack/synth';

const HELP = `
npm run plan [-- STACK...]

Exit status 0: a deploy of the stacks (default: https-proxy) would change nothing. 2: it would. 1: an error.
Terraform's own plan comes first, then a line for each container or image of the engine that is not as it was deployed:
removed, stopped, with another image, or on other networks. Files inside of containers are looked at by verify.
`;
const CHANGES = 2;

async function plan(names: readonly string[]): Promise<number> {
  const deployment = await Deployment.open();
  let status = 0;
  const stacks = chooseStacks(deployment.stacks, names);
  deployment.warn(stacks);
  for (const stack of stacks) {
    const terraform = deployment.terraform(stack);
    await terraform.init(() => undefined);
    const { text, changes } = await terraform.plan();
    const drift = await readDrift(await terraform.state());
    const lines = drift.map((difference) => `Drift: ${driftLine(difference)}\n`);
    process.stdout.write(`${stack.name}\n${text}\n${lines.join('')}`);
    if (changes || drift.length > 0) status = CHANGES;
  }
  return status;
}

runMain(() => {
  const { stacks: names } = readCommandLine(HELP);
  return withEnvironment(environmentName(process.env), () => plan(names));
});
