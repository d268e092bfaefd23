import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Characters of what a program says that its error repeats. */
const LONGEST_COMPLAINT = 600;

interface Streams {
  /** What the program reads. @default - nothing */
  readonly input?: AsyncIterable<Uint8Array>;
  /** Takes what the program writes; by default it is left unread. */
  readonly output?: (stdout: AsyncIterable<Buffer>) => Promise<unknown>;
}

/** Runs `docker ...` with streams of any length, none of them kept in memory. Rejects unless it exits 0. */
export async function dockerStream(what: string, args: readonly string[], { input, output }: Streams): Promise<void> {
  const child = spawn('docker', args, { env: process.env, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk.toString()}`.slice(-LONGEST_COMPLAINT);
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const feed =
    input === undefined ? Promise.resolve(void child.stdin.end()) : pipeline(Readable.from(input), child.stdin);
  const take = output === undefined ? Promise.resolve(child.stdout.resume()) : output(child.stdout);
  // A taker that fails leaves the rest, which the program would wait for ever to write.
  take.catch(() => child.stdout.destroy());
  const [fed, taken] = await Promise.allSettled([feed, take]);
  const [status] = await ended;
  if (taken.status === 'rejected') throw asError(taken.reason);
  // One that ends without reading everything closes the pipe; why is what it says.
  if (fed.status === 'rejected' && !isBrokenPipe(fed.reason)) throw asError(fed.reason);
  if (status !== 0 || fed.status === 'rejected') {
    throw new Error(`${what} ended with status ${status ?? 'unknown'}: ${complaint.trim() || 'it said nothing'}`);
  }
}

function isBrokenPipe(error: unknown): boolean {
  return ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** All of what a program wrote. */
export async function textOf(stdout: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdout) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
