import { InputError } from '../constructs/errors';
import { PROJECT } from '../stacks/settings';
import { readCommandLine, runMain } from './stack/command-line';
import { currentListing } from './stack/current-listing';
import { listingJson, listingText } from './stack/listing-text';

const HELP = `
npm run ls [-- --json]

Every stack of this project on the engine, whoever deployed it, and those that are in this checkout's state alone:
environment, stack, state, since when (UTC), base URL, expiry, and which checkout's state it is in.

  healthy    all of its containers run and are healthy
  starting   some are not healthy yet
  unhealthy  some are ill
  partial    some are missing, or do not run
  remains    there is no container, only networks or volumes
  gone       nothing is on the engine, and the state knows of it: npm run up makes it again, npm run down forgets it

  --json     for programs (npm run --silent ls -- --json)
`;

runMain(async () => {
  const { stacks, switches } = readCommandLine(HELP, ['json']);
  if (stacks.length > 0) throw new InputError('ls', stacks.join(' '), 'it takes no stacks, and lists them all');
  const listed = await currentListing();
  process.stdout.write((switches.has('json') ? listingJson : listingText)(listed, PROJECT, new Date()));
  return 0;
});
