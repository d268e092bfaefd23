import { InputError, quoted } from '../errors';

const HOURS_A_DAY = 24;

/** Days that a server certificate may be valid: Apple's clients refuse more, also of private authorities. */
export const LONGEST_VALIDITY = 825;

export interface Validity {
  /** Days that the certificate is valid. */
  readonly validityDays: number;
  /** Days before its end in which a deploy makes a new one. @default - a third of its life */
  readonly renewBefore?: number;
}

/** As the tls provider takes it. A renewal window as long as the life would replace the certificate at every deploy. */
export function lifetime(
  where: string,
  { validityDays, renewBefore }: Validity,
): { readonly validityPeriodHours: number; readonly earlyRenewalHours: number } {
  for (const [name, days] of Object.entries({ validityDays, renewBefore })) {
    if (days !== undefined && (!Number.isInteger(days) || days < 1)) {
      throw new InputError(where, `${name} ${quoted(String(days))}`, 'write a whole number of days from 1');
    }
  }
  if (renewBefore !== undefined && renewBefore >= validityDays) {
    throw new InputError(
      where,
      `renewBefore ${renewBefore} of ${validityDays} days`,
      'write fewer days than the certificate is valid, about a third',
    );
  }
  const validityPeriodHours = validityDays * HOURS_A_DAY;
  const earlyRenewalHours = renewBefore === undefined ? Math.floor(validityPeriodHours / 3) : renewBefore * HOURS_A_DAY;
  return { validityPeriodHours, earlyRenewalHours };
}

/** The same for the certificate of a server. */
export function serverLifetime(where: string, validity: Validity): ReturnType<typeof lifetime> {
  if (validity.validityDays > LONGEST_VALIDITY) {
    throw new InputError(
      where,
      `validityDays ${validity.validityDays}`,
      `write at most ${LONGEST_VALIDITY}: Apple clients refuse more, also of private authorities`,
    );
  }
  return lifetime(where, validity);
}
