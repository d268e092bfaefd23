import { InputError, quoted } from '../constructs/errors';
import { readCommandLine, runMain } from './stack/command-line';
import { Deployment } from './stack/deployment';
import { withEnvironment } from './stack/environment-lock';
import { environmentName } from '../stacks/settings';
import { previousPlace } from './stack/out-files';
import { relinkText, type Place } from './stack/relink-lines';
import { chooseStack, type SynthesisedStack } from './stack/synth';

const HELP = `
npm run relink [-- [--from URL] STACK]

Prints what else must change when the base URL of a stack (default: https-proxy) changes: Bitbucket's own setting,
application links on both sides, webhooks, remotes of clones, the URL of SSH. Changes nothing itself. Before a deploy it
compares what is deployed with what is declared; after it, with what was deployed before.

  --from URL   the old base URL, where that was not deployed from here
`;

runMain(async () => {
  const { stacks: names, values } = readCommandLine(HELP, [], ['from']);
  const deployment = await withEnvironment(environmentName(process.env), () => Deployment.open());
  const stack = chooseStack(deployment.stacks, names);
  const to = declared(stack);
  const from = values.get('from');
  process.stdout.write(
    relinkText({
      from: from === undefined ? await before(deployment, stack, to) : placeAt(checkedUrl(from), to),
      to,
      stack: stack.name,
      isBitbucket: stack.outputs['administrator'] !== undefined,
    }),
  );
  return 0;
});

function declared({ name, outputs }: SynthesisedStack): Place {
  const [baseUrl, sshUrl] = [outputs['base_url'], outputs['ssh_url']];
  if (typeof baseUrl !== 'string') throw new Error(`${name}: it has no base URL`);
  return { baseUrl, sshUrl: typeof sshUrl === 'string' ? sshUrl : undefined };
}

/** What is deployed; after a deploy that is what is declared, so what was deployed before. */
async function before(deployment: Deployment, stack: SynthesisedStack, to: Place): Promise<Place> {
  await deployment.terraform(stack).init(() => undefined);
  const { base_url: baseUrl, ssh_url: sshUrl } = await deployment.outputs(stack);
  if (baseUrl !== to.baseUrl || sshUrl !== to.sshUrl) return { baseUrl, sshUrl };
  return previousPlace(deployment.outFolder(stack)) ?? to;
}

/** The port of SSH is taken to be the same; on the host of the URL it always is. */
function placeAt(baseUrl: string, { sshUrl }: Place): Place {
  const host = (url: string): string => new URL(url).host;
  const { hostname } = new URL(baseUrl);
  return { baseUrl, sshUrl: sshUrl?.replace(host(sshUrl), host(sshUrl).replace(/^[^:]+|^\[.*\]/, hostname)) };
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new InputError('--from', quoted(text), 'write a base URL such as http://git.example.com:7990');
  }
  return text.replace(/\/+$/, '');
}
