import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Extract } from 'tar-stream';
import { MANIFEST, noBackup, parseManifest, type Manifest, type Part } from './manifest';

const BLOCK = 512;
const CHUNK = 1024 * 1024;
/** Bytes; the manifest of 10,000 repositories has about 4 MB. */
const LARGEST_MANIFEST = 64 * 1024 * 1024;

/** One entry as it is read. */
type Source = Extract extends AsyncIterable<infer Each> ? Each : never;

interface Entry extends Part {
  /** Of the content in the file. */
  readonly offset: number;
}

/** An archive that was read to its end: every part is there, and is what was written. */
export class Archive {
  /**
   * Reads all of it, and refuses what is cut short, damaged or no backup.
   * @param progress called with the share of the file that was read, from 0 to 1
   */
  public static async open(file: string, progress: (share: number) => void = () => undefined): Promise<Archive> {
    const handle = await open(file, 'r').catch((error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      throw noBackup(file, code === 'ENOENT' ? 'there is no such file' : message);
    });
    try {
      const { size } = await handle.stat();
      const { entries, manifest: text } = await readEntries(file, handle, (bytes) => progress(bytes / size));
      if (text === undefined) throw noBackup(file, 'its end is missing');
      const manifest = parseManifest(file, text);
      checkParts(file, manifest, entries);
      return new Archive(file, manifest, handle, entries);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  private constructor(
    private readonly file: string,
    public readonly manifest: Manifest,
    private readonly handle: FileHandle,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** A part, which is compared once more as it is read: the file may change meanwhile. */
  public async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (entry === undefined) throw new Error(`${this.file} has no part ${name}`);
    if (entry.bytes === 0) return;
    const hash = createHash('sha256');
    for await (const chunk of bytesOf(this.handle, entry.offset, entry.offset + entry.bytes)) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest('hex') !== entry.sha256) throw new Error(`${this.file} was changed while it was read, in ${name}`);
  }

  public async readText(name: string): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.read(name)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  public close(): Promise<void> {
    return this.handle.close();
  }
}

/** The handle's own streams close it when they end early. */
async function* bytesOf(handle: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let position = start; position < end;) {
    const length = Math.min(CHUNK, end - position);
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function readEntries(
  file: string,
  handle: FileHandle,
  progress: (bytes: number) => void,
): Promise<{ entries: Map<string, Entry>; manifest: string | undefined }> {
  const entries = new Map<string, Entry>();
  let manifest: string | undefined;
  const tar = extract();
  const content = Readable.from(bytesOf(handle, 0, Infinity));
  // What goes wrong in it, the loop is told, too.
  const fed = pipeline(content, tar as unknown as NodeJS.WritableStream).catch(() => undefined);
  try {
    for await (const source of tar) {
      const { name, size, type, pax } = source.header;
      if (manifest !== undefined) throw noBackup(file, `${name} comes after its manifest`);
      if (type !== 'file' || pax != null || entries.has(name)) throw noBackup(file, `${name} is not as it was written`);
      if (name === MANIFEST) {
        manifest = await textOf(file, source);
      } else {
        entries.set(name, { offset: source.offset + BLOCK, bytes: size, sha256: await sha256Of(source) });
      }
      progress(source.offset + size);
    }
  } catch (error) {
    throw error instanceof Error && error.name === 'InputError' ? error : noBackup(file, reason(error));
  } finally {
    content.destroy();
    await fed;
  }
  return { entries, manifest };
}

/** What tar-stream says, in our words. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message === 'Unexpected end of data') return 'its end is missing';
  return message.startsWith('Invalid tar header') ? 'it is damaged, or no archive' : message;
}

async function sha256Of(source: Source): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

async function textOf(file: string, source: Source): Promise<string> {
  if (source.header.size > LARGEST_MANIFEST) throw noBackup(file, 'its manifest is too large');
  const chunks: Buffer[] = [];
  for await (const chunk of source as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function checkParts(file: string, manifest: Manifest, entries: ReadonlyMap<string, Part>): void {
  for (const name of entries.keys()) {
    if (manifest.parts[name] === undefined) throw noBackup(file, `its manifest does not know ${name}`);
  }
  for (const [name, { bytes, sha256 }] of Object.entries(manifest.parts)) {
    const entry = entries.get(name);
    if (entry === undefined) throw noBackup(file, `${name} is missing`);
    if (entry.bytes !== bytes || entry.sha256 !== sha256) throw noBackup(file, `${name} is damaged`);
  }
}
