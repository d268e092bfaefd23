import { createHash, randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { MANIFEST, type Part } from './manifest';

const BLOCK = 512;

/**
 * Writes an archive: a tar of plain files, the manifest last. Parts are streams of unknown length, so the header of each is
 * written after it, into the place that was left for it. The file has another name until it is whole.
 */
export class ArchiveWriter {
  /** Beside the file to be, readable to its owner alone. */
  public static async create(file: string): Promise<ArchiveWriter> {
    const unfinished = `${file}.${randomBytes(4).toString('hex')}.part`;
    return new ArchiveWriter(file, unfinished, await open(unfinished, 'wx', 0o600));
  }

  /** All that was added. */
  public readonly parts: Record<string, Part> = {};
  private position = 0;
  private readonly now = new Date();

  private constructor(
    private readonly file: string,
    /** What the file is called until it is whole. */
    public readonly unfinished: string,
    private readonly handle: FileHandle,
  ) {}

  /** @param progress called with the bytes so far */
  public async add(
    name: string,
    content: AsyncIterable<Uint8Array>,
    progress: (bytes: number) => void = () => undefined,
  ): Promise<Part> {
    const header = this.position;
    const hash = createHash('sha256');
    let bytes = 0;
    this.position += BLOCK;
    for await (const chunk of content) {
      hash.update(chunk);
      bytes += chunk.length;
      await this.append(chunk);
      progress(bytes);
    }
    await this.append(Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK));
    await this.write(await tarHeader(name, bytes, this.now), header);
    const part = { bytes, sha256: hash.digest('hex') };
    this.parts[name] = part;
    return part;
  }

  public addText(name: string, text: string): Promise<Part> {
    return this.add(name, Readable.from([Buffer.from(text)]) as AsyncIterable<Buffer>);
  }

  /** Adds the manifest, and gives the file its name once everything is on disk. */
  public async finish(manifest: string): Promise<number> {
    await this.addText(MANIFEST, manifest);
    await this.append(Buffer.alloc(2 * BLOCK));
    await this.handle.sync();
    await this.handle.close();
    await rename(this.unfinished, this.file);
    const folder = await open(dirname(this.file), 'r');
    await folder.sync();
    await folder.close();
    return this.position;
  }

  /** Leaves nothing. */
  public async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.unfinished, { force: true });
  }

  private async append(chunk: Uint8Array): Promise<void> {
    await this.write(chunk, this.position);
    this.position += chunk.length;
  }

  private async write(chunk: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < chunk.length;) {
      const { bytesWritten } = await this.handle.write(chunk, done, chunk.length - done, position + done);
      done += bytesWritten;
    }
  }
}

async function tarHeader(name: string, size: number, mtime: Date): Promise<Buffer> {
  const archive = pack();
  const entry = archive.entry({ name, size, mtime, mode: 0o600, type: 'file' }, () => undefined);
  // The content never comes: it is in the file already.
  entry.on('error', () => undefined);
  for await (const block of archive as AsyncIterable<Buffer>) {
    if (block.length === BLOCK) return block;
    break;
  }
  throw new Error(`${name} is too long a name for an entry of an archive`);
}
