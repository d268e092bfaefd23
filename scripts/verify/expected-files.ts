import { createHash, createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, posix } from 'node:path';
import { renderJavaProperties } from '../../constructs/bitbucket/java-properties';
import { CERTIFICATE_FILES } from '../../constructs/tls/certificate-files';
import { ofType, type State } from '../stack/state';

/** A file of a service as it must be. Its content is there as a hash alone, or not at all. */
export interface ExpectedFile {
  /** Below `/files/current`. */
  readonly path: string;
  /** Octal, as `600`. */
  readonly mode: string;
  /** SHA-256 in hexadecimal; undefined where the loader makes another content each time. Never for people to see. */
  readonly hash: string | undefined;
}

/** The files that a loader writes into a volume. */
export interface LoadedFiles {
  /** On the engine. */
  readonly loader: string;
  readonly loaderImage: string;
  readonly volume: string;
  /** Number of the user and group that own them. */
  readonly owner: string;
  readonly files: readonly ExpectedFile[];
  /** A running container that has the volume at `/files`; undefined where what reads it ran once. */
  readonly reader: string | undefined;
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[] | null;
  readonly must_run: boolean;
  readonly volumes: readonly { readonly container_path: string; readonly volume_name: string }[] | null;
  readonly upload: readonly Upload[] | null;
}

interface Upload {
  readonly file: string;
  readonly content: string;
  readonly permissions: string;
  /** Of a large file, and of a secret that is in no state: in place of the content. */
  readonly source_hash: string;
  readonly source: string;
}

interface File {
  readonly mode: string;
  /** undefined where the hash alone is known. */
  readonly content: string | undefined;
  readonly hash: string | undefined;
}

const FOLDER = '/files';
const STAGING = '/staging/';
const SECRETS = '.secrets/';

/** What the loaders of a stack were given, as they put it in place. */
export function loadedFiles(state: State): LoadedFiles[] {
  const containers = ofType(state, 'docker_container').map(({ attributes }) => attributes as unknown as Container);
  return containers.flatMap((loader) => {
    const [program, owner] = loader.command ?? [];
    const volume = filesVolume(loader);
    if (program !== 'load-files' || owner === undefined || volume === undefined) return [];
    const reader = containers.find((other) => other.must_run && filesVolume(other) === volume);
    return {
      loader: loader.name,
      loaderImage: loader.image,
      volume,
      owner,
      files: expectedFiles(loader.upload ?? []),
      reader: reader?.name,
    };
  });
}

function filesVolume({ volumes }: Container): string | undefined {
  return volumes?.find(({ container_path: path }) => path === FOLDER)?.volume_name;
}

/** Does to the uploaded files what images/loader does to them. */
export function expectedFiles(uploads: readonly Upload[]): ExpectedFile[] {
  const files = new Map(uploads.map((upload) => [upload.file.slice(STAGING.length), fileOf(upload)]));
  const certificates = [...files.keys()]
    .filter((path) => isCertificate(path, files))
    .map((path) => posix.dirname(path));
  const derived = certificates.flatMap((folder) => prepareCertificate(folder, files));
  addSecretProperties(files);
  return [...[...files].map(([path, { mode, hash }]) => ({ path, mode, hash })), ...derived].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
}

function fileOf({ content, permissions, source, source_hash }: Upload): File {
  const mode = permissions.replace(/^0/, '');
  if (isAbsolute(source)) return { mode, content: readUnchanged(source, source_hash), hash: source_hash };
  return source_hash === ''
    ? { mode, content, hash: sha256(content) }
    : { mode, content: undefined, hash: source_hash };
}

/** What was uploaded; undefined where the file is another one by now, or is not on this machine. */
function readUnchanged(file: string, hash: string): string | undefined {
  const content = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return sha256(content) === hash ? content : undefined;
}

function isCertificate(path: string, files: ReadonlyMap<string, File>): boolean {
  const { names, chain } = CERTIFICATE_FILES;
  return posix.basename(path) === names && files.has(posix.join(posix.dirname(path), chain));
}

/** images/loader/prepare-certificate: an unencrypted key, and with a password a key store, which has salt in it. */
function prepareCertificate(folder: string, files: Map<string, File>): ExpectedFile[] {
  const path = (file: keyof typeof CERTIFICATE_FILES): string => posix.join(folder, CERTIFICATE_FILES[file]);
  const key = files.get(path('key'));
  if (key !== undefined) {
    const passphrase = files.get(path('passphrase'));
    const isKnown = key.content !== undefined && (passphrase === undefined || passphrase.content !== undefined);
    const content = isKnown ? unencryptedKey(key.content, passphrase?.content) : undefined;
    files.set(path('key'), { mode: '600', content, hash: hashOf(content) });
  }
  files.delete(path('passphrase'));
  return files.delete(path('keyStorePassword')) ? [{ path: path('keyStore'), mode: '600', hash: undefined }] : [];
}

/** As it is where it cannot be read: then the loader refused it, and what the service has is another one. */
function unencryptedKey(key: string, passphrase: string | undefined): string {
  try {
    const options = passphrase === undefined ? { key } : { key, passphrase: passphrase.split('\n')[0] };
    return createPrivateKey(options).export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    return key;
  }
}

/** images/loader/add-secret-properties: what is in FILE.secrets goes to the end of FILE, by name. */
function addSecretProperties(files: Map<string, File>): void {
  const secrets = new Map<string, Record<string, string | undefined>>();
  for (const [path, { content }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const end = path.indexOf(SECRETS);
    if (end === -1) continue;
    const target = path.slice(0, end);
    secrets.set(target, { ...secrets.get(target), [path.slice(end + SECRETS.length)]: content });
    files.delete(path);
  }
  for (const [target, values] of secrets) {
    const known = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const isKnown = known.length === Object.keys(values).length;
    const lines = renderJavaProperties(Object.fromEntries(known));
    const content = isKnown ? `${files.get(target)?.content ?? ''}${lines}` : undefined;
    files.set(target, { mode: '600', content, hash: hashOf(content) });
  }
}

function hashOf(content: string | undefined): string | undefined {
  return content === undefined ? undefined : sha256(content);
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
