import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerStream, textOf } from '../../../scripts/backup/docker-stream';

// A docker that runs its arguments here.
const folder = mkdtempSync(join(tmpdir(), 'docker-'));
const path = process.env.PATH;
beforeAll(() => {
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  process.env.PATH = `${folder}:${path ?? ''}`;
});
afterAll(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

async function* megabytes(count: number): AsyncGenerator<Buffer> {
  for (let each = 0; each < count; each++) yield await Promise.resolve(Buffer.alloc(1_000_000));
}

test('what goes in comes out', async () => {
  let bytes = 0;
  await dockerStream('cat', ['cat'], {
    input: megabytes(20),
    output: async (stdout) => {
      for await (const chunk of stdout) bytes += chunk.length;
    },
  });
  expect(bytes).toBe(20_000_000);
});

test('what a program says is in the error, and that it left its input', async () => {
  const run = (script: string): Promise<void> => dockerStream('it', ['sh', '-c', script], { input: megabytes(20) });
  await expect(run('echo why >&2; exit 3')).rejects.toThrow('it ended with status 3: why');
  await expect(run('exit 0')).rejects.toThrow('it ended with status 0: it said nothing');
});

test('a taker that fails ends the program, and is what is told', async () => {
  const failing = async (stdout: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of stdout) throw new Error(`disk full after ${chunk.length} bytes`);
  };
  await expect(dockerStream('yes', ['yes'], { output: failing })).rejects.toThrow('disk full');
});

test('an input that fails is what is told, although the program ends well', async () => {
  const failing = (async function* () {
    yield await Promise.resolve(Buffer.from('half'));
    throw new Error('file was changed');
  })();
  let text = '';
  const output = async (stdout: AsyncIterable<Buffer>): Promise<void> => void (text = await textOf(stdout));
  await expect(dockerStream('cat', ['cat'], { input: failing, output })).rejects.toThrow('file was changed');
  expect(text).toBe('half');
});
