import { RUN_ONCE_LABEL } from '../../constructs/docker/run-once';
import { run } from '../setup/run-command';

/** What an environment can have on the engine. */
export const KINDS = ['container', 'network', 'volume'] as const;
export type Kind = (typeof KINDS)[number];

export interface EngineObject {
  readonly kind: Kind;
  readonly name: string;
}

/** Everything on the engine that carries the environment's label, containers first. */
export async function objectsOf(environmentName: string): Promise<EngineObject[]> {
  const found: EngineObject[] = [];
  for (const kind of KINDS) {
    const filter = `label=cdktf-git-topology.environment=${environmentName}`;
    const all = kind === 'container' ? ['--all', '--format', '{{.Names}}'] : ['--format', '{{.Name}}'];
    const { stdout } = await run('docker', [kind, 'ls', '--filter', filter, ...all]);
    found.push(...lines(stdout).map((name) => ({ kind, name })));
  }
  return found;
}

/** Everything on the engine of an environment and of those whose name goes on behind a hyphen, whoever deployed it. */
export async function objectsOfFamily(name: string): Promise<EngineObject[]> {
  const format = '{{.Label "cdktf-git-topology.environment"}}';
  const names = new Set<string>();
  for (const kind of KINDS) {
    const all = kind === 'container' ? ['--all'] : [];
    const { stdout } = await run('docker', [kind, 'ls', ...all, '--format', format]);
    for (const label of lines(stdout)) if (label === name || label.startsWith(`${name}-`)) names.add(label);
  }
  return (await Promise.all([...names].map(objectsOf))).flat();
}

export async function remove(objects: readonly EngineObject[]): Promise<void> {
  for (const kind of KINDS) {
    const names = objects.filter((object) => object.kind === kind).map((object) => object.name);
    if (names.length > 0) await run('docker', [kind, 'rm', ...(kind === 'network' ? [] : ['--force']), ...names]);
  }
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
  const all = [`label=cdktf-git-topology.environment=${environmentName}`, ...filters].flatMap((filter) => [
    '--filter',
    filter,
  ]);
  const { stdout } = await run('docker', ['container', 'ls', '--all', '--format', '{{.Names}}\t{{.Status}}', ...all]);
  return lines(stdout)
    .map((line) => line.split('\t'))
    .map(([name = '', status = '']) => ({ name, status }))
    .filter(({ status }) => !status.includes('Exited (0)'));
}

/** Loaders and provisioners that failed: removed, they run again on the next deploy. */
export async function removeFailedOnce(environmentName: string): Promise<void> {
  const failed = await activeContainers(environmentName, [`label=${RUN_ONCE_LABEL}=once`, 'status=exited']);
  await remove(failed.map(({ name }) => ({ kind: 'container', name })));
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
