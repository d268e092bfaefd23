import { readCommandLine, runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { withEnvironment } from './stack/environment-lock';
import { environmentName } from '../stacks/settings';
import { chooseStacks } from './stack/synth';

const HELP = `
npm run plan [-- STACK...]

Exit status 0: a deploy of the stacks (default: https-proxy) would change nothing. 2: it would. 1: an error.
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
    process.stdout.write(`${stack.name}\n${text}\n`);
    if (changes) status = CHANGES;
  }
  return status;
}

runMain(() => {
  const { stacks: names } = readCommandLine(HELP);
  return withEnvironment(environmentName(process.env), () => plan(names));
});
