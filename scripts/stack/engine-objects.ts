import { ENVIRONMENT_LABEL } from '../../constructs/docker/labels';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUN_ONCE_LABEL } from '../../constructs/docker/run-once';
import { run, tryRun } from '../setup/run-command';

/** What an environment can have on the engine. */
export const KINDS = ['container', 'network', 'volume'] as const;
export type Kind = (typeof KINDS)[number];

const REMOVAL_TRIES = 10;

export interface EngineObject {
  readonly kind: Kind;
  readonly name: string;
}

/** Everything on the engine that carries the environment's label, containers first. */
export async function objectsOf(environmentName: string): Promise<EngineObject[]> {
  const found: EngineObject[] = [];
  for (const kind of KINDS) {
    const filter = `label=${ENVIRONMENT_LABEL}=${environmentName}`;
    const all = kind === 'container' ? ['--all', '--format', '{{.Names}}'] : ['--format', '{{.Name}}'];
    const { stdout } = await run('docker', [kind, 'ls', '--filter', filter, ...all]);
    found.push(...lines(stdout).map((name) => ({ kind, name })));
  }
  return found;
}

/** Everything on the engine of an environment and of those whose name goes on behind a hyphen, whoever deployed it. */
export async function objectsOfFamily(name: string): Promise<EngineObject[]> {
  const format = `{{.Label "${ENVIRONMENT_LABEL}"}}`;
  const names = new Set<string>();
  for (const kind of KINDS) {
    const all = kind === 'container' ? ['--all'] : [];
    const { stdout } = await run('docker', [kind, 'ls', ...all, '--format', format]);
    for (const label of lines(stdout)) if (label === name || label.startsWith(`${name}-`)) names.add(label);
  }
  return (await Promise.all([...names].map(objectsOf))).flat();
}

/**
 * Removes them, whatever state they are in. A network is taken from whom it is still attached to. What is gone meanwhile, or
 * is being removed by somebody else, is waited for.
 */
export async function remove(objects: readonly EngineObject[], pauseMs = 1000): Promise<void> {
  for (const kind of KINDS) {
    let names = objects.filter((object) => object.kind === kind).map((object) => object.name);
    for (let tries = 1; names.length > 0; tries++) {
      try {
        await run('docker', [kind, 'rm', ...(kind === 'network' ? [] : ['--force']), ...names]);
        break;
      } catch (error) {
        names = await stillThere(kind, names);
        if (names.length === 0) break;
        if (tries === REMOVAL_TRIES) throw error;
        if (kind === 'network') for (const name of names) await detachAll(name);
        await sleep(pauseMs);
      }
    }
  }
}

/** A paused container hears no signal: a stop would wait for its whole grace, and then kill it. */
export async function unpause(environmentName: string): Promise<void> {
  const paused = await activeContainers(environmentName, ['status=paused']);
  if (paused.length > 0) await tryRun('docker', ['unpause', ...paused.map(({ name }) => name)]);
}

async function stillThere(kind: Kind, names: readonly string[]): Promise<string[]> {
  const all = kind === 'container' ? ['--all', '--format', '{{.Names}}'] : ['--format', '{{.Name}}'];
  const present = new Set(lines((await run('docker', [kind, 'ls', ...all])).stdout));
  return names.filter((name) => present.has(name));
}

/** Also endpoints of containers that are gone, which an engine that was killed leaves behind. */
async function detachAll(network: string): Promise<void> {
  const format = '{{range .Containers}}{{.Name}}\n{{end}}';
  const { stdout } = await run('docker', ['network', 'inspect', '--format', format, network]);
  for (const endpoint of lines(stdout)) await tryRun('docker', ['network', 'disconnect', '--force', network, endpoint]);
}

export interface ContainerStatus {
  readonly name: string;
  /** As `docker ps` has it: `Up 2 minutes (healthy)`. */
  readonly status: string;
}

/** The containers of an environment, but for those that ran once and did their work. */
export async function activeContainers(
  environmentName: string,
  filters: readonly string[] = [],
): Promise<ContainerStatus[]> {
  const all = [`label=${ENVIRONMENT_LABEL}=${environmentName}`, ...filters].flatMap((filter) => ['--filter', filter]);
  const { stdout } = await run('docker', ['container', 'ls', '--all', '--format', '{{.Names}}\t{{.Status}}', ...all]);
  return lines(stdout)
    .map((line) => line.split('\t'))
    .map(([name = '', status = '']) => ({ name, status }))
    .filter(({ status }) => !status.includes('Exited (0)'));
}

/** Those of them that are not healthy yet or any more. */
export async function illContainers(environmentName: string): Promise<ContainerStatus[]> {
  return (await activeContainers(environmentName)).filter(({ status }) => !status.includes('(healthy)'));
}

/** Loaders and provisioners that failed: removed, they run again on the next deploy. */
export async function removeFailedOnce(environmentName: string): Promise<void> {
  const failed = await activeContainers(environmentName, [`label=${RUN_ONCE_LABEL}=once`, 'status=exited']);
  await remove(failed.map(({ name }) => ({ kind: 'container', name })));
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
