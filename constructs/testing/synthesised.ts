import { TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';

/** A resource as Terraform is given it: arguments by the names that Terraform has for them. */
export type Resource = Readonly<Record<string, unknown>>;

/** A service: its construct, or its construct path below the stack, of which the last part is enough: `proxy`. */
export type ServiceName = Construct | string;

/** One file as a loader is given it. @internal */
export interface Upload {
  readonly file: string;
  readonly permissions: string;
  /** As Terraform reads it, with its escapes; undefined where it is read from a file. */
  readonly content?: string;
  readonly source?: string;
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Resource>>>>;

/** As much as is looked at of a stack's JSON. @internal */
export interface StackJson {
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly output?: Readonly<Record<string, Resource>>;
}

/** Where the loader finds the files of its service. */
const STAGING = '/staging/';
/** Construct path of a service's loader, below the service. */
const LOADER = '/files/loader';

/** What a stack becomes: its resources and the files of its services, for assertions on single ones. */
export class Synthesised {
  /** The JSON that Terraform is given as text, without cdktf's metadata: for what must or must not be anywhere in it. */
  public readonly text: string;
  /** The same with metadata. @internal */
  public readonly json: StackJson;

  /** Runs the validations of the stack, as a synth does; an error of one is thrown. */
  public constructor(stack: TerraformStack) {
    this.text = Testing.synth(stack, true);
    // The same once more: what Testing gives is without the construct paths.
    this.json = stack.toTerraform() as StackJson;
  }

  /** All resources of a type, such as `docker_container`, by construct path below the stack: `env/proxy/container`. */
  public all(type: string): Readonly<Record<string, Resource>> {
    return Object.fromEntries(
      Object.values(this.json.resource?.[type] ?? {}).map((resource) => [pathOf(resource), resource]),
    );
  }

  /** The resource of a type at a construct path below the stack. Refused with those that there are, if there is none. */
  public one(type: string, path: string): Resource {
    return entry(this.all(type), path, `${type} at ${path}`);
  }

  /** The container that runs a service: arguments of its `docker_container`. Refused with those that there are, if there is none. */
  public container(service: ServiceName): Resource {
    const containers = Object.entries(this.all('docker_container')).filter(([path]) => !path.endsWith(LOADER));
    const byService = containers.map(([path, container]) => [path.replace(/\/container$/, ''), container] as const);
    return found(Object.fromEntries(byService), service);
  }

  /**
   * Text of all files that a service is given, by path: `server.xml`. As the service reads them, with Terraform's escapes
   * undone; a value that Terraform alone knows is its reference, `${...}`. Refused: the name of no service.
   */
  public files(service: ServiceName): Readonly<Record<string, string>> {
    return Object.fromEntries(
      found(this.uploads(), service).map((upload) => [uploadedPath(upload), uploadedText(upload)]),
    );
  }

  /** Text of one of the files that a service is given, as `files` has it. Refused with those that there are, if there is none. */
  public file(service: ServiceName, path: string): string {
    return entry(this.files(service), path, `file ${path} of ${nameOf(service)}`);
  }

  /** What each service's loader is given, by construct path of the service. @internal */
  public uploads(): Readonly<Record<string, readonly Upload[]>> {
    const loaders = Object.entries(this.all('docker_container')).filter(([path]) => path.endsWith(LOADER));
    return Object.fromEntries(
      loaders.map(([path, { upload }]) => [path.slice(0, -LOADER.length), upload as readonly Upload[]]),
    );
  }
}

/**
 * What a stack becomes, for assertions. Nothing is written, and neither Docker nor Terraform is needed. Runs the validations of
 * the stack, as a synth does; an error of one is thrown.
 */
export function synthesised(stack: TerraformStack): Synthesised {
  return new Synthesised(stack);
}

/** Path of a file, as the service finds it below `/files/current`. @internal */
export function uploadedPath({ file }: Upload): string {
  return file.slice(STAGING.length);
}

/** A file's text as it arrives; where it is read at the deploy, from what. @internal */
export function uploadedText({ content, source = '' }: Upload): string {
  return content === undefined ? `(the file ${source})` : content.replaceAll('$${', '${').replaceAll('%%{', '%{');
}

/** The construct path, without the stack and without the `Resource` that a construct's main resource is called. */
function pathOf(resource: Resource): string {
  const { metadata } = resource['//'] as { metadata: { path: string } };
  return metadata.path
    .split('/')
    .slice(1)
    .join('/')
    .replace(/\/Resource$/, '');
}

function nameOf(service: ServiceName): string {
  return typeof service === 'string' ? service : service.node.path.split('/').slice(1).join('/');
}

function found<T>(byPath: Readonly<Record<string, T>>, service: ServiceName): T {
  const name = nameOf(service);
  const paths = Object.keys(byPath).filter((path) => path === name || path.endsWith(`/${name}`));
  const [path, other] = paths.includes(name) ? [name] : paths;
  if (other !== undefined) throw new Error(`${paths.length} services ${name}; write one of ${paths.join(', ')}`);
  return entry(byPath, path ?? name, `service ${name}`);
}

function entry<T>(all: Readonly<Record<string, T>>, key: string, what: string): T {
  const value = all[key];
  if (value === undefined) throw new Error(`no ${what}; there are ${Object.keys(all).join(', ') || 'none'}`);
  return value;
}
