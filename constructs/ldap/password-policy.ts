import { InputError } from '../errors';
import type { Dn } from './dn';
import { LdifEntry } from './ldif-entry';

/**
 * Rules for the passwords of people, by OpenLDAP's ppolicy overlay. The service account is exempt. A password that the
 * server sets itself is not checked, and setting it, at every start, makes it new and its account unlocked.
 * @see slapo-ppolicy(5)
 */
export interface PasswordPolicy {
  /** Characters that a new password must have at least; a hash, whose length nobody knows, is refused then. @default - any length */
  readonly minLength?: number;
  /** Former passwords that a new one must not be. @default - none */
  readonly history?: number;
  /** Days after which a password no longer logs in; counted from a change on this server, so a hash of the seed does not age until then. @default - never */
  readonly maxAgeDays?: number;
  /** Wrong passwords in a row after which an account is locked: whoever knows its name can lock it. @default - never locked */
  readonly maxFailures?: number;
  /** Seconds for which it is locked; 0 until an administrator sets a password. Goes with `maxFailures`. @default 300 */
  readonly lockoutSeconds?: number;
  /** Seconds after which a wrong password is forgotten. Goes with `maxFailures`. @default - with the next right one */
  readonly failureWindowSeconds?: number;
}

const DAY = 24 * 60 * 60;
/** pwdMaxAge and its like are integers of 31 bits. */
const MOST = 2_147_483_647;

/** DNs of the two policies below a base. */
export interface PolicyDns {
  /** What both are in. */
  readonly branch: Dn;
  /** Of everybody. */
  readonly people: Dn;
  /** Of the service account: no rules at all. */
  readonly services: Dn;
}

export function policyDns(baseDn: Dn): PolicyDns {
  const branch = baseDn.child('ou', 'policies');
  return { branch, people: branch.child('cn', 'people'), services: branch.child('cn', 'services') };
}

/** The entries that hold the rules. */
export function policyEntries(where: string, policy: PasswordPolicy, baseDn: Dn): readonly LdifEntry[] {
  const dns = policyDns(baseDn);
  const rules = checkedRules(`${where} passwordPolicy`, policy);
  const entry = (dn: Dn, name: string, values: Readonly<Record<string, readonly string[]>>): LdifEntry =>
    LdifEntry.of(dn, { objectClass: ['device', 'pwdPolicy'], cn: [name], pwdAttribute: ['userPassword'], ...values });
  return [entry(dns.people, 'people', rules), entry(dns.services, 'services', {})];
}

function checkedRules(where: string, policy: PasswordPolicy): Readonly<Record<string, readonly string[]>> {
  const { minLength, history, maxAgeDays, maxFailures, lockoutSeconds, failureWindowSeconds } = policy;
  const ofFailures = { lockoutSeconds, failureWindowSeconds };
  for (const [what, value] of Object.entries(ofFailures)) {
    if (value !== undefined && maxFailures === undefined) {
      throw new InputError(where, `${what} without maxFailures`, 'give maxFailures, or leave it out');
    }
  }
  const rules: Record<string, readonly string[]> = {};
  const rule = (attribute: string, what: string, value: number | undefined, least: number, unit = 1): void => {
    if (value === undefined) return;
    if (!Number.isInteger(value) || value < least || value * unit > MOST) {
      throw new InputError(
        where,
        `${what} ${value}`,
        `write a whole number from ${least} to ${Math.floor(MOST / unit)}`,
      );
    }
    rules[attribute] = [String(value * unit)];
  };
  rule('pwdMinLength', 'minLength', minLength, 1);
  rule('pwdInHistory', 'history', history, 1);
  rule('pwdMaxAge', 'maxAgeDays', maxAgeDays, 1, DAY);
  rule('pwdMaxFailure', 'maxFailures', maxFailures, 1);
  if (maxFailures !== undefined) {
    rules['pwdLockout'] = ['TRUE'];
    rule('pwdLockoutDuration', 'lockoutSeconds', lockoutSeconds ?? 300, 0);
    rule('pwdFailureCountInterval', 'failureWindowSeconds', failureWindowSeconds, 1);
  }
  if (Object.keys(rules).length === 0)
    throw new InputError(where, 'a policy without rules', 'give one, or leave it out');
  // 2: also where a hash hides the length.
  if (minLength !== undefined) rules['pwdCheckQuality'] = ['2'];
  return rules;
}
