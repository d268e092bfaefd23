import type { Dn } from './dn';
import { quote } from './slapd-text';

/** The account that replicas of a directory read it with. */
export interface Replicator {
  readonly account: Dn;
  /** Whether it gets the hashes of passwords, too. */
  readonly readsPasswords: boolean;
}

/** All of it at once, however long it takes: a synchronisation that a limit cuts short never ends. */
export function replicatorLimits(replicator: Replicator | undefined): readonly string[] {
  return replicator === undefined
    ? []
    : [`limits dn.exact=${quote(replicator.account.toString())} size=unlimited time=unlimited`];
}

/** Everything below the base DN, passwords by choice; for everybody else the rules that follow go on. */
export function replicatorMayRead(settings: {
  readonly baseDn: Dn;
  readonly replicator?: Replicator | undefined;
}): readonly string[] {
  if (settings.replicator === undefined) return [];
  const account = quote(settings.replicator.account.toString());
  const base = quote(settings.baseDn.toString());
  return [
    `access to attrs=userPassword,pwdHistory by dn.exact=${account} ${settings.replicator.readsPasswords ? 'read' : 'none'} by * break`,
    `access to dn.subtree=${base} by dn.exact=${account} read by * break`,
  ];
}

/**
 * Offers the directory by RFC 4533. The log of changes, in memory, lets a replica that was away for less than so many of
 * them hear of deletions alone rather than of every entry that is still there.
 * @see slapo-syncprov(5)
 */
export function syncprovLines(replicator: Replicator | undefined): readonly string[] {
  return replicator === undefined ? [] : ['overlay syncprov', 'syncprov-checkpoint 100 5', 'syncprov-sessionlog 10000'];
}
