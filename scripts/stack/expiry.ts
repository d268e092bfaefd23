import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError, quoted } from '../../constructs/errors';
import { PROJECT } from '../../stacks/settings';
import { replaceFile } from './write-file';

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };
const LONGEST_DAYS = 365;

/** What a deploy does to the expiry of its environment. */
export type Ttl =
  /** `TTL` is not set: an expiry stays as it is. */
  | { readonly kind: 'keep' }
  /** `TTL=none`. */
  | { readonly kind: 'none' }
  /** `TTL=4h`: from now on. */
  | { readonly kind: 'for'; readonly milliseconds: number };

/** Reads `TTL`: a whole number of minutes, hours or days, up to a year, or `none`. */
export function readTtl(variables: Readonly<Record<string, string | undefined>>): Ttl {
  const text = variables.TTL;
  if (text === undefined) return { kind: 'keep' };
  if (text === 'none') return { kind: 'none' };
  const [, number = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const milliseconds = Number(number) * (UNITS[unit] ?? 0);
  if (milliseconds === 0 || milliseconds > LONGEST_DAYS * (UNITS['d'] ?? 0)) {
    throw new InputError(
      'TTL',
      quoted(text),
      `write minutes, hours or days up to ${LONGEST_DAYS}d, such as "30m", "4h" or "2d", or "none" for no expiry`,
    );
  }
  return { kind: 'for', milliseconds };
}

/** Does to an environment's expiry what `TTL` says, and gives the one that it then has. */
export function applyTtl(environment: string, ttl: Ttl, now: Date): Date | undefined {
  if (ttl.kind === 'none') forgetExpiry(environment);
  if (ttl.kind === 'for') writeExpiry(environment, new Date(now.getTime() + ttl.milliseconds));
  return readExpiry(environment);
}

/**
 * When `sweep` may destroy an environment; undefined where it never may. It is kept beside the states of its stacks: a
 * label, which the engine cannot change, would have every network and volume replaced for another expiry.
 */
export function readExpiry(environment: string, checkout = PROJECT): Date | undefined {
  const file = fileOf(environment, checkout);
  if (!existsSync(file)) return undefined;
  const expires = new Date((JSON.parse(readFileSync(file, 'utf8')) as { expires: string }).expires);
  if (Number.isNaN(expires.getTime())) {
    throw new InputError(file, 'no time', 'remove the file, and set TTL in the next npm run up');
  }
  return expires;
}

export function forgetExpiry(environment: string): void {
  rmSync(fileOf(environment), { force: true });
}

function writeExpiry(environment: string, expires: Date): void {
  const file = fileOf(environment);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  replaceFile(file, `${JSON.stringify({ expires })}\n`, 0o600);
}

function fileOf(environment: string, checkout = PROJECT): string {
  return join(checkout, 'state', environment, 'expiry.json');
}
