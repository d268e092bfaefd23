import type { StackOutputs } from '../stack/out-files';

/** One line of `verify`: what must hold, and how it is looked at; the promise rejects where it does not. */
export interface Check {
  readonly title: string;
  run(): Promise<void>;
}

/** What the checks of a stack look at. */
export interface Subject {
  readonly outputs: StackOutputs;
  /** Path of the CA file in `out/`. */
  readonly caFile: string;
  /** Address that ports are published on. */
  readonly bindAddress: string;
}

/** Says what was got where it is not what must be. */
export function expectEqual(what: string, got: unknown, wanted: unknown): void {
  if (got !== wanted) throw new Error(`${what} is ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
}
