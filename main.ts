import { App } from 'cdktf';
import { Repository } from './constructs/git/repository';
import { SshEndpoint } from './constructs/git/ssh-endpoint';
import { PublicUrl } from './constructs/proxy/public-url';
import { GitTopology, type GitTopologyProps } from './constructs/topology';
import { linkMirror } from './scripts/setup/mirror';
import { BitbucketTopology } from './stacks/bitbucket-topology';
import { demoRepositories } from './stacks/demo-directory';
import { DemoStack } from './stacks/demo-stack';
import { BITBUCKET_STACK, type BitbucketSettings } from './stacks/bitbucket-settings';
import { prepareStateFile } from './stacks/local-files';
import { readSettings, stateFile, type Settings } from './stacks/settings';

/** What every stack but `bitbucket` serves, and to which groups of directory.ldif. */
const REPOSITORIES: readonly Repository[] = [
  ...demoRepositories(),
  // Yours, such as: new Repository('team/app', { readers: ['git-readers'], writers: ['team'] }),
];

/** One stack for each topology. The number is the stack's pair of subnets; a new stack takes the next one. */
export function declareStacks(app: App, settings: Settings): DemoStack[] {
  const topology = (name: string, index: number, props: (stack: DemoStack) => TopologyProps): DemoStack => {
    const stack = new DemoStack(app, name, index, settings);
    stack.outputs(new GitTopology(stack, 'topology', { ...stack.demo, repositories: REPOSITORIES, ...props(stack) }));
    return stack;
  };
  const bitbucket = (licensed: BitbucketSettings): DemoStack => {
    const stack = new DemoStack(app, BITBUCKET_STACK, 6, settings, false);
    const props = {
      url: PublicUrl.https(stack.host('bitbucket.localhost'), { port: stack.port(9443) }),
      ssh: SshEndpoint.on(stack.port(7993)),
      bitbucket: licensed,
    };
    stack.outputs(new BitbucketTopology(stack, 'topology', { ...stack.demo, ...props }));
    return stack;
  };
  return [
    topology('https-proxy', 0, (stack) => ({
      url: PublicUrl.https(stack.host('git.localhost'), { port: stack.port(443) }),
      proxy: 'apache',
      redirectHttpPort: stack.port(80),
      ssh: SshEndpoint.on(stack.port(7999)),
    })),
    topology('https-proxy-nginx', 1, (stack) => ({
      url: PublicUrl.https(stack.host('git.localhost'), { port: stack.port(8443), contextPath: '/git' }),
      proxy: 'nginx',
      ssh: SshEndpoint.on(stack.port(7998)),
    })),
    topology('http-proxy', 2, (stack) => ({
      url: PublicUrl.http(stack.host('git-http.localhost'), { port: stack.port(8080) }),
      ssh: SshEndpoint.on(stack.port(7997)),
    })),
    topology('http-proxy-nginx', 3, (stack) => ({
      url: PublicUrl.http(stack.host('git-http.localhost'), { port: stack.port(8081) }),
      proxy: 'nginx',
      ssh: SshEndpoint.on(stack.port(7996)),
    })),
    topology('https-direct', 4, (stack) => ({
      url: PublicUrl.https(stack.host('git.localhost'), { port: stack.port(7443) }),
      proxy: 'none',
      ssh: SshEndpoint.on(stack.port(7995)),
    })),
    topology('http-direct', 5, (stack) => ({
      url: PublicUrl.http(stack.host('git-http.localhost'), { port: stack.port(7990) }),
      proxy: 'none',
      ssh: SshEndpoint.on(stack.port(7994)),
    })),
    ...(settings.bitbucket === undefined ? [] : [bitbucket(settings.bitbucket)]),
  ];
}

/** What tells the topologies apart. */
type TopologyProps = Pick<GitTopologyProps, 'url' | 'proxy' | 'redirectHttpPort' | 'ssh'>;

/** Said here rather than in cdktf.json, so that addresses are the same however the app is run. */
export const CONTEXT = { excludeStackIdFromLogicalIds: 'true', allowSepCharsInLogicalIds: 'true' };

/** Synthesises every stack into the folder that cdktf has been told of, or `outdir`. */
export function synthesise(settings: Settings, outdir?: string): void {
  const app = new App({ context: CONTEXT, outdir });
  const stacks = declareStacks(app, settings);
  app.synth();
  for (const stack of stacks) {
    if (settings.stateBackend.kind === 'local') prepareStateFile(stateFile(settings.environment, stack.node.id));
    linkMirror(stack.workingDirectory);
  }
}

if (require.main?.filename === __filename) synthesise(readSettings(process.env));
