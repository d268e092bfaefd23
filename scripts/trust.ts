import { join } from 'node:path';
import { readCommandLine, runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { withEnvironment } from './stack/environment-lock';
import { environmentName } from '../stacks/settings';
import { writeOutFiles } from './stack/out-files';
import { chooseStack } from './stack/synth';
import { trustText } from './stack/trust-lines';

const HELP = `
npm run trust [-- STACK]

Prints the lines that make each client (git, curl, Java, browsers, systems) trust the authority of a running stack
(default: https-proxy), and those that undo it. Runs none of them.
`;

runMain(async () => {
  const { stacks: names } = readCommandLine(HELP);
  const deployment = await withEnvironment(environmentName(process.env), () => Deployment.open());
  const stack = chooseStack(deployment.stacks, names);
  await deployment.terraform(stack).init(() => undefined);
  const outputs = await deployment.outputs(stack);
  // Plain cdktf leaves no files; the lines name one.
  const folder = deployment.outFolder(stack);
  writeOutFiles(folder, outputs);
  process.stdout.write(
    trustText({
      name: outputs.environment,
      baseUrl: outputs.base_url,
      caFile: join(folder, 'ca.pem'),
      caPem: outputs.ca_pem,
    }),
  );
  return 0;
});
