import { readFileSync } from 'node:fs';
import { succeed, type Result } from './command';

/** What one environment of many took. */
export interface Figures {
  readonly environment: string;
  readonly upSeconds: number;
  readonly verifySeconds: number;
  readonly downSeconds: number;
  /** Of its containers, with all the others there. */
  readonly memoryMiB: number;
  /** What the machine had in use once it was up, above what it had before the first. */
  readonly machineMiB: number;
}

export interface Run {
  readonly result: Result;
  readonly seconds: number;
  /** Of the machine, once it had ended. */
  readonly usedMiB: number;
}

/** Runs something for each, so many at a time, and takes its time. */
export async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<Result>,
): Promise<Run[]> {
  const runs: Run[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      const started = Date.now();
      const result = await run(item);
      runs[index] = { result, seconds: (Date.now() - started) / 1000, usedMiB: usedMemory() };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return runs;
}

/** Seconds of one run, to a tenth. */
export function secondsOf(runs: readonly Run[], index: number): number {
  return Math.round((runs[index]?.seconds ?? 0) * 10) / 10;
}

/** Memory of the machine that no program could have, in MiB. */
export function usedMemory(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  const value = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  return Math.round((value('MemTotal') - value('MemAvailable')) / 1024);
}

/** Memory of the containers of each stack, by its name on the engine, in MiB and without caches of files. */
export async function memoryOf(owners: readonly string[]): Promise<number[]> {
  const stats = await succeed('docker', ['stats', '--no-stream', '--format', '{{.Name}}\t{{.MemUsage}}']);
  const used = stats.split('\n').map((line) => {
    const [name = '', usage = ''] = line.split('\t');
    return { name, mebibytes: mebibytes(usage.split(' / ')[0] ?? '') };
  });
  return owners.map((owner) =>
    Math.round(
      used.filter(({ name }) => name.startsWith(`${owner}-`)).reduce((sum, { mebibytes: one }) => sum + one, 0),
    ),
  );
}

function mebibytes(text: string): number {
  const [, number = '0', unit = 'B'] = /^([\d.]+)([KMG]?i?B)$/.exec(text) ?? [];
  return Number(number) * ({ B: 2 ** -20, KiB: 2 ** -10, MiB: 1, GiB: 1024 }[unit] ?? 0);
}
