import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Archive } from '../../../scripts/backup/archive-reader';
import { ArchiveWriter } from '../../../scripts/backup/archive-writer';
import { SECRETS } from '../../../scripts/backup/manifest';
import { MANIFEST_OF_NOTHING } from './manifests';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
  file = join(folder, 'backup.tar');
});
afterEach(() => rmSync(folder, { recursive: true }));

// eslint-disable-next-line @typescript-eslint/require-await -- a stream is asynchronous, whatever it is made of
async function* chunks(...sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (const size of sizes) yield Buffer.alloc(size, `${size}`);
}

const CONTENT = { [SECRETS]: [5], empty: [], block: [512], long: [100_000, 1, 70_000, 12_345] };

async function write(change: (manifest: object) => object = (manifest) => manifest): Promise<void> {
  const archive = await ArchiveWriter.create(file);
  for (const [name, sizes] of Object.entries(CONTENT)) await archive.add(name, chunks(...sizes));
  await archive.finish(JSON.stringify(change({ ...MANIFEST_OF_NOTHING, parts: archive.parts })));
}

const refusal = async (): Promise<string> => {
  const archive = await Archive.open(file).catch((error: unknown) => String(error));
  if (typeof archive === 'string') return archive;
  await archive.close();
  return '';
};

async function readAll(archive: Archive, name: string): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const chunk of archive.read(name)) read.push(chunk);
  return Buffer.concat(read);
}

/** Where the content of the first part of that many bytes is. */
const at = (text: string): number => readFileSync(file).indexOf(text);

test('what was written is read, part by part, in any order', async () => {
  await write();
  const shares: number[] = [];
  const archive = await Archive.open(file, (share) => shares.push(share));
  expect(shares.at(-1)).toBeGreaterThan(0.9);
  for (const [name, sizes] of Object.entries(CONTENT).reverse()) {
    const written = Buffer.concat(sizes.map((size) => Buffer.alloc(size, `${size}`)));
    expect((await readAll(archive, name)).equals(written)).toBe(true);
  }
  expect(await archive.readText(SECRETS)).toBe('55555');
  await expect(readAll(archive, 'nosuch')).rejects.toThrow('has no part nosuch');
  await archive.close();
});

test("it is a tar for everybody's tar, closed to others, and its manifest is the last entry", async () => {
  await write();
  const { stdout, status, stderr } = spawnSync('tar', ['--list', '--file', file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout.trim().split('\n')).toEqual([...Object.keys(CONTENT), 'manifest.json']);
  spawnSync('tar', ['--extract', '--file', file, '--directory', folder]);
  expect(statSync(join(folder, 'long')).size).toBe(182_346);
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
});

test('until it is whole it has another name, and of one that failed nothing is left', async () => {
  const archive = await ArchiveWriter.create(file);
  await archive.addText(SECRETS, 'secret');
  expect(existsSync(file)).toBe(false);
  expect((statSync(archive.unfinished).mode & 0o777).toString(8)).toBe('600');
  await expect(archive.add('x', failing())).rejects.toThrow('pipe burst');
  await archive.discard();
  expect(readdirSync(folder)).toEqual([]);
});

// eslint-disable-next-line @typescript-eslint/require-await -- as above
async function* failing(): AsyncGenerator<Buffer> {
  yield Buffer.from('half');
  throw new Error('pipe burst');
}

describe('refused', () => {
  test('wherever it is cut', async () => {
    await write();
    const { size } = statSync(file);
    for (const length of [0, 1, 511, 512, 600, 1024, 1500, 2048, size / 2, size - 1600, size - 1025]) {
      truncateSync(file, length);
      expect(await refusal()).toMatch(/no whole backup: (its end is missing|it is damaged, or no archive)/);
      rmSync(file);
      await write();
    }
  });

  test('with one bit changed in a part, in a header, in the manifest', async () => {
    const flip = async (position: () => number): Promise<string> => {
      rmSync(file, { force: true });
      await write();
      const bytes = readFileSync(file);
      const index = position();
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      writeFileSync(file, bytes);
      return refusal();
    };
    expect(await flip(() => at('55555'))).toContain(`${SECRETS} is damaged`);
    expect(await flip(() => at('100000100000') + 99_999)).toContain('long is damaged');
    expect(await flip(() => at('long\0'))).toContain('it is damaged, or no archive');
    expect(await flip(() => at('"sha256"') + 12)).toContain('is damaged');
    expect(await flip(() => at('"format"'))).toMatch(/no whole backup: its manifest/);
  });

  test('with parts that are missing, added or appended', async () => {
    await write((manifest) => ({
      ...manifest,
      parts: { ...(manifest as { parts: object }).parts, more: { bytes: 1, sha256: '' } },
    }));
    expect(await refusal()).toContain('more is missing');
    rmSync(file);
    await write(() => ({ ...MANIFEST_OF_NOTHING, parts: { [SECRETS]: { bytes: 5, sha256: 'x' } } }));
    expect(await refusal()).toContain('its manifest does not know empty');
    rmSync(file);
    await write();
    const other = join(folder, 'other');
    writeFileSync(other, 'x');
    spawnSync('tar', ['--append', '--file', file, '--directory', folder, 'other']);
    expect(await refusal()).toContain('other comes after its manifest');
  });

  test('what is no archive, or not there', async () => {
    expect(await refusal()).toContain('there is no such file');
    writeFileSync(file, 'x'.repeat(5000));
    expect(await refusal()).toContain('it is damaged, or no archive');
    spawnSync('tar', ['--create', '--file', file, '--directory', folder, '.']);
    expect(await refusal()).toContain('no whole backup');
  });
});

test('a file that changes after it was checked is noticed', async () => {
  await write();
  const archive = await Archive.open(file);
  const bytes = readFileSync(file);
  bytes[at('55555')] = 0;
  writeFileSync(file, bytes);
  await expect(archive.readText(SECRETS)).rejects.toThrow('was changed while it was read');
  appendFileSync(file, '');
  await archive.close();
});
