import type { Bench } from './bench';
import { deployBench } from './deploy';
import { gitBench } from './git';
import { growthBench } from './growth';
import { largeDirectoryBench } from './large-directory';
import { replicaBench } from './replica';
import { synthBench } from './synth';

/** All benchmarks, in the order that they run in. */
export const BENCHES: readonly Bench[] = [
  synthBench,
  deployBench,
  gitBench,
  largeDirectoryBench,
  replicaBench,
  growthBench,
];
