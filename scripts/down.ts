import { environmentName } from '../stacks/settings';
import { readCommandLine, runMain } from './stack/command-line';
import { knownStacks, presentStacks } from './stack/current-listing';
import { withEnvironment } from './stack/environment-lock';
import { chooseStackNames } from './stack/synth';
import { takeDown } from './stack/take-down';

const HELP = `
npm run down [-- [--all] [--delete-data] [STACK...]]

Destroys the stacks (default: https-proxy) with their data: no container, network or volume is left. What the state does
not know of, but carries the stack's label, goes too. Where the data of one is protected (PROTECT_DATA=1, or protectData in
the code), nothing is touched.

  --all           every stack of the environment
  --delete-data   data that is protected, too

ENVIRONMENT=name is the environment.
`;

async function down(): Promise<number> {
  const { stacks, switches } = readCommandLine(HELP, ['all', 'delete-data']);
  const environment = environmentName(process.env);
  const named = chooseStackNames(knownStacks(environment), stacks);
  await withEnvironment(environment, async () => {
    const chosen = switches.has('all') ? await presentStacks(environment) : named;
    await takeDown(environment, chosen, { mayDeleteData: switches.has('delete-data') });
  });
  return 0;
}

runMain(down);
