import { readCommandLine, runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { chooseStack } from './stack/synth';
import { verify } from './verify/verify';

const HELP = `
npm run verify [-- STACK]

Looks at a running stack (default: https-proxy) with real clients, and says pass or fail line by line.
`;

runMain(async () => {
  const { stacks: names } = readCommandLine(HELP);
  const deployment = await Deployment.open();
  const stack = chooseStack(deployment.stacks, names);
  await deployment.terraform(stack).init(() => undefined);
  const failures = await verify(deployment, stack, await deployment.outputs(stack));
  return failures === 0 ? 0 : 1;
});
