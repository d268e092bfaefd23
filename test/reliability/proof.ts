/** Something that must not do harm, and the tests that prove it, by a part of their titles. */
export interface Proof {
  readonly name: string;
  readonly tests: readonly string[];
}
