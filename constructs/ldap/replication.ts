import { Dn } from './dn';

/** The account that copies are made with (RFC 4533, slapo-syncprov(5)). */
export interface ReplicationProps {
  /**
   * Whether copies get the hashes of passwords, which a `DirectoryReplica` with `passwords: "replicated"` needs.
   * @default false
   */
  readonly readsPasswords?: boolean;
  /** DN of the account. It is made where the seed has no entry of it. @default "cn=replicator,ou=services,<base DN>" */
  readonly account?: string;
  /**
   * Its password, set at every start: a reference to a Terraform variable, or a Secret.
   * @default - a random one, in the state of Terraform
   */
  readonly password?: string;
}

/** DN of the account that copies are made with. */
export function replicatorDn(where: string, baseDn: Dn, props: ReplicationProps): Dn {
  return Dn.parse(`${where} replication`, props.account ?? `cn=replicator,ou=services,${baseDn.toString()}`);
}
