import { tryRun } from '../setup/run-command';
import { driftLine, readDrift, type Difference, type Mend } from './drift';
import type { State } from './state';
import type { SynthesisedStack } from './synth';

const COMMANDS: Readonly<Partial<Record<Mend, readonly string[]>>> = {
  start: ['start'],
  unpause: ['unpause'],
  // Terraform makes the declared one anew, and could not under a name that is taken.
  remove: ['rm', '--force'],
};

/**
 * Mends what the engine has otherwise than it was deployed: what a command of Docker's can, at once. Gives the addresses
 * of what Terraform must replace, though it sees no difference there itself.
 * @param say told of each difference
 */
export async function mendDrift(
  stack: SynthesisedStack,
  state: State,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const replaced = new Set<string>();
  const drift = await readDrift(state);
  for (const difference of drift) {
    say(driftLine(difference));
    const { mend, address } = difference;
    if (isReplaced(difference, drift)) replaced.add(address);
    else if (
      COMMANDS[mend] !== undefined &&
      (await tryRun('docker', [...COMMANDS[mend], difference.name])) === undefined
    ) {
      replaced.add(address);
    }
  }
  // What is declared no more is removed anyway.
  return [...replaced].filter((address) => {
    const [type = '', id = ''] = address.split('.');
    return stack.resources[type]?.[id] !== undefined;
  });
}

/** Also what is stopped and on a wrong network. */
function isReplaced({ address }: Difference, drift: readonly Difference[]): boolean {
  return drift.some((other) => other.address === address && other.mend === 'replace');
}
