import { CommandError, run, tryRun } from '../setup/run-command';
import { ofType, type State } from './state';

/** What mends a difference: a command of Docker's, Terraform told to replace a resource, or any deploy. */
export type Mend = 'start' | 'unpause' | 'remove' | 'replace' | 'deploy';

/** One thing that the engine has otherwise than it was deployed. */
export interface Difference {
  /** Terraform's. */
  readonly address: string;
  /** A container or an image on the engine. */
  readonly name: string;
  /** Clause about it: `is stopped`. */
  readonly what: string;
  readonly mend: Mend;
}

/** What of `docker inspect` is looked at. */
export interface EngineContainer {
  readonly Id: string;
  /** With a slash before it. */
  readonly Name: string;
  /** Id of the image that it runs. */
  readonly Image: string;
  readonly State: { readonly Running: boolean; readonly Paused: boolean };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, EngineAttachment>> | null };
}

interface EngineAttachment {
  readonly Aliases?: readonly string[] | null;
  /** What was asked for, not what was given. */
  readonly IPAMConfig?: { readonly IPv4Address?: string } | null;
}

export interface Engine {
  readonly containers: readonly EngineContainer[];
  /** Id of each image by its name and tag. */
  readonly imageIds: ReadonlyMap<string, string>;
}

interface DeployedContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly must_run: boolean;
  readonly networks_advanced?: readonly DeployedAttachment[] | null;
}

interface DeployedAttachment {
  readonly name: string;
  readonly aliases: readonly string[] | null;
  readonly ipv4_address: string | null;
}

interface DeployedImage {
  readonly name: string;
  readonly image_id: string;
  /** Empty for one that was pulled. */
  readonly build?: readonly unknown[] | null;
}

/** Where the engine differs from what was deployed, in what Terraform's provider sees and in what it never looks at. */
export async function readDrift(state: State): Promise<Difference[]> {
  const names = (type: string): string[] => ofType(state, type).map(({ attributes }) => String(attributes['name']));
  const ids = await Promise.all([...new Set(names('docker_image'))].map(async (name) => [name, await imageId(name)]));
  return driftOf(state, {
    containers: await inspect(names('docker_container')),
    imageIds: new Map(ids.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
}

/** The same, of an engine that was looked at. */
export function driftOf(state: State, engine: Engine): Difference[] {
  const images = ofType(state, 'docker_image').map(({ address, attributes }) => ({
    address,
    image: attributes as unknown as DeployedImage,
  }));
  const wantedIds = new Map(images.map(({ image }) => [image.name, wantedId(image, engine)]));
  return [
    ...images.flatMap(({ address, image }) => imageDifferences(image, engine).map((found) => ({ address, ...found }))),
    ...ofType(state, 'docker_container').flatMap(({ address, attributes }) => {
      const deployed = attributes as unknown as DeployedContainer;
      return containerDifferences(deployed, engine, wantedIds.get(deployed.image)).map((found) => ({
        address,
        name: deployed.name,
        ...found,
      }));
    }),
  ];
}

/** A pulled image is what its name leads to now; a built one, what was built. */
function wantedId({ name, image_id, build }: DeployedImage, { imageIds }: Engine): string {
  return isBuilt(build) ? image_id : (imageIds.get(name) ?? image_id);
}

function isBuilt(build: DeployedImage['build']): boolean {
  return (build ?? []).length > 0;
}

type Found = Omit<Difference, 'address' | 'name'>;

function imageDifferences(
  { name, image_id, build }: DeployedImage,
  { imageIds }: Engine,
): (Found & { name: string })[] {
  const id = imageIds.get(name);
  if (id === undefined) return [{ name, what: 'is not on the engine any more', mend: 'deploy' }];
  if (!isBuilt(build) || id === image_id) return [];
  return [
    {
      name,
      what: `leads to the image ${short(id)}, and ${short(image_id)} was built under this name`,
      mend: 'replace',
    },
  ];
}

function containerDifferences(deployed: DeployedContainer, engine: Engine, imageId: string | undefined): Found[] {
  const container = engine.containers.find(({ Name }) => Name === `/${deployed.name}`);
  if (container === undefined) return [{ what: 'was removed', mend: 'deploy' }];
  if (container.Id !== deployed.id) {
    return [{ what: 'is another container than the one that was deployed', mend: 'remove' }];
  }
  return [
    ...(imageId === undefined || container.Image === imageId
      ? []
      : [
          {
            what: `runs the image ${short(container.Image)} instead of ${deployed.image}, which is ${short(imageId)}`,
            mend: 'replace' as const,
          },
        ]),
    ...(deployed.must_run ? runDifferences(container) : []),
    ...networkDifferences(deployed, container),
  ];
}

function runDifferences({ State }: EngineContainer): Found[] {
  if (!State.Running) return [{ what: 'is stopped', mend: 'start' }];
  return State.Paused ? [{ what: 'is paused', mend: 'unpause' }] : [];
}

function networkDifferences({ networks_advanced, must_run }: DeployedContainer, container: EngineContainer): Found[] {
  const wanted = networks_advanced ?? [];
  // One that needs no network has the engine's own.
  if (wanted.length === 0) return [];
  const has = container.NetworkSettings.Networks ?? {};
  const missing = wanted.filter(({ name }) => has[name] === undefined);
  const added = Object.keys(has).filter((network) => !wanted.some(({ name }) => name === network));
  const whats = [
    ...missing.map(({ name }) => `is not connected to the network ${name}`),
    ...added.map((network) => `is connected to the network ${network}, too`),
    ...wanted.flatMap((attachment) => attachmentDifferences(attachment, has[attachment.name])),
  ];
  // One that ran once has no use for its networks any more.
  return must_run ? whats.map((what) => ({ what, mend: 'replace' })) : [];
}

function attachmentDifferences(wanted: DeployedAttachment, has: EngineAttachment | undefined): string[] {
  if (has === undefined) return [];
  const lost = (wanted.aliases ?? []).filter((alias) => !(has.Aliases ?? []).includes(alias));
  const address = wanted.ipv4_address ?? '';
  return [
    ...lost.map((alias) => `is not ${alias} on the network ${wanted.name}`),
    ...(address === '' || has.IPAMConfig?.IPv4Address === address
      ? []
      : [`has not the fixed address ${address} on the network ${wanted.name}`]),
  ];
}

/** As Docker's own lists have ids. */
function short(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** Where a name leads to; undefined where the engine has no such image. */
async function imageId(name: string): Promise<string | undefined> {
  return (await tryRun('docker', ['image', 'inspect', '--format', '{{.Id}}', name]))?.stdout;
}

/** Those of the containers that the engine has. */
async function inspect(names: readonly string[]): Promise<readonly EngineContainer[]> {
  if (names.length === 0) return [];
  try {
    return JSON.parse((await run('docker', ['container', 'inspect', ...names])).stdout) as EngineContainer[];
  } catch (error) {
    // It prints those that there are, and ends with 1 because of the others.
    if (!(error instanceof CommandError)) throw error;
    const { stdout, stderr } = error.output;
    if (!stderr.split('\n').every((line) => line === '' || /no such container/i.test(line))) throw error;
    return JSON.parse(stdout) as EngineContainer[];
  }
}

/** What is said of a difference: one line. */
export function driftLine({ name, what }: Difference): string {
  return `${name} ${what}`;
}
