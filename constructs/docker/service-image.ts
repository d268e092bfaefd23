import { Image } from '@cdktf/provider-docker/lib/image';
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Environment } from '../environment';
import { InputError, quoted } from '../errors';
import { workingDirectory } from './working-directory';

const IMAGES = join(__dirname, '../../images');

/**
 * The image of a service, kept on the engine when the service goes.
 * `built` makes it from a folder of `images/`, tagged by the hash of what is in the folder; `named` pulls it.
 * @see https://docs.docker.com/build/concepts/context/
 */
export class ServiceImage extends Construct {
  /**
   * From `images/<folder>` of this package, or a folder by its absolute path, on the environment's base image. The folder's Dockerfile
   * gets `BASE_IMAGE` as an argument, and a file `build-ca.pem` with the authorities of `buildCaFile` beside it.
   */
  public static built(scope: Construct, id: string, folder: string): ServiceImage {
    return new ServiceImage(scope, id, { folder });
  }

  /** Pulled by name, tag and, if given, digest: `registry.example.com/team/apache:2.4@sha256:...`. Refused: neither tag nor digest. */
  public static named(scope: Construct, id: string, name: string): ServiceImage {
    if (!/^[a-z0-9][\w./:@-]*$/i.test(name) || !/[:@]/.test(name.slice(name.lastIndexOf('/') + 1))) {
      throw new InputError(
        scope.node.path,
        `the image ${quoted(name)}`,
        'write name and tag or digest, such as "registry.example.com/team/apache:2.4"',
      );
    }
    return new ServiceImage(scope, id, { name });
  }

  /** Name and tag as a reference: known before the build, so that building anew replaces no container by itself. */
  public readonly imageName: string;

  private constructor(scope: Construct, id: string, source: { folder: string } | { name: string }) {
    super(scope, id);
    if ('name' in source) {
      this.imageName = new Image(this, 'Resource', { name: source.name, keepLocally: true }).name;
      return;
    }
    const environment = Environment.of(this);
    const folder = resolve(IMAGES, source.folder);
    const name = basename(folder);
    const hash = hashOf(folder, environment.baseImage);
    const context = `images/${name}`;
    this.imageName = new Image(this, 'Resource', {
      name: `cdktf-git-topology/${name}:${hash}`,
      keepLocally: true,
      buildAttribute: { context, buildArgs: { BASE_IMAGE: environment.baseImage }, forceRemove: true },
      triggers: { content: hash },
    }).name;
    addCustomSynthesis(this, {
      onSynthesize: (session) => {
        writeContext(join(workingDirectory(session, this), context), folder, environment.buildCaFile);
      },
    });
  }
}

/** What the tag stands for. The build's CA file is left out: it differs between machines and is not in the image. */
function hashOf(folder: string, baseImage: string): string {
  const hash = createHash('sha256').update(baseImage);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const file of files) {
    const path = join(folder, file);
    if (statSync(path).isFile()) hash.update(`\0${file}\0`).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 12);
}

/** The path stays the same from synth to synth, because the provider would rebuild for a new one. */
function writeContext(target: string, folder: string, caFile: string | undefined): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  cpSync(folder, target, { recursive: true });
  const bundle = caFile !== undefined && existsSync(caFile) ? readFileSync(caFile) : '';
  writeFileSync(join(target, 'build-ca.pem'), bundle);
}
