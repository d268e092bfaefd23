import { Container, type ContainerUpload } from '@cdktf/provider-docker/lib/container';
import { Id } from '@cdktf/provider-random/lib/id';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Environment } from '../environment';
import { InputError, quoted } from '../errors';
import { HardeningException } from '../hardening/hardening-exception';
import { exceptRunOnce } from './reasoned-exceptions';
import { RUN_ONCE_LABEL, runOnce } from './run-once';
import type { ServiceFile } from './service-file';
import { ServiceImage } from './service-image';
import { ServiceVolume } from './service-volume';
import { workingDirectory } from './working-directory';

/** The files of one service, and whose they are. */
export interface ServiceFilesProps {
  /** What follows the environment's name in the names of volume and loader, for example `proxy`. */
  readonly name: string;
  /** The numeric user (and group) that the service runs as; it owns the files. */
  readonly owner: number;
  /** Every file by its path. Refused: a path twice, and a file where another one has a folder. */
  readonly files: readonly ServiceFile[];
}

/**
 * The files of a service: configuration, certificates, secrets. A container that runs once writes them into a volume,
 * whole and at once, and the service sees them read-only. Changed files replace that container alone; what the service
 * does about it (reload, or a new container because of `revision`) is the service's choice.
 */
export class ServiceFiles extends Construct {
  /** Where the current files are, below the folder that the volume is mounted on. */
  public static readonly CURRENT = 'current';

  /** Volume that they are on, on the Docker engine. */
  public readonly volumeName: string;
  /**
   * Another value for each other content of the files that the service does not reload by itself, without telling
   * anything of it: for the label of a service that must restart. Undefined where it reloads them all.
   */
  public readonly revision: string | undefined;
  /** What a service depends on, to start after the files are there. */
  public readonly loader: Container;

  public constructor(scope: Construct, id: string, props: ServiceFilesProps) {
    super(scope, id);
    const environment = Environment.of(this);
    const paths = props.files.map((file) => file.path);
    const twice = paths.find((path, index) => paths.indexOf(path) !== index);
    if (twice !== undefined) {
      throw new InputError(this.node.path, `the file ${quoted(twice)} twice`, 'give each file a path of its own');
    }
    const folder = paths.find((path) => paths.some((other) => other.startsWith(`${path}/`)));
    if (folder !== undefined) {
      throw new InputError(this.node.path, `${quoted(folder)} as a file and as a folder`, 'give the file another name');
    }
    this.volumeName = new ServiceVolume(this, 'volume', `${props.name}-files`, { holdsData: false }).volumeName;
    const name = environment.resourceName(this, `${props.name}-loader`);
    const labels = { ...environment.labels, 'cdktf-git-topology.role': 'loader', [RUN_ONCE_LABEL]: 'once' };
    this.loader = new Container(this, 'loader', {
      name,
      image: loaderImage(environment).imageName,
      command: ['load-files', String(props.owner)],
      ...runOnce(128),
      networkMode: 'none',
      user: '0:0',
      // The provider uploads through the container's own file system, so this one root stays writable.
      readOnly: false,
      capabilities: { add: ['CAP_CHOWN'], drop: ['ALL'] },
      labels: Object.entries(labels).map(([label, value]) => ({ label, value })),
      volumes: [{ volumeName: this.volumeName, containerPath: '/files' }],
      upload: props.files.map((file) => ({
        file: `/staging/${file.path}`,
        ...this.contentOf(file),
        permissions: file.mode,
      })),
      lifecycle: {
        postcondition: [
          {
            condition: '${self.exit_code == 0}',
            errorMessage:
              `The files of ${this.node.path} were not put in place; a service that runs goes on with those it has. ` +
              'The loader said:\n${self.container_logs}\nDeploy again with that mended. ' +
              `Where the mistake is not in the files, docker rm ${name} first.`,
          },
        ],
      },
    });
    exceptRunOnce(this.loader);
    exceptLoader(this.loader);
    const large = props.files.filter((file) => file.largeText !== undefined);
    if (large.length > 0) {
      addCustomSynthesis(this, { onSynthesize: (session) => this.write(workingDirectory(session, this), large) });
    }
    const keepers = props.files.filter((file) => !file.isReloaded);
    // A random value in the label rather than a hash: a hash of a short password could be tried out.
    this.revision =
      keepers.length === 0 ? undefined : new Id(this, 'revision', { byteLength: 8, keepers: keepersOf(keepers) }).hex;
  }

  /** The content, or where the provider reads it. */
  private contentOf(file: ServiceFile): Pick<ContainerUpload, 'content' | 'source' | 'sourceHash'> {
    if (file.largeText !== undefined) {
      return { source: this.sourceOf(file), sourceHash: createHash('sha256').update(file.largeText).digest('hex') };
    }
    if (file.secretFile === undefined) return { content: file.content };
    return { source: file.secretFile, sourceHash: Token.asString(Fn.sensitive(Fn.filesha256(file.secretFile))) };
  }

  /** Where a large file is written, below the stack's folder: the same at each synth. */
  private sourceOf(file: ServiceFile): string {
    const [, ...path] = this.node.path.split('/');
    return ['files', ...path, file.path].join('/');
  }

  private write(folder: string, files: readonly ServiceFile[]): void {
    for (const file of files) {
      const target = join(folder, this.sourceOf(file));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, file.largeText ?? '', { mode: 0o600 });
    }
  }
}

function exceptLoader(loader: Container): void {
  HardeningException.of(loader, {
    check: 'CIS-4.1',
    reason:
      'root without a network, for seconds: the provider uploads files as root, and it alone may read secret ones',
  });
  HardeningException.of(loader, {
    check: 'CIS-5.4',
    reason: 'CAP_CHOWN alone, to give the files to the user of their service',
  });
  HardeningException.of(loader, {
    check: 'CIS-5.13',
    reason:
      "the provider uploads through the container's own file system, and the engine refuses that where it is read-only",
  });
}

/** One hash for all that is known at synth, and one for each value that Terraform knows: its functions escape plain text badly. */
function keepersOf(files: readonly ServiceFile[]): Record<string, string> {
  const known = files.map((file) => [file.path, file.mode, Token.isUnresolved(file.content) ? '' : file.content]);
  const references = files.filter((file) => Token.isUnresolved(file.content));
  return {
    known: createHash('sha256').update(JSON.stringify(known)).digest('hex'),
    ...Object.fromEntries(references.map((file) => [file.path, Fn.sha256(file.content)])),
  };
}

/** One image for all the loaders of an environment. */
function loaderImage(environment: Environment): ServiceImage {
  const existing = environment.node.tryFindChild('loader-image');
  return existing instanceof ServiceImage ? existing : ServiceImage.built(environment, 'loader-image', 'loader');
}
