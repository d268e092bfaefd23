import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, quoted } from '../../constructs/errors';
import { synthesise as synthesiseApp } from '../../main';
import { BITBUCKET_STACK, LICENCE_VARIABLE } from '../../stacks/bitbucket-settings';
import { PROJECT, readSettings } from '../../stacks/settings';

/** A stack as it was synthesised. */
export interface SynthesisedStack {
  readonly name: string;
  /** Folder that Terraform runs in. */
  readonly folder: string;
  readonly resources: Resources;
  /** Values of its outputs, as far as they are known before a deploy: texts and numbers, no references. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What works, and may not be what is wanted: construct path and sentence. */
  readonly warnings: readonly string[];
}

/** Resource type to logical id to arguments, as Terraform's JSON syntax has them. */
type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

type Outputs = Readonly<Record<string, { readonly value: unknown }>>;

interface Manifest {
  readonly stacks: Readonly<Record<string, ManifestStack>>;
}

interface ManifestStack {
  readonly synthesizedStackPath: string;
  readonly annotations: readonly {
    readonly level: string;
    readonly constructPath: string;
    readonly message: string;
  }[];
}

const DEFAULT_STACK = 'https-proxy';

/** Relative to the project. */
export function synthFolder(environment: string): string {
  return environment === '' ? 'cdktf.out' : join('cdktf.out', 'environments', environment);
}

/** Synthesises the app; each environment has a folder of its own, because Terraform keeps where the state is in it. */
export function synthesise(environment: string): SynthesisedStack[] {
  const outdir = synthFolder(environment);
  // cdktf makes the last folder of the path alone.
  mkdirSync(join(PROJECT, outdir), { recursive: true });
  synthesiseApp(readSettings({ ...process.env, ENVIRONMENT: environment }), join(PROJECT, outdir));
  const manifest = JSON.parse(readFileSync(join(PROJECT, outdir, 'manifest.json'), 'utf8')) as Manifest;
  return Object.entries(manifest.stacks).map(([name, stack]) => {
    const file = join(PROJECT, outdir, stack.synthesizedStackPath);
    const { resource, output } = JSON.parse(readFileSync(file, 'utf8')) as { resource: Resources; output: Outputs };
    const outputs = Object.fromEntries(Object.entries(output).map(([id, { value }]) => [id, value]));
    return { name, folder: join(file, '..'), resources: resource, outputs, warnings: warningsOf(stack) };
  });
}

function warningsOf({ annotations }: ManifestStack): string[] {
  return annotations
    .filter(({ level }) => level === '@cdktf/warn')
    .map(({ constructPath, message }) => `${constructPath}: ${message}`);
}

/** The stacks named, or the default one. */
export function chooseStacks(known: readonly SynthesisedStack[], names: readonly string[]): SynthesisedStack[] {
  const chosen = chooseStackNames(
    known.map(({ name }) => name),
    names,
  );
  return chosen.flatMap((name) => known.filter((stack) => stack.name === name));
}

/** The names given, or the default one. */
export function chooseStackNames(known: readonly string[], names: readonly string[]): string[] {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === BITBUCKET_STACK) {
    throw new InputError('stack', `${quoted(unknown)} without a licence`, `set ${LICENCE_VARIABLE} to the file of one`);
  }
  if (unknown !== undefined) throw new InputError('stack', quoted(unknown), `write one of ${known.join(', ')}`);
  return names.length === 0 ? [DEFAULT_STACK] : [...new Set(names)];
}

/** The one stack that a command looks at. */
export function chooseStack(known: readonly SynthesisedStack[], names: readonly string[]): SynthesisedStack {
  const [stack, ...more] = chooseStacks(known, names);
  if (stack === undefined || more.length > 0) {
    throw new InputError('stacks', names.join(' '), 'name one stack at a time');
  }
  return stack;
}

/** Arguments of all resources of a type. */
export function resourcesOf(
  stack: SynthesisedStack,
  type: string,
): (Readonly<Record<string, unknown>> & { id: string })[] {
  return Object.entries(stack.resources[type] ?? {}).map(([id, args]) => ({ ...args, id: `${type}.${id}` }));
}
