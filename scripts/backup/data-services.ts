import { resourcesOf, type SynthesisedStack } from '../stack/synth';

/** What holds data in a stack, by where the images keep it. */
const KINDS = { repositories: '/var/lib/git-repositories', directory: '/var/lib/openldap' } as const;
/** Mounts of what a deploy, or a start, makes anew: configuration, and the socket for SSH. */
const MADE_ANEW: readonly string[] = ['/files', '/run/git-access'];

/** A container of a stack that has data, as main.ts declares it. */
export interface DataService {
  /** A replica is a copy of what is elsewhere. */
  readonly kind: keyof typeof KINDS | 'replica';
  /** Id of its construct. */
  readonly name: string;
  /** Names on the engine. */
  readonly container: string;
  readonly volume: string;
  readonly filesVolume: string;
  readonly image: string;
  /** As `10001:10001`. */
  readonly user: string;
  /** Where the data is in the container. */
  readonly path: string;
  /** Terraform addresses of what is needed to put data into the volume: volume, image, files. */
  readonly needs: readonly string[];
  /** Path to text of its files that are known at synth. */
  readonly files: ReadonlyMap<string, string>;
}

/** A container's arguments, as far as they matter here. */
interface ContainerArguments {
  /** Terraform's address of it. */
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly user: string;
  readonly command?: readonly string[];
  readonly tmpfs?: Readonly<Record<string, string>>;
  /** Every container of this project has its files in one. */
  readonly volumes: readonly { readonly volume_name: string; readonly container_path: string }[];
  readonly labels: readonly { readonly label: string; readonly value: string }[];
  readonly depends_on?: readonly string[];
  readonly upload?: readonly { readonly file: string; readonly content?: string }[];
}

/** The services of a stack whose data a backup is of, or says something about. */
export function dataServices(stack: SynthesisedStack): DataService[] {
  const containers = containersOf(stack);
  return containers.flatMap((container) => {
    const [kind, path] = Object.entries(KINDS).find(([, at]) => volumeAt(container, at) !== undefined) ?? [];
    // The container of SSH has the repositories, too, and none of its own.
    if (kind === undefined || path === undefined || container.tmpfs?.['/run/git-ssh'] !== undefined) return [];
    const volume = addressIn(volumeAt(container, path));
    const files = addressIn(volumeAt(container, '/files'));
    const image = addressIn(container.image);
    const loader = containers.find(({ id, upload }) => upload !== undefined && container.depends_on?.includes(id));
    return [
      {
        kind: container.command?.[0] === 'start-replica' ? 'replica' : (kind as keyof typeof KINDS),
        name: container.labels.find(({ label }) => label === 'cdktf-git-topology.role')?.value ?? container.name,
        container: container.name,
        volume: nameOf(stack, volume),
        filesVolume: nameOf(stack, files),
        image: nameOf(stack, image),
        user: container.user,
        path,
        // A directory is told what a backup must fit by its files.
        needs: [volume, image, ...(kind === 'directory' && loader !== undefined ? [loader.id] : [])],
        files: new Map(
          (loader?.upload ?? []).flatMap(({ file, content }) =>
            content === undefined ? [] : [[file.replace('/staging/', ''), plainText(content)]],
          ),
        ),
      },
    ];
  });
}

/** Volumes whose content nothing here knows, such as the home of Atlassian's servers: `VOLUME (PATH of CONTAINER)`. */
export function unknownData(stack: SynthesisedStack): string[] {
  const known: readonly string[] = [...Object.values(KINDS), ...MADE_ANEW];
  return containersOf(stack).flatMap(({ name, volumes }) =>
    volumes
      .filter(({ container_path: path }) => !known.includes(path))
      .map(({ volume_name: volume, container_path: path }) => {
        return `${nameOf(stack, addressIn(volume))} (${path} of ${name})`;
      }),
  );
}

function containersOf(stack: SynthesisedStack): readonly ContainerArguments[] {
  return resourcesOf(stack, 'docker_container') as unknown as readonly ContainerArguments[];
}

function volumeAt({ volumes }: ContainerArguments, path: string): string | undefined {
  return volumes.find(({ container_path: at }) => at === path)?.volume_name;
}

/** `docker_volume.x` of `${docker_volume.x.name}`. */
function addressIn(reference = ''): string {
  return /^\$\{(\w+\.[\w-]+)\.\w+\}$/.exec(reference)?.[1] ?? reference;
}

function nameOf(stack: SynthesisedStack, address: string): string {
  const [type = '', id = ''] = address.split('.');
  const name = stack.resources[type]?.[id]?.['name'];
  return typeof name === 'string' ? name : address;
}

/** Without the escapes of Terraform's templates. */
function plainText(content: string): string {
  return content.replaceAll('$${', '${').replaceAll('%%{', '%{');
}
