import { ENVIRONMENT_LABEL } from '../../constructs/docker/labels';
import { lines } from '../stack/engine-objects';
import { run } from '../setup/run-command';
import type { Check } from './check';

/** What of `replica-status` is looked at here. */
interface Status {
  readonly complete: boolean;
  readonly lastSync: string | null;
  readonly entries: number;
  readonly lagSeconds: number | null;
  readonly error: string | null;
}

/** Each copy of a directory elsewhere that the environment has: when it was last brought up to date, entries, lag. */
export async function replicaChecks(environment: string): Promise<Check[]> {
  const filter = `label=${ENVIRONMENT_LABEL}=${environment}`;
  const format = '{{.Names}}\t{{.Command}}';
  const { stdout } = await run('docker', ['ps', '--all', '--no-trunc', '--filter', filter, '--format', format]);
  const names = lines(stdout).flatMap((line) => /^(\S+)\t"start-replica"$/.exec(line)?.[1] ?? []);
  return Promise.all(names.map(replicaCheck));
}

async function replicaCheck(name: string): Promise<Check> {
  const status = await statusOf(name);
  if (status instanceof Error) return { title: `${name} is a copy`, run: () => Promise.reject(status) };
  const { complete, lastSync, entries, lagSeconds, error } = status;
  const when = lastSync ?? 'never';
  return {
    title: `${name} is a copy: last synchronised ${when}, ${entries} entries, lag ${lagSeconds ?? 'unknown'} s`,
    run: () => {
      if (!complete) return Promise.reject(new Error(`the first copy is not complete: ${error ?? 'it is being made'}`));
      return error === null ? Promise.resolve() : Promise.reject(new Error(error));
    },
  };
}

/** Of a container that does not run, the error. */
async function statusOf(name: string): Promise<Status | Error> {
  try {
    return JSON.parse((await run('docker', ['exec', name, 'replica-status'])).stdout) as Status;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
