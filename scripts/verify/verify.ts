import { needCommands } from '../setup/packages';
import type { Deployment } from '../stack/deployment';
import type { StackOutputs } from '../stack/out-files';
import type { SynthesisedStack } from '../stack/synth';
import type { Check, Subject } from './check';
import { directoryTests } from './quick-test/directory-tests';
import type { Outcome } from './quick-test/quick-test';
import { bitbucketChecks } from './bitbucket-checks';
import { containerChecks } from './container-checks';
import { fileChecks } from './file-checks';
import { gitChecks } from './git-checks';
import { httpChecks } from './http-checks';
import { ldapChecks } from './ldap-checks';
import { licenceChecks } from './licence-checks';
import { replicaChecks } from './replica-checks';
import { sshChecks } from './ssh-checks';

/**
 * Runs all checks, prints a line for each, and gives the number that failed.
 * @param user whose groups and login are looked at in the directories, with the password; else an account of the stack
 */
export async function verify(
  deployment: Deployment,
  stack: SynthesisedStack,
  outputs: StackOutputs,
  user?: readonly [name: string, password: string],
): Promise<number> {
  const subject: Subject = {
    outputs,
    caFile: `${deployment.outFolder(stack)}/ca.pem`,
    bindAddress: process.env.BIND_ADDRESS ?? '127.0.0.1',
  };
  if (outputs.ssh_url !== undefined) await needCommands({ ssh: 'openssh-client', 'ssh-keyscan': 'openssh-client' });
  let failures = 0;
  const print = ({ passed, text }: Outcome): void => {
    if (!passed) failures += 1;
    process.stdout.write(`${passed ? 'pass' : 'FAIL'}  ${text}\n`);
  };
  const checks = [
    ...containerChecks(subject),
    ...fileChecks(await deployment.state(stack)),
    ...ldapChecks(subject),
    ...(outputs.administrator === undefined ? serverChecks(subject) : bitbucketChecks(subject)),
    ...(await replicaChecks(outputs.environment)),
  ];
  // All at once, because most of a check is waiting; lines stay in their order.
  const directories = collect(directoryTests(outputs, user));
  directories.catch(() => 'told below');
  for (const outcome of checks.map(outcomeOf)) print(await outcome);
  for (const outcome of await directories) print(outcome);
  return failures;
}

async function collect(outcomes: AsyncIterable<Outcome>): Promise<Outcome[]> {
  const all: Outcome[] = [];
  for await (const outcome of outcomes) all.push(outcome);
  return all;
}

/** Of the default server, with the demo repositories. */
function serverChecks(subject: Subject): Check[] {
  return [...httpChecks(subject), ...licenceChecks(subject), ...gitChecks(subject), ...sshChecks(subject)];
}

async function outcomeOf(check: Check): Promise<Outcome> {
  try {
    await check.run();
    return { passed: true, text: check.title };
  } catch (error) {
    return { passed: false, text: `${check.title}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
