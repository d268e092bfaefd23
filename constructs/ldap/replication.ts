import { Password } from '@cdktf/provider-random/lib/password';
import type { Construct } from 'constructs';
import { Dn } from './dn';
import type { Replicator } from './syncprov-lines';

export interface ReplicationProps {
  /**
   * Whether copies get the hashes of passwords, which a `DirectoryReplica` with `passwords: "replicated"` needs.
   * @default false
   */
  readonly readsPasswords?: boolean;
  /** DN of the account. It is made where the seed has no entry of it. @default "cn=replicator,ou=services,<base DN>" */
  readonly account?: string;
}

/** The account for copies of a directory, with a generated password. */
export function replicatorOf(
  scope: Construct,
  baseDn: Dn,
  props: ReplicationProps,
): Replicator & { readonly username: string; readonly password: string } {
  const account = Dn.parse(
    `${scope.node.path} replication`,
    props.account ?? `cn=replicator,ou=services,${baseDn.toString()}`,
  );
  const { result } = new Password(scope, 'replicator', { length: 32, special: true });
  return {
    account,
    username: account.toString(),
    password: result,
    readsPasswords: props.readsPasswords ?? false,
  };
}
