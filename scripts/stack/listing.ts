import type { EngineFact } from './engine-facts';
import type { StackRecord } from './records';

/**
 * `healthy`: all containers are there and healthy. `starting`: some are not healthy yet. `unhealthy`: some are ill. `partial`:
 * some are missing or do not run. `remains`: no container, only networks or volumes. `gone`: only a state knows of it.
 */
export type StackState = 'healthy' | 'starting' | 'unhealthy' | 'partial' | 'remains' | 'gone';

/** One line of `npm run ls`. */
export interface ListedStack {
  /** "" for the environment without a name. */
  readonly environment: string;
  /** undefined where it is none of main.ts, nor in a state: the environment then is the whole name on the engine. */
  readonly stack: string | undefined;
  readonly state: StackState;
  /** When the oldest of what is on the engine was made. */
  readonly since: Date | undefined;
  readonly baseUrl: string | undefined;
  readonly ports: readonly number[];
  readonly expires: Date | undefined;
  /** The checkout whose state has it; undefined where none on this machine has. */
  readonly checkout: string | undefined;
}

/** What a name on the engine may be made of. */
export interface KnownNames {
  readonly stacks: readonly string[];
  /** Named environments. */
  readonly environments: readonly string[];
}

/**
 * Joins what is on the engine with what states know. Of states of several checkouts that have a stack, the one counts
 * whose containers or networks are there; what only another checkout's state knows of is left to that one.
 */
export function listStacks(
  facts: readonly EngineFact[],
  records: readonly StackRecord[],
  known: KnownNames,
  checkout: string,
): ListedStack[] {
  const owners = new Set(facts.flatMap(({ owner }) => owner ?? []));
  const running = [...owners].map((owner) => {
    const own = facts.filter((fact) => fact.owner === owner);
    return onEngine(owner, own, recordFor(owner, own, records), known);
  });
  const gone = records.filter((record) => record.checkout === checkout && !owners.has(record.owner)).map(goneStack);
  const key = ({ environment, stack = '' }: ListedStack): string => `${environment}\n${stack}`;
  return [...running, ...gone].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function recordFor(
  owner: string,
  facts: readonly EngineFact[],
  records: readonly StackRecord[],
): StackRecord | undefined {
  const candidates = records.filter((record) => record.owner === owner);
  const withIds = facts.filter(({ kind }) => kind !== 'volume');
  // Where only volumes are left, nothing tells one state from another.
  if (withIds.length === 0) return candidates[0];
  return candidates.find(({ ids }) => withIds.some(({ id }) => ids.includes(id)));
}

function onEngine(
  owner: string,
  facts: readonly EngineFact[],
  record: StackRecord | undefined,
  known: KnownNames,
): ListedStack {
  const { environment, stack } = record ?? namesOf(owner, known);
  return {
    environment,
    stack,
    state: stateOf(facts, record?.containers ?? []),
    since: sinceWhen(facts),
    baseUrl: record?.baseUrl,
    ports: [...new Set(facts.flatMap(({ ports }) => ports))].sort((one, other) => one - other),
    expires: record?.expires,
    checkout: record?.checkout,
  };
}

function goneStack({ environment, stack, baseUrl, expires, checkout }: StackRecord): ListedStack {
  return { environment, stack, state: 'gone', since: undefined, baseUrl, ports: [], expires, checkout };
}

/** The longest stack that the name ends with, or else the longest environment that it starts with. */
function namesOf(owner: string, known: KnownNames): { environment: string; stack: string | undefined } {
  if (known.stacks.includes(owner)) return { environment: '', stack: owner };
  const stack = longest(known.stacks.filter((name) => owner.endsWith(`-${name}`)));
  if (stack !== undefined) return { environment: owner.slice(0, -stack.length - 1), stack };
  const environment = longest(known.environments.filter((name) => owner.startsWith(`${name}-`)));
  return environment === undefined
    ? { environment: owner, stack: undefined }
    : { environment, stack: owner.slice(environment.length + 1) };
}

function longest(names: readonly string[]): string | undefined {
  return [...names].sort((one, other) => other.length - one.length)[0];
}

function stateOf(facts: readonly EngineFact[], expected: readonly string[]): StackState {
  const all = facts.flatMap(({ name, container }) => (container === undefined ? [] : [{ name, ...container }]));
  if (all.length === 0) return 'remains';
  const active = all.filter(({ runsOnce, status, exitCode }) => !(runsOnce && status === 'exited' && exitCode === 0));
  const isMissing = expected.some((name) => !all.some((container) => container.name === name));
  if (isMissing || active.some(({ status }) => status !== 'running')) return 'partial';
  if (active.some(({ health }) => health === 'unhealthy')) return 'unhealthy';
  return active.some(({ health }) => health === 'starting') ? 'starting' : 'healthy';
}

/** Containers and networks last as long as the deploy; a volume may have been there before. */
function sinceWhen(facts: readonly EngineFact[]): Date | undefined {
  const lasting = facts.filter(({ kind }) => kind !== 'volume');
  const times = (lasting.length > 0 ? lasting : facts).map(({ created }) => created.getTime());
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
