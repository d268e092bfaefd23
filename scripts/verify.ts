import { readCommandLine, runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { withEnvironment } from './stack/environment-lock';
import { environmentName } from '../stacks/settings';
import { chooseStack } from './stack/synth';
import { askPassword } from './verify/quick-test/ask-password';
import { verify } from './verify/verify';

const HELP = `
npm run verify [-- [--user NAME] STACK]

Looks at a running stack (default: https-proxy) with real clients, and says pass or fail line by line. Each directory gets
what Atlassian calls a Quick Test: connection, TLS, users, groups, one user's groups and login.

  --user NAME   that user is NAME, whose password is asked for unless it is one of the stack's own accounts
`;

runMain(async () => {
  const { stacks: names, values } = readCommandLine(HELP, [], ['user']);
  // Not while another command has the stack synthesised under its Terraform.
  const deployment = await withEnvironment(environmentName(process.env), () => Deployment.open());
  const stack = chooseStack(deployment.stacks, names);
  await deployment.terraform(stack).init(() => undefined);
  const outputs = await deployment.outputs(stack);
  const name = values.get('user');
  const user = name === undefined ? undefined : ([name, outputs.users[name] ?? (await askPassword(name))] as const);
  const failures = await verify(deployment, stack, outputs, user);
  return failures === 0 ? 0 : 1;
});
