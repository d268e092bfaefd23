/** The value that a share of all values does not exceed; the share is from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('no values');
  return value;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Milliseconds that something takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The same several times, one after the other, as two kinds in turn, so that both meet the same machine. */
export async function inTurn(
  times: number,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<readonly [readonly number[], readonly number[]]> {
  const both: [number[], number[]] = [[], []];
  for (let round = 0; round < times; round++) {
    both[0].push(await timed(one));
    both[1].push(await timed(other));
  }
  return both;
}
