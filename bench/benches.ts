import type { Bench } from './bench';
import { largeDirectoryBench } from './large-directory';
import { replicaBench } from './replica';
import { synthBench } from './synth';
import { transferBench } from './transfer';

/** All benchmarks, in the order that they run in. */
export const BENCHES: readonly Bench[] = [synthBench, transferBench, largeDirectoryBench, replicaBench];
