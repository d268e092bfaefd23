import { InputError, quoted } from '../errors';

/** What slapd verifies here: its own schemes, and those of the modules argon2 and pw-sha2. */
const SCHEMES = new Set([
  'ARGON2',
  'CRYPT',
  'MD5',
  'SHA',
  'SHA256',
  'SHA384',
  'SHA512',
  'SMD5',
  'SSHA',
  'SSHA256',
  'SSHA384',
  'SSHA512',
]);

/**
 * A userPassword that is a hash: a scheme in braces and what it makes of the password (RFC 2307, 5.3). The message
 * never holds the value.
 */
export function checkedHash(where: string, value: string | Uint8Array): string {
  const scheme = typeof value === 'string' ? /^\{([^}]+)\}./s.exec(value)?.[1]?.toUpperCase() : undefined;
  if (typeof value !== 'string' || scheme === undefined) {
    throw new InputError(
      where,
      'a userPassword in clear text',
      'remove it and give the password in `passwords`, or write its hash, such as "{SSHA}..."',
    );
  }
  if (!SCHEMES.has(scheme)) {
    throw new InputError(
      where,
      `a userPassword of the scheme ${quoted(`{${scheme}}`)}`,
      `write one of ${[...SCHEMES].map((name) => `{${name}}`).join(', ')}`,
    );
  }
  return value;
}
