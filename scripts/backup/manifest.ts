import { InputError, quoted } from '../../constructs/errors';

/** What an archive is, for those who come upon one. */
export const FORMAT = 'cdktf-git-topology backup';
/** Raised where an older restore could not read the archive, or would leave out something of it. */
export const FORMAT_VERSION = 1;
/** The last entry: an archive without it was cut short. */
export const MANIFEST = 'manifest.json';
/** The resources of the Terraform state that hold keys, certificates and passwords. */
export const SECRETS = 'secrets.tfstate';

/** One entry of the archive. */
export interface Part {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** A repository, whose parts have the prefix `name`: `.files.tar`, `.refs`, and where there are refs `.bundle`. */
export interface RepositoryEntry {
  /** What is in front of the parts' endings, for example `repositories/1`. */
  readonly name: string;
  /** Id of the Git server's construct. */
  readonly service: string;
  /** Without `.git`. */
  readonly path: string;
  readonly refs: number;
}

/** A directory, whose part is `name`. */
export interface DirectoryEntry {
  readonly name: string;
  /** Id of the directory's construct. */
  readonly service: string;
  readonly baseDn: string;
  readonly entries: number;
}

/** What an archive holds, of which deployment and moment. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly projectVersion: string;
  readonly stack: string;
  /** "" for the environment without a name. */
  readonly environment: string;
  readonly baseUrl: string;
  /** When the backup began, as in RFC 3339: what was acknowledged before is in it. */
  readonly begun: string;
  readonly repositories: readonly RepositoryEntry[];
  readonly directories: readonly DirectoryEntry[];
  /** What the deployment has and the archive has not, a sentence each. */
  readonly leftOut: readonly string[];
  readonly parts: Readonly<Record<string, Part>>;
}

/** Names of a repository's parts. */
export function repositoryParts({ name, refs }: Pick<RepositoryEntry, 'name' | 'refs'>): {
  readonly files: string;
  readonly refs: string;
  /** undefined where the repository is empty. */
  readonly bundle: string | undefined;
} {
  return { files: `${name}.files.tar`, refs: `${name}.refs`, bundle: refs === 0 ? undefined : `${name}.bundle` };
}

/** Reads a manifest; refuses what is none, what a later version wrote, and what names parts that it does not list. */
export function parseManifest(where: string, text: string): Manifest {
  const value = fields(where, parsed(where, text));
  if (value['format'] !== FORMAT) throw noBackup(where, 'its manifest is of something else');
  if (value['formatVersion'] !== FORMAT_VERSION) {
    throw new InputError(
      where,
      `a backup in format ${String(value['formatVersion'])}, of version ${String(value['projectVersion'])}`,
      `restore it with that version: this one reads format ${FORMAT_VERSION}`,
    );
  }
  const string = (from: Fields, name: string): string => checked(where, name, from[name], 'string');
  const number = (from: Fields, name: string): number => checked(where, name, from[name], 'number');
  const list = (name: string): Fields[] => items(where, name, value[name]).map((item) => fields(where, item));
  const manifest: Manifest = {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    projectVersion: string(value, 'projectVersion'),
    stack: string(value, 'stack'),
    environment: string(value, 'environment'),
    baseUrl: string(value, 'baseUrl'),
    begun: string(value, 'begun'),
    repositories: list('repositories').map((item) => ({
      name: string(item, 'name'),
      service: string(item, 'service'),
      path: checkedPath(where, string(item, 'path')),
      refs: number(item, 'refs'),
    })),
    directories: list('directories').map((item) => ({
      name: string(item, 'name'),
      service: string(item, 'service'),
      baseDn: string(item, 'baseDn'),
      entries: number(item, 'entries'),
    })),
    leftOut: items(where, 'leftOut', value['leftOut']).map((item) => checked(where, 'leftOut', item, 'string')),
    parts: Object.fromEntries(
      Object.entries(fields(where, value['parts'])).map(([name, part]) => {
        const { bytes, sha256 } = fields(where, part);
        return [
          name,
          { bytes: checked(where, 'bytes', bytes, 'number'), sha256: checked(where, 'sha256', sha256, 'string') },
        ];
      }),
    ),
  };
  const missing = partsOf(manifest).find((name) => manifest.parts[name] === undefined);
  if (missing !== undefined) throw noBackup(where, `${missing} is not among its parts`);
  return manifest;
}

/** Names of all parts that a restore takes. */
export function partsOf({ repositories, directories }: Manifest): string[] {
  const ofRepositories = repositories.flatMap((entry) => {
    const { files, refs, bundle } = repositoryParts(entry);
    return [files, refs, ...(bundle === undefined ? [] : [bundle])];
  });
  return [SECRETS, ...directories.map(({ name }) => name), ...ofRepositories];
}

/** A path of a repository as the Git server takes one: it becomes a folder in a volume. */
export function checkedPath(where: string, path: string): string {
  const segment = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
  if (path.split('/').every((part) => segment.test(part) && !part.includes('..'))) return path;
  throw new InputError(
    where,
    `the repository ${quoted(path)}, which no Git server of this project can have`,
    'move its folder out of the volume of the repositories',
  );
}

export function noBackup(where: string, why: string): InputError {
  return new InputError(where, `no whole backup: ${why}`, 'give a file that npm run backup wrote; nothing was changed');
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw noBackup(where, 'its manifest is no JSON');
  }
}

function fields(where: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw noBackup(where, 'its manifest lacks something');
  return value as Fields;
}

function items(where: string, name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw noBackup(where, `its manifest has no list ${name}`);
  return value as readonly unknown[];
}

function checked(where: string, name: string, value: unknown, type: 'string'): string;
function checked(where: string, name: string, value: unknown, type: 'number'): number;
function checked(where: string, name: string, value: unknown, type: string): unknown {
  if (typeof value !== type) throw noBackup(where, `its manifest has no ${name}`);
  return value;
}
