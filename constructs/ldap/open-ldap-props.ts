import type { ServiceImage } from '../docker/service-image';
import type { Certificate } from '../tls/certificate';
import type { ServerSettings, TreeSettings } from './directory-settings';
import type { GroupClass, SettingsOf } from './group-class';
import type { LdapGroup } from './ldap-group';
import type { LdapSchema } from './ldap-schema';
import type { LdapUser } from './ldap-user';
import type { Ldif } from './ldif';
import type { PasswordPolicy } from './password-policy';
import type { PublishedLdapProps } from './published-ldap';
import type { ReplicationProps } from './replication';
import type { PasswordHash } from './slapd-conf';

/** What an OpenLDAP directory is made of. */
export interface OpenLdapServerProps<Groups extends GroupClass = 'groupOfNames'> {
  /** Root of the directory, for example `dc=example,dc=com`. A volume keeps the one that it was made with. */
  readonly baseDn: string;
  /**
   * Must be issued for the construct's id, which is the server's name on its network. The server takes up a renewed one
   * without a restart.
   */
  readonly certificate: Certificate;
  /**
   * Entries that the directory has. A later change of them is made in the directory, too, while it runs: entries that are
   * added are made, values that are added or removed are added or removed, and entries that are removed go, but what
   * people have changed there since stays as they made it, and so do passwords.
   * @default - none but `users` and `groups`, and the branches that they are in
   */
  readonly seed?: Ldif;
  /** Users beside those of the seed, below `additionalUserDn`; changed later like the seed. @default - none */
  readonly users?: readonly LdapUser[];
  /** Groups beside those of the seed, below `additionalGroupDn`; changed later like the seed. @default - none */
  readonly groups?: readonly LdapGroup[];
  /**
   * What groups are, and so what `directory()` looks for: "groupOfNames" (`member`), "groupOfUniqueNames"
   * (`uniqueMember`), or "posixGroup" (`memberUid`; users are posixAccounts then).
   * @default "groupOfNames"
   */
  readonly groupClass?: Groups;
  /**
   * Attribute types and object classes beside those of OpenLDAP's core, cosine, inetorgperson and nis, and of SSH keys;
   * loaded after those, in this order.
   * @default - none
   */
  readonly schema?: readonly LdapSchema[];
  /**
   * Passwords by the DN of an entry in the seed, set again at every start of the server: one that somebody changed over
   * LDAP lasts until then. Values are references or plain text.
   * @default - none; entries have the hashes of the seed
   */
  readonly passwords?: Readonly<Record<string, string>>;
  /**
   * How passwords are kept that the server sets, or is given in clear text over LDAP. Argon2id (RFC 9106) costs whoever
   * tries out a stolen hash, and each login, some 40 ms of one core; salted SHA-1 costs neither anything, for directories
   * that thousands log in to. Hashes that are there already stay as they are.
   * @default "argon2"
   * @see slapd-pw-argon2(5)
   */
  readonly passwordHash?: PasswordHash;
  /** Rules for the passwords of people; changed later like the seed. @default - none */
  readonly passwordPolicy?: PasswordPolicy;
  /**
   * Public keys of SSH by the DN of an entry in the seed, set again at every start of the server in place of those that the
   * entry has; an entry that is left out later keeps its keys. References, or lines of .pub files, whose comments are
   * dropped. Nobody changes keys over LDAP, their owners included: who may write a key may log in for good.
   * @default - none; entries have the keys of the seed
   */
  readonly sshPublicKeys?: Readonly<Record<string, string | readonly string[]>>;
  /**
   * DN of the account that reads users and groups for the Git server. It is made where the seed has no entry of it.
   * @default "cn=git-server,ou=services,<base DN>"
   */
  readonly serviceAccount?: string;
  /**
   * Its password, set at every start: a reference to a Terraform variable, or a Secret.
   * @default - a random one, in the state of Terraform
   */
  readonly serviceAccountPassword?: string;
  /** Below the base DN, where users are; "" for the base DN itself. @default "ou=people" */
  readonly additionalUserDn?: string;
  /** Below the base DN, where groups are; "" for the base DN itself. @default "ou=groups" */
  readonly additionalGroupDn?: string;
  /**
   * Whether `ldap://` on 389 of the internal network is served, too, where StartTLS comes before everything else.
   * @default false
   */
  readonly startTls?: boolean;
  /**
   * Serves LDAPS on a port of the environment's bind address, too, by a network of its own that leads to no other service
   * and not out. Everybody who can reach the port may then try passwords: think of a `passwordPolicy` with `maxFailures`.
   * @default - only services of the environment reach the directory
   */
  readonly publishLdap?: PublishedLdapProps;
  /** An account for copies of the directory (`DirectoryReplica`), and what they need. @default - nobody copies it */
  readonly replication?: ReplicationProps;
  /** MiB that the server may use, at least 192. @default 512 */
  readonly memory?: number;
  /**
   * MiB that the database may grow to; the file is sparse. It can be raised later; less than four times the seed is refused.
   * @default - 1024, or 16 times the seed where that is more
   */
  readonly maxSize?: number;
  /** An image that does what images/openldap does. @default - built from there */
  readonly image?: ServiceImage;
}

/** What a connection may ask for differently; all else is the server's own. */
export type DirectoryOptions<Groups extends GroupClass = 'groupOfNames'> = Omit<
  SettingsOf<Groups>,
  keyof ServerSettings | keyof TreeSettings
> & {
  /** Name for people. @default - the construct's id */
  readonly name?: string;
  /** TLS from the first byte, or StartTLS where the server has `startTls`. @default "ssl" */
  readonly secure?: 'ssl' | 'startTls';
};
