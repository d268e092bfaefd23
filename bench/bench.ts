/** What is asked of a figure, in its unit. */
export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** One figure. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  /** `x` is a ratio to something that was measured in the same run, which tells more than a time of one machine does. */
  readonly unit: 's' | 'ms' | 'MB/s' | 'MB' | 'x';
  /** How far apart the middle half of what was measured lies, as a share of it. @default - measured once */
  readonly noise?: number;
  /** @default - nothing is asked of it */
  readonly target?: Target;
  /** What was tried to reach the target, for where it is missed. @default - nothing to say */
  readonly tried?: string;
}

export function isMissed({ value, target }: Measurement): boolean {
  if (target === undefined) return false;
  return 'atMost' in target ? value > target.atMost : value < target.atLeast;
}

/** One benchmark: deploys what it needs, measures, and takes it down again. */
export interface Bench {
  readonly name: string;
  /** For people who choose. */
  readonly about: string;
  /** @param say a line for people who wait */
  run(say: (line: string) => void): Promise<readonly Measurement[]>;
}
