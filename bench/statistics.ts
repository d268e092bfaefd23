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

/** How far apart the middle half of the values lies, as a share of their median. */
export function spread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);
}

/**
 * One kind against another that was measured in the same rounds: the median of the rounds' ratios, so that what the machine
 * did meanwhile counts for both.
 */
export function ratio(values: readonly number[], others: readonly number[]): { value: number; noise: number } {
  const ratios = values.map((value, round) => value / (others[round] ?? Number.NaN));
  return { value: median(ratios), noise: spread(ratios) };
}

/** Milliseconds that were measured, as a figure in seconds. */
export function seconds(milliseconds: readonly number[]): { value: number; unit: 's'; noise: number } {
  return { value: median(milliseconds) / 1000, unit: 's', noise: spread(milliseconds) };
}

/** Milliseconds that something takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Several kinds the same number of times, in turn, so that all meet the same machine: milliseconds of each. */
export async function inTurn<Kind extends string>(
  times: number,
  works: Readonly<Record<Kind, () => Promise<unknown>>>,
): Promise<Readonly<Record<Kind, readonly number[]>>> {
  const kinds = Object.keys(works) as Kind[];
  const all = Object.fromEntries(kinds.map((kind) => [kind, [] as number[]])) as Record<Kind, number[]>;
  for (let round = 0; round < times; round++) {
    for (const kind of kinds) all[kind].push(await timed(works[kind]));
  }
  return all;
}
