import { needCommands } from '../setup/packages';
import type { Deployment } from '../stack/deployment';
import type { StackOutputs } from '../stack/out-files';
import type { SynthesisedStack } from '../stack/synth';
import type { Subject } from './check';
import { containerChecks } from './container-checks';
import { gitChecks } from './git-checks';
import { httpChecks } from './http-checks';
import { ldapChecks } from './ldap-checks';
import { licenceChecks } from './licence-checks';
import { sshChecks } from './ssh-checks';

/** Runs all checks, prints a line for each, and gives the number that failed. */
export async function verify(deployment: Deployment, stack: SynthesisedStack, outputs: StackOutputs): Promise<number> {
  const subject: Subject = {
    outputs,
    caFile: `${deployment.outFolder(stack)}/ca.pem`,
    bindAddress: process.env.BIND_ADDRESS ?? '127.0.0.1',
  };
  if (outputs.ssh_url !== undefined) await needCommands({ ssh: 'openssh-client', 'ssh-keyscan': 'openssh-client' });
  let failures = 0;
  for (const check of [
    ...containerChecks(subject),
    ...httpChecks(subject),
    ...ldapChecks(subject),
    ...licenceChecks(subject),
    ...gitChecks(subject),
    ...sshChecks(subject),
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
