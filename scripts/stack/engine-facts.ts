import { ENVIRONMENT_LABEL } from '../../constructs/docker/labels';
import { RUN_ONCE_LABEL } from '../../constructs/docker/run-once';
import { CommandError, run } from '../setup/run-command';
import { KINDS, lines, type Kind } from './engine-objects';

/** Something on the engine, whoever made it. */
export interface EngineFact {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  /** Name of the stack on the engine that it belongs to; undefined where it is none of this project's. */
  readonly owner: string | undefined;
  readonly created: Date;
  /** IPv4 ranges of a network. */
  readonly subnets: readonly string[];
  /** Ports of the host that a container publishes, also one that does not run. */
  readonly ports: readonly number[];
  /** Of a container. */
  readonly container?: ContainerFact;
}

export interface ContainerFact {
  /** `running`, `paused`, `restarting`, `created`, `exited`, `dead` or `removing`. */
  readonly status: string;
  readonly exitCode: number;
  /** undefined where it has no health check, or does not run. */
  readonly health: 'healthy' | 'unhealthy' | 'starting' | undefined;
  /** It runs once in a deploy: ended well, it has done its work. */
  readonly runsOnce: boolean;
}

/** What `docker inspect` says of it, as far as it is read. */
export interface Inspected {
  readonly Id?: string;
  readonly Name: string;
  readonly Created?: string;
  /** A volume's. */
  readonly CreatedAt?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Config?: { readonly Labels: Readonly<Record<string, string>> | null };
  readonly State?: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
  readonly HostConfig?: {
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>> | null;
  };
  readonly IPAM?: { readonly Config: readonly { readonly Subnet?: string }[] | null };
}

/** Every container, network and volume of the engine. */
export async function engineFacts(): Promise<EngineFact[]> {
  const facts: EngineFact[] = [];
  for (const kind of KINDS) {
    const all = kind === 'container' ? ['--all', '--no-trunc'] : [];
    const names = lines((await run('docker', [kind, 'ls', '--quiet', ...all])).stdout);
    if (names.length > 0) facts.push(...(await inspect(kind, names)).map((found) => factOf(kind, found)));
  }
  return facts;
}

async function inspect(kind: Kind, names: readonly string[]): Promise<Inspected[]> {
  try {
    return JSON.parse((await run('docker', [kind, 'inspect', ...names])).stdout) as Inspected[];
  } catch (error) {
    // What went between the two commands is missed by the second, which tells of the rest all the same.
    if (!(error instanceof CommandError) || !/no such|not found/i.test(error.output.stderr)) throw error;
    return JSON.parse(error.output.stdout) as Inspected[];
  }
}

/** Reads one answer of `docker inspect`. */
export function factOf(kind: Kind, found: Inspected): EngineFact {
  const labels = found.Config?.Labels ?? found.Labels ?? {};
  const bindings = Object.values(found.HostConfig?.PortBindings ?? {}).flatMap((list) => list ?? []);
  return {
    kind,
    // A container's name starts with a slash there; a volume's name is its id.
    id: found.Id ?? found.Name,
    name: found.Name.replace(/^\//, ''),
    owner: labels[ENVIRONMENT_LABEL],
    created: new Date(found.Created ?? found.CreatedAt ?? 0),
    subnets: (found.IPAM?.Config ?? []).flatMap(({ Subnet: subnet = '' }) => (subnet.includes('.') ? [subnet] : [])),
    // An empty one is chosen by the engine at each start.
    ports: bindings.map(({ HostPort: port }) => Number(port)).filter((port) => port > 0),
    ...(found.State === undefined ? {} : { container: containerFact(found.State, labels) }),
  };
}

function containerFact(
  state: NonNullable<Inspected['State']>,
  labels: Readonly<Record<string, string>>,
): ContainerFact {
  const health = (['healthy', 'unhealthy', 'starting'] as const).find((word) => word === state.Health?.Status);
  return {
    status: state.Status,
    exitCode: state.ExitCode,
    health: state.Status === 'running' ? health : undefined,
    runsOnce: labels[RUN_ONCE_LABEL] === 'once',
  };
}
