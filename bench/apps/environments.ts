import { App } from 'cdktf';
import { SshEndpoint } from '../../constructs/git/ssh-endpoint';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { GitTopology } from '../../constructs/topology';
import { demoRepositories } from '../../stacks/demo-directory';
import { DemoStack } from '../../stacks/demo-stack';
import { readSettings } from '../../stacks/settings';
import { CONTEXT } from '../../main';

/** As many environments of https-proxy as it is told, in one app. */
const app = new App({ context: CONTEXT });
const settings = readSettings({});
for (let number = 0; number < Number(process.argv[2]); number++) {
  const environment = `bench-${number}`;
  const stack = new DemoStack(app, environment, number, { ...settings, environment, portOffset: 10_000 + number });
  const topology = new GitTopology(stack, 'topology', {
    ...stack.demo,
    repositories: demoRepositories(),
    url: PublicUrl.https(stack.host('git.localhost'), { port: stack.port(443) }),
    redirectHttpPort: stack.port(10_080),
    ssh: SshEndpoint.on(stack.port(20_999)),
  });
  stack.outputs(topology);
}
app.synth();
