/**
 * Bad input, told in one sentence: where it is (construct path, file or value), what was got, and what to write instead.
 */
export class InputError extends Error {
  /** Tells it from other errors. */
  public override readonly name = 'InputError';

  /**
   * @param where construct path, file or value that the input is for
   * @param got what was given
   * @param instead what to write in its place
   */
  public constructor(where: string, got: string, instead: string) {
    super(`${where}: ${got}; ${instead}`);
  }
}

/** A value as it reads in a message: quoted, with control characters visible. */
export function quoted(value: string): string {
  return JSON.stringify(value);
}
