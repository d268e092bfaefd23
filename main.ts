import { App } from 'cdktf';
import { SshEndpoint } from './constructs/git/ssh-endpoint';
import { PublicUrl } from './constructs/proxy/public-url';
import { GitTopology } from './constructs/topology';
import { linkMirror } from './scripts/setup/mirror';
import { DemoStack } from './stacks/demo-stack';
import { prepareStateFile } from './stacks/local-files';
import { readSettings, stateFile, type Settings } from './stacks/settings';

/** One stack for each topology. The number is the stack's pair of subnets; a new stack takes the next one. */
export function declareStacks(app: App, settings: Settings): DemoStack[] {
  const httpsProxy = new DemoStack(app, 'https-proxy', 0, settings);
  httpsProxy.outputs(
    new GitTopology(httpsProxy, 'topology', {
      ...httpsProxy.demo,
      url: PublicUrl.https(httpsProxy.host('git.localhost'), { port: httpsProxy.port(443) }),
      redirectHttpPort: httpsProxy.port(80),
      ssh: SshEndpoint.on(httpsProxy.port(7999)),
    }),
  );
  return [httpsProxy];
}

/** Said here rather than in cdktf.json, so that addresses are the same however the app is run. */
export const CONTEXT = { excludeStackIdFromLogicalIds: 'true', allowSepCharsInLogicalIds: 'true' };

if (require.main === module) {
  const settings = readSettings(process.env);
  const app = new App({ context: CONTEXT });
  const stacks = declareStacks(app, settings);
  app.synth();
  for (const stack of stacks) {
    prepareStateFile(stateFile(settings.environment, stack.node.id));
    linkMirror(stack.workingDirectory);
  }
}
