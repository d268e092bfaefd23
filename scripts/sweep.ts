import { InputError } from '../constructs/errors';
import { PROJECT } from '../stacks/settings';
import { environmentsOf } from './stack/checkouts';
import { readCommandLine, runMain } from './stack/command-line';
import { presentStacks } from './stack/current-listing';
import { IN_THIS_CHECKOUT, sweep } from './stack/sweep';
import { takeDown } from './stack/take-down';

const HELP = `
npm run sweep [-- --dry-run]

Destroys the environments of this checkout that are past their expiry (TTL=4h npm run up), all their stacks, with their
data. One that a command works on is left alone; where one cannot be destroyed, the others are, and the exit status is 1.

  --dry-run   say what would be destroyed, and destroy nothing
`;

runMain(async () => {
  const { stacks, switches } = readCommandLine(HELP, ['dry-run']);
  if (stacks.length > 0) {
    throw new InputError('sweep', stacks.join(' '), 'it takes no stacks; npm run down destroys those that you name');
  }
  const failures = await sweep({
    ...IN_THIS_CHECKOUT,
    environments: environmentsOf(PROJECT),
    now: new Date(),
    isDryRun: switches.has('dry-run'),
    stacks: presentStacks,
    destroy: takeDown,
    say: (line) => process.stdout.write(`${line}\n`),
  });
  return failures === 0 ? 0 : 1;
});
