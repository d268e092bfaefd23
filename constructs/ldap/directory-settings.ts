import type { GroupSchemaSettings, UserMembershipSettings, UserSchemaSettings } from './directory-schema';

/** Where the server is, and who asks it. */
export interface ServerSettings {
  /** Name for people, and for messages. */
  readonly name: string;
  /** Host name of the server; its certificate must be issued for it. */
  readonly hostname: string;
  /** Port of the server, 1 to 65535. @default - 636 with "ssl", 389 with "startTls" */
  readonly port?: number;
  /**
   * "Use SSL": TLS from the first byte, or StartTLS (RFC 4513, 3) before anything else is said. Neither is no choice:
   * every password would cross the network in clear.
   * @default "ssl"
   */
  readonly secure?: 'ssl' | 'startTls';
  /**
   * The account that users and groups are looked up with; it needs to read only. Its DN, or for Active Directory also
   * `user@domain.name`.
   */
  readonly username: string;
  /** Its password; a reference to a Terraform resource or variable. */
  readonly password: string;
  /** Authorities that signed the LDAP server's certificate, PEM. */
  readonly caPem: string;
}

/** Where in the tree users and groups are. */
export interface TreeSettings {
  /** Root of all searches. */
  readonly baseDn: string;
  /** Below the base DN, where users are. @default - the base DN itself: slow in a large tree, and warned of */
  readonly additionalUserDn?: string;
  /** Below the base DN, where groups are. @default - the base DN itself: slow in a large tree, and warned of */
  readonly additionalGroupDn?: string;
}

/** What may be changed outside the directory. Nothing of it is ever written to the directory. */
export interface PermissionSettings {
  /**
   * "Read Only, with Local Groups": groups that the directory does not have, with the names of the users in them. A group
   * of the directory with the same name has these members, too.
   * @default - "Read Only": none
   */
  readonly localGroups?: Readonly<Record<string, readonly string[]>>;
}

/** How the server is asked. */
export interface AdvancedSettings {
  /** Whether the server may send its clients on to others (RFC 4511, 4.1.10), who get the same account and password. @default false */
  readonly followReferrals?: boolean;
  /** Whether DNs are compared as text, without regard to case; right where the server always writes them alike. @default - true for Active Directory, else false */
  readonly naiveDnMatching?: boolean;
  /**
   * When a login brings the memberships of a copy up to date.
   * @default "newlyAdded"
   */
  readonly updateGroupMembershipsOnLogin?: 'everyTime' | 'newlyAdded' | 'never';
  /** Minutes between two synchronisations of a copy, at least 1. @default 60 */
  readonly synchronisationInterval?: number;
  /** Seconds to wait for an answer; 0 for no limit. @default 120 */
  readonly readTimeout?: number;
  /** Seconds that a search may take; 0 for no limit. @default 60 */
  readonly searchTimeout?: number;
  /** Seconds to wait for a connection; 0 for no limit of its own. @default 10 */
  readonly connectionTimeout?: number;
}

/** How large results come. */
export interface PagingSettings {
  /** Whether large results come in pages (RFC 2696). @default - true for Active Directory, else false */
  readonly usePagedResults?: boolean;
  /** Entries in a page, from 1. Refused without paged results. @default 1000 */
  readonly pageSize?: number;
}

/** Whether there are groups in groups. */
export interface NestingSettings {
  /** Whether a group may be a member of another, and its members are then members of that one, too. @default false */
  readonly nestedGroups?: boolean;
}

/**
 * What every type has, by the names of Atlassian's form.
 * @see https://confluence.atlassian.com/bitbucketserver/connecting-bitbucket-server-to-an-existing-ldap-directory-776640394.html
 */
export interface DirectorySettings
  extends ServerSettings, TreeSettings, PermissionSettings, AdvancedSettings, UserSchemaSettings, GroupSchemaSettings {}

/** Types whose groups hold user names (RFC 2307). They are read-only, have no groups in groups and no membership in users. */
export interface PosixDirectorySettings extends DirectorySettings, PagingSettings {}

/** Types whose groups hold the DNs of their members, and which cannot page. */
export interface UnpagedDirectorySettings extends DirectorySettings, UserMembershipSettings, NestingSettings {}

/** Types whose groups hold the DNs of their members. */
export interface DnDirectorySettings extends UnpagedDirectorySettings, PagingSettings {}

/** What Active Directory alone has. */
export interface ActiveDirectorySettings extends DnDirectorySettings {
  /** Whether users are activated and deactivated here, whatever the directory says. @default false */
  readonly manageUserStatusLocally?: boolean;
  /** Whether accounts that have expired (`accountExpires`) count as not there. @default false */
  readonly filterExpiredUsers?: boolean;
  /**
   * Whether a synchronisation asks for changes alone. The account must be able to read `uSNChanged` and the container
   * Deleted Objects; where it may not, Bitbucket says nothing and misses changes (CWD-3093).
   * @default true
   */
  readonly incrementalSynchronisation?: boolean;
}
