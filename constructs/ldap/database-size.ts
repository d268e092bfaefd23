import { InputError } from '../errors';

const MEBIBYTE = 1024 * 1024;

/**
 * MiB that a database may grow to. A new one is 3.2 times as large as its seed, and grows by what people change and add.
 * @param given what was asked for, undefined for enough
 */
export function databaseSize(where: string, given: number | undefined, seedBytes: number): number {
  const least = Math.ceil((seedBytes * 4) / MEBIBYTE);
  if (given === undefined) return Math.max(1024, least * 4);
  if (given < least) {
    throw new InputError(
      where,
      `maxSize ${given} for a seed of ${(seedBytes / MEBIBYTE).toFixed(1)} MiB`,
      `write ${least} or more, or leave it out`,
    );
  }
  return given;
}
