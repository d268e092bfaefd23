import { run } from '../setup/run-command';
import type { Check, Subject } from './check';

/** Accounts of all directories are looked at one by one. */
const TIMEOUT_MS = 600_000;

/** Accounts that may use the server, as its realm counts them, against what the licence is for; none without a limit. */
export function licenceChecks({ outputs }: Pick<Subject, 'outputs'>): Check[] {
  const { licence_limit: limit, environment } = outputs;
  if (limit === undefined) return [];
  return [
    {
      title: `no more than ${limit} accounts may use the server (LICENSED_USER)`,
      run: async () => {
        const count = await countLicensed(environment);
        if (count > limit) throw new Error(`${count} may: take some out of its groups, or raise the limit`);
      },
    },
  ];
}

async function countLicensed(environment: string): Promise<number> {
  const { stdout } = await run(
    'docker',
    [
      ...['exec', `${environment}-git`, 'curl', '-q', '-fsS', '--noproxy', '*'],
      ...['--unix-socket', '/run/git-access/socket', 'http://git-server/licensed'],
    ],
    { timeoutMs: TIMEOUT_MS },
  );
  const [, count] = /^count (\d+)$/.exec(stdout) ?? [];
  if (count === undefined) throw new Error('a directory did not answer; docker logs of the Git server says why');
  return Number(count);
}
