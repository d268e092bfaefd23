import { Image } from '@cdktf/provider-docker/lib/image';
import { addCustomSynthesis } from 'cdktf/lib/synthesize/synthesizer';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Environment } from '../environment';
import { InputError, quoted } from '../errors';

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
    const { baseImage, buildCaFile } = environment;
    const hash = hashOf([baseImage, ...contentOf(folder)]);
    const context = `images/${name}-${hashOf([hash, buildCaFile ?? ''])}`;
    this.imageName = new Image(this, 'Resource', {
      name: `cdktf-git-topology/${name}:${hash}`,
      keepLocally: true,
      buildAttribute: { context: `../../${context}`, buildArgs: { BASE_IMAGE: baseImage }, forceRemove: true },
      triggers: { content: hash },
    }).name;
    addCustomSynthesis(this, {
      onSynthesize: ({ outdir }) => {
        writeContext(join(outdir, context), folder, buildCaFile);
      },
    });
  }
}

/** Folders that have been read: every environment of an app has the same few. */
const contents = new Map<string, readonly string[]>();

/** Names and contents of the files of a folder, in an order of their own. */
function contentOf(folder: string): readonly string[] {
  const known = contents.get(folder);
  if (known !== undefined) return known;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const content = files.flatMap((file) => {
    const path = join(folder, file);
    return statSync(path).isFile() ? [file, createHash('sha256').update(readFileSync(path)).digest('hex')] : [];
  });
  contents.set(folder, content);
  return content;
}

/** Twelve digits, which tags and paths can do with. */
function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12);
}

/**
 * One for all stacks of the app, and the same path from synth to synth while the image stays the same, because the provider
 * would rebuild for a new one. The build's CA file is not in the tag, nor in the image: it differs between machines.
 */
function writeContext(target: string, folder: string, caFile: string | undefined): void {
  const bundle = caFile !== undefined && existsSync(caFile) ? readFileSync(caFile) : Buffer.alloc(0);
  const bundleFile = join(target, 'build-ca.pem');
  if (existsSync(bundleFile) && readFileSync(bundleFile).equals(bundle)) return;
  // Whole, or not at all: another synth may be at it.
  const half = `${target}.${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  rmSync(half, { recursive: true, force: true });
  cpSync(folder, half, { recursive: true });
  writeFileSync(join(half, 'build-ca.pem'), bundle);
  rmSync(target, { recursive: true, force: true });
  renameSync(half, target);
}
