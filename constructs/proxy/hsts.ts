import { InputError } from '../errors';

/**
 * Strict-Transport-Security: how long browsers refuse plain HTTP for the host, whatever the port.
 * @see https://www.rfc-editor.org/rfc/rfc6797
 */
export class Hsts {
  /** What Mozilla recommends. */
  public static readonly twoYears = Hsts.maxAge(63072000);

  /**
   * That long.
   * @param seconds 1 to 3153600000 (a hundred years)
   */
  public static maxAge(seconds: number): Hsts {
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3153600000) {
      throw new InputError(
        'Hsts.maxAge',
        `${seconds} seconds`,
        'write a whole number from 1, for example 63072000 for two years, or Hsts.off()',
      );
    }
    return new Hsts(seconds);
  }

  /** No header; browsers keep what they were told before. */
  public static off(): Hsts {
    return new Hsts(undefined);
  }

  private constructor(
    /** For how long; undefined where nothing is sent. */
    public readonly seconds: number | undefined,
  ) {}
}
