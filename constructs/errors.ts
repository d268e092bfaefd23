/**
 * Bad input, told in one sentence: where it is (construct path, file or value), what was got, and what to write instead.
 */
export class InputError extends Error {
  public override readonly name = 'InputError';

  public constructor(where: string, got: string, instead: string) {
    super(`${where}: ${got}; ${instead}`);
  }
}

/** A value as it reads in a message: quoted, with control characters visible. */
export function quoted(value: string): string {
  return JSON.stringify(value);
}
