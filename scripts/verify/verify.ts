import type { Deployment } from '../stack/deployment';
import type { StackOutputs } from '../stack/out-files';
import type { SynthesisedStack } from '../stack/synth';
import { containerChecks } from './container-checks';
import { gitChecks } from './git-checks';
import { httpChecks } from './http-checks';
import { ldapChecks } from './ldap-checks';

/** One line of `verify`: what must hold, and how it is looked at; the promise rejects where it does not. */
export interface Check {
  readonly title: string;
  run(): Promise<void>;
}

/** What the checks of a stack look at. */
export interface Subject {
  readonly outputs: StackOutputs;
  /** Path of the CA file in `out/`. */
  readonly caFile: string;
  /** Address that ports are published on. */
  readonly bindAddress: string;
}

/** Runs all checks, prints a line for each, and gives the number that failed. */
export async function verify(deployment: Deployment, stack: SynthesisedStack, outputs: StackOutputs): Promise<number> {
  const subject: Subject = {
    outputs,
    caFile: `${deployment.outFolder(stack)}/ca.pem`,
    bindAddress: process.env.BIND_ADDRESS ?? '127.0.0.1',
  };
  let failures = 0;
  for (const check of [
    ...containerChecks(subject),
    ...httpChecks(subject),
    ...ldapChecks(subject),
    ...gitChecks(subject),
  ]) {
    try {
      await check.run();
      process.stdout.write(`pass  ${check.title}\n`);
    } catch (error) {
      failures += 1;
      process.stdout.write(`FAIL  ${check.title}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return failures;
}

/** Says what was got where it is not what must be. */
export function expectEqual(what: string, got: unknown, wanted: unknown): void {
  if (got !== wanted) throw new Error(`${what} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
}
