import type { TerraformStack } from 'cdktf';
import { basename, isAbsolute } from 'node:path';
import { Synthesised, uploadedPath, uploadedText, type Resource, type StackJson, type Upload } from './synthesised';

/** What a snapshot has beside what is the same on every machine and in every release that changes nothing for the stack. */
export interface TopologySnapshotOptions {
  /**
   * Whether images that are built have their tag, the hash of what they are made of: then a release that changes nothing but
   * an image changes the snapshot, too.
   * @default false
   */
  readonly imageHashes?: boolean;
}

/**
 * A stack for a snapshot test, the same on every machine: no absolute path of this project, no version of a provider, no state's
 * place, no number of a token, and no hash. Secrets that are written out are left out; references to them stay.
 */
export class TopologySnapshot {
  /** Resources and data sources by Terraform address: another address means another resource. */
  public readonly resources: Readonly<Record<string, Resource>>;
  /** Texts of files by construct path of the service and path of the file. */
  public readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Values of outputs by name; of those that are sensitive, that they are. */
  public readonly outputs: Resource;

  /** As `topologySnapshot` makes it. @internal */
  public constructor(stack: TerraformStack, { imageHashes = false }: TopologySnapshotOptions = {}) {
    const made = new Synthesised(stack);
    const stable = (value: unknown): unknown => stableValue(value, imageHashes);
    this.resources = sorted(resourcesOf(made.json, imageHashes), (args) => sorted(args, stable));
    this.files = sorted(made.uploads(), filesOf);
    this.outputs = sorted(made.json.output ?? {}, ({ sensitive, value }) =>
      sensitive === true ? '(sensitive)' : stable(value),
    );
  }

  /** The snapshot as `topologySerializer` writes it: resources as JSON, files as the text that they have. */
  public toString(): string {
    const part = ([title, body]: readonly [string, unknown]): string =>
      `=== ${title}\n${typeof body === 'string' ? body.trimEnd() : JSON.stringify(body, undefined, 2)}\n`;
    return [
      ...Object.entries(this.resources).map(part),
      ...Object.entries(this.files).flatMap(([service, files]) =>
        Object.entries(files).map(([path, text]) => part([`${service}: ${path}`, text])),
      ),
      ...(Object.keys(this.outputs).length === 0 ? [] : [part(['outputs', this.outputs])]),
    ].join('\n');
  }
}

/**
 * A stack for a snapshot test: `expect(topologySnapshot(stack)).toMatchSnapshot()`. Runs the validations of the stack, as a synth
 * does; an error of one is thrown.
 */
export function topologySnapshot(stack: TerraformStack, options: TopologySnapshotOptions = {}): TopologySnapshot {
  return new TopologySnapshot(stack, options);
}

/**
 * Writes snapshots of topologies so that people can read a change of them. For `expect.addSnapshotSerializer`, of Jest and of
 * Vitest.
 * @see https://jestjs.io/docs/expect#expectaddsnapshotserializerserializer
 */
export const topologySerializer = {
  /** Whether a value is a snapshot of a topology. */
  test: (value: unknown): boolean => value instanceof TopologySnapshot,
  /** The text of a snapshot. */
  serialize: (value: unknown): string => String(value),
};

/** Without cdktf's metadata; files are listed, and their texts are elsewhere. */
function resourcesOf({ resource = {}, data = {} }: StackJson, imageHashes: boolean): Record<string, Resource> {
  const blocks = [
    ...Object.entries(resource).map(([type, each]) => [type, type, each] as const),
    ...Object.entries(data).map(([type, each]) => [`data.${type}`, type, each] as const),
  ];
  return Object.fromEntries(
    blocks.flatMap(([prefix, type, each]) =>
      Object.entries(each).map(([id, args]) => {
        const { triggers, upload, ...rest } = Object.fromEntries(
          Object.entries(args).filter(([name]) => name !== '//'),
        );
        const kept = type !== 'docker_image' || imageHashes ? { triggers } : {};
        const files = (upload as readonly Upload[] | undefined)?.map(
          (file) => `${uploadedPath(file)} ${file.permissions}`,
        );
        return [`${prefix}.${id}`, { ...rest, ...kept, ...(files === undefined ? {} : { upload: files }) }];
      }),
    ),
  );
}

function filesOf(uploads: readonly Upload[]): Readonly<Record<string, string>> {
  return sorted(Object.fromEntries(uploads.map((upload) => [uploadedPath(upload), upload])), stableText);
}

function stableText(upload: Upload): string {
  const { content, source = '', permissions } = upload;
  if (content === undefined) return `(the file ${isAbsolute(source) ? basename(source) : source})`;
  return permissions === '0600' && !isReference(content) ? '(secret)' : withoutPaths(uploadedText(upload));
}

/** Whether Terraform alone knows the value: one expression and no text of its own. */
function isReference(content: string): boolean {
  return content.startsWith('${') && content.endsWith('}') && content.split('${').length === 2;
}

function stableValue(value: unknown, imageHashes: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => stableValue(each, imageHashes));
  if (typeof value === 'object' && value !== null) {
    return sorted(value as Resource, (each) => stableValue(each, imageHashes));
  }
  return typeof value === 'string' ? stableString(value, imageHashes) : value;
}

function stableString(value: string, imageHashes: boolean): string {
  const text = withoutPaths(value).replace(/^[0-9a-f]{12}$|^[0-9a-f]{64}$/, '(hash)');
  if (imageHashes) return text;
  return text.replace(
    /^(cdktf-git-topology\/[\w.-]+):[0-9a-f]{12}$|^(\.\.\/\.\.\/images\/[\w.-]+)-[0-9a-f]{12}$/,
    '$1$2',
  );
}

/** Files that Terraform reads are known by name, those of this project by their path in it. */
function withoutPaths(text: string): string {
  return text.replace(/\b(file\w*)\("\/(?:[^"/]*\/)*([^"/]*)"\)/g, '$1("$2")').replaceAll(`${process.cwd()}/`, '');
}

function sorted<T, R>(values: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(
    Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, change(value)]),
  );
}
