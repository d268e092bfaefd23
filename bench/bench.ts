/** One figure. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  /** `x` is a ratio to something that was measured in the same run, which tells more than a time of one machine does. */
  readonly unit: 's' | 'ms' | 'MB/s' | 'x';
  /** What it should not exceed, in the same unit. @default - nothing is asked of it */
  readonly atMost?: number;
}

/** One benchmark: deploys what it needs, measures, and takes it down again. */
export interface Bench {
  readonly name: string;
  /** For people who choose. */
  readonly about: string;
  /** @param say a line for people who wait */
  run(say: (line: string) => void): Promise<readonly Measurement[]>;
}
