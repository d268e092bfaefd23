import type { ITerraformDependable } from 'cdktf';
import { InputError, quoted } from '../errors';
import { checkedPort } from '../proxy/port';
import { checkedHost } from '../proxy/public-url';
import { crowdAttributes } from './crowd-attributes';
import { checkedSchema, type DirectorySchema, type SchemaSetting } from './directory-schema';
import type {
  ActiveDirectorySettings,
  DnDirectorySettings,
  PosixDirectorySettings,
  ServerSettings,
  UnpagedDirectorySettings,
} from './directory-settings';
import { DIRECTORY_TYPES, type DirectoryType } from './directory-types';
import { checkedDn } from './dn';
import { checkedLocalGroups } from './local-groups';

/** A setting of any type. */
export type DirectorySetting = keyof ActiveDirectorySettings;

/**
 * The typed connection to an LDAP directory, with the settings as Stash and Bitbucket name them; a factory for each type
 * gives the defaults of that type: Crowd's own as far as they are published, and else derived from the product's schema. Refused:
 * settings that a type does not have, DNs and filters that are none, and numbers that are not whole.
 * @see https://confluence.atlassian.com/bitbucketserver/connecting-bitbucket-server-to-an-existing-ldap-directory-776640394.html
 */
export class LdapDirectory {
  /**
   * Microsoft Active Directory: users by `sAMAccountName`, groups of DNs, results in pages. Defaults of the schema: Crowd's. The
   * account is a DN or `user@domain.name`.
   */
  public static activeDirectory(settings: ActiveDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.activeDirectory, settings);
  }

  /** Apache Directory Server 1.0. Defaults of the schema: derived. StartTLS is refused: these servers have none. */
  public static apacheDs10(settings: UnpagedDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.apacheDs10, settings);
  }

  /** Apache Directory Server 1.5. Defaults of the schema: derived. */
  public static apacheDs15(settings: UnpagedDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.apacheDs15, settings);
  }

  /** Apple Open Directory: groups of user names. Defaults of the schema: derived. */
  public static appleOpenDirectory(settings: PosixDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.appleOpenDirectory, settings);
  }

  /** Fedora or 389 Directory Server with groups of user names. Defaults of the schema: derived, but for the filter for users. */
  public static fedoraDs(settings: PosixDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.fedoraDs, settings);
  }

  /** Novell (NetIQ) eDirectory: users by `cn`, groups of DNs. Defaults of the schema: derived. */
  public static novellEDirectory(settings: DnDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.novellEDirectory, settings);
  }

  /** OpenDS and its successor OpenDJ: groups of DNs. Defaults of the schema: derived. */
  public static openDs(settings: DnDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.openDs, settings);
  }

  /**
   * OpenLDAP with groups of DNs: users by `cn`, groups of the class groupOfUniqueNames. Defaults of the schema: Crowd's; many servers
   * have users by `uid`, and groupOfNames.
   */
  public static openLdap(settings: DnDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.openLdap, settings);
  }

  /** OpenLDAP with groups of user names (RFC 2307). Defaults of the schema: derived. */
  public static openLdapPosix(settings: PosixDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.openLdapPosix, settings);
  }

  /** Any server with groups of user names (RFC 2307). Defaults of the schema: derived. */
  public static genericPosix(settings: PosixDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.genericPosix, settings);
  }

  /** Sun (Oracle) Directory Server Enterprise Edition: groups of DNs. Defaults of the schema: derived. */
  public static sunDsee(settings: DnDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.sunDsee, settings);
  }

  /** Any server with groups of DNs. Defaults of the schema: Crowd's, but for the attribute of the password, which is derived. */
  public static generic(settings: DnDirectorySettings): LdapDirectory {
    return new LdapDirectory(DIRECTORY_TYPES.generic, settings);
  }

  /** Name for people, and for messages. */
  public readonly name: string;
  /** Host name of the server. */
  public readonly hostname: string;
  /** Port of the server. */
  public readonly port: number;
  /** TLS from the first byte, or StartTLS. */
  public readonly secure: 'ssl' | 'startTls';
  /** The account that users and groups are looked up with. */
  public readonly username: string;
  /** Its password; secret, and a reference where one was given. */
  public readonly password: string;
  /** Authorities that signed the server's certificate, PEM. */
  public readonly caPem: string;
  /** Root of all searches. */
  public readonly baseDn: string;
  /** Below the base DN, where users are; undefined for the base DN itself. */
  public readonly additionalUserDn: string | undefined;
  /** Below the base DN, where groups are; undefined for the base DN itself. */
  public readonly additionalGroupDn: string | undefined;
  /** Name of the group to names of users; undefined for "Read Only". */
  public readonly localGroups: Readonly<Record<string, readonly string[]>> | undefined;
  /** Which entries are users and groups, and which of their attributes are read. */
  public readonly schema: DirectorySchema;
  /** Whether the user's attribute, rather than the groups' members, says which groups a user is in. */
  public readonly useUserMembershipAttribute: boolean;
  /** Whether the users' attribute, rather than the groups' members, says who is in a group. */
  public readonly useUserMembershipAttributeForMembers: boolean;
  /** Whether members of a group in a group are members of that one, too. */
  public readonly nestedGroups: boolean;
  /** Whether the server may send its clients on to others. */
  public readonly followReferrals: boolean;
  /** Whether DNs are compared as text, without regard to case. */
  public readonly naiveDnMatching: boolean;
  /** Whether users are activated and deactivated here; of Active Directory. */
  public readonly manageUserStatusLocally: boolean;
  /** Whether accounts that have expired count as not there; of Active Directory. */
  public readonly filterExpiredUsers: boolean;
  /** Whether a synchronisation asks for changes alone; of Active Directory, and false for all others. */
  public readonly incrementalSynchronisation: boolean;
  /** When a login brings the memberships of a copy up to date. */
  public readonly updateGroupMembershipsOnLogin: 'everyTime' | 'newlyAdded' | 'never';
  /** Minutes between two synchronisations of a copy. */
  public readonly synchronisationInterval: number;
  /** Whether large results come in pages. */
  public readonly usePagedResults: boolean;
  /** Entries in a page. */
  public readonly pageSize: number;
  /** Seconds to wait for an answer; 0 for no limit. */
  public readonly readTimeout: number;
  /** Seconds that a search may take; 0 for no limit. */
  public readonly searchTimeout: number;
  /** Seconds to wait for a connection; 0 for no limit of its own. */
  public readonly connectionTimeout: number;
  /** What was said rather than left to the type: a server that has no use for such a setting says so. */
  public readonly given: ReadonlySet<DirectorySetting>;

  /** Every setting is here; the factories' types say which of them a type has. */
  private constructor(
    /** The kind of server, with its defaults. */
    public readonly type: DirectoryType,
    private readonly settings: ActiveDirectorySettings,
    /** What has to be deployed before it answers; undefined for a directory elsewhere. */
    public readonly resource?: ITerraformDependable,
  ) {
    const where = `LDAP directory ${quoted(settings.name)}`;
    const names = Object.keys(settings) as DirectorySetting[];
    this.given = new Set(names.filter((name) => settings[name] !== undefined));
    const lacking = type.lacks.find((name) => this.given.has(name));
    if (lacking !== undefined) {
      throw new InputError(where, `${lacking}, which ${type.label} does not have`, 'leave it out');
    }
    this.name = settings.name;
    this.hostname = checkedHost(where, settings.hostname);
    this.secure = settings.secure ?? 'ssl';
    if (this.secure === 'startTls' && !type.hasStartTls) {
      throw new InputError(where, `secure "startTls", which ${type.label} does not have`, 'write "ssl"');
    }
    this.port = checkedPort(where, settings.port ?? (this.secure === 'ssl' ? 636 : 389));
    this.username = checkedAccount(where, type, settings.username);
    this.password = settings.password;
    this.caPem = settings.caPem;
    this.baseDn = checkedDn(`${where} baseDn`, settings.baseDn);
    this.additionalUserDn = checkedRelativeDn(`${where} additionalUserDn`, settings.additionalUserDn);
    this.additionalGroupDn = checkedRelativeDn(`${where} additionalGroupDn`, settings.additionalGroupDn);
    this.localGroups = checkedLocalGroups(`${where} localGroups`, settings.localGroups);
    this.schema = checkedSchema(where, type.schema, settings);
    this.useUserMembershipAttribute = settings.useUserMembershipAttribute ?? false;
    this.useUserMembershipAttributeForMembers = settings.useUserMembershipAttributeForMembers ?? false;
    if (
      this.schema.userMembershipAttribute === '' &&
      (this.useUserMembershipAttribute || this.useUserMembershipAttributeForMembers)
    ) {
      throw new InputError(
        where,
        `the use of a user membership attribute that ${type.label} does not have`,
        'give userMembershipAttribute the name of one, or leave it to the groups to say who is in them',
      );
    }
    this.nestedGroups = settings.nestedGroups ?? false;
    this.followReferrals = settings.followReferrals ?? false;
    this.naiveDnMatching = settings.naiveDnMatching ?? type.naiveDnMatching;
    this.manageUserStatusLocally = settings.manageUserStatusLocally ?? false;
    this.filterExpiredUsers = settings.filterExpiredUsers ?? false;
    this.incrementalSynchronisation =
      !type.lacks.includes('incrementalSynchronisation') && (settings.incrementalSynchronisation ?? true);
    this.updateGroupMembershipsOnLogin = settings.updateGroupMembershipsOnLogin ?? 'newlyAdded';
    this.synchronisationInterval = wholeNumber(
      where,
      'synchronisationInterval',
      settings.synchronisationInterval ?? 60,
      'minutes',
      1,
    );
    this.usePagedResults = settings.usePagedResults ?? (settings.pageSize !== undefined || type.usePagedResults);
    if (settings.pageSize !== undefined && !this.usePagedResults) {
      throw new InputError(where, `pageSize ${settings.pageSize} without paged results`, 'leave one of the two out');
    }
    this.pageSize = wholeNumber(where, 'pageSize', settings.pageSize ?? 1000, 'entries', 1);
    const seconds = (what: 'readTimeout' | 'searchTimeout' | 'connectionTimeout', otherwise: number): number =>
      wholeNumber(where, what, settings[what] ?? otherwise, 'seconds; 0 means no limit', 0);
    this.readTimeout = seconds('readTimeout', 120);
    this.searchTimeout = seconds('searchTimeout', 60);
    this.connectionTimeout = seconds('connectionTimeout', 10);
  }

  /** The same directory, asked at another server. */
  public servedBy(server: ServerSettings): LdapDirectory {
    return new LdapDirectory(this.type, { ...this.settings, port: undefined, secure: undefined, ...server });
  }

  /** The same directory, which is part of the deployment: who asks it during a deploy waits for this resource. */
  public deployedAs(resource: ITerraformDependable): LdapDirectory {
    return new LdapDirectory(this.type, this.settings, resource);
  }

  /** `ldaps://` from the first byte, `ldap://` where StartTLS follows. */
  public get url(): string {
    return `${this.secure === 'ssl' ? 'ldaps' : 'ldap'}://${this.hostname}:${this.port}`;
  }

  /** Where users are searched. */
  public get userBase(): string {
    return below(this.additionalUserDn, this.baseDn);
  }

  /** Where groups are searched. */
  public get groupBase(): string {
    return below(this.additionalGroupDn, this.baseDn);
  }

  /** Whether the user's own attribute says which groups it is in: nested groups are found by the groups' members alone. */
  public get asksUserForGroups(): boolean {
    return this.useUserMembershipAttribute && !this.nestedGroups;
  }

  /** Settings of the schema that are neither given nor known to be Crowd's defaults. */
  public get derivedSettings(): readonly SchemaSetting[] {
    const settings = Object.keys(this.schema) as SchemaSetting[];
    return settings.filter((setting) => !this.given.has(setting) && !this.type.sourced.includes(setting));
  }

  /**
   * The attributes that Crowd, and so Bitbucket, keeps of a directory, `ldap.*` and a few others, but for
   * `ldap.password`, which is a secret. Crowd has times in milliseconds, the interval in seconds.
   */
  public toCrowdAttributes(): Readonly<Record<string, string>> {
    return crowdAttributes(this);
  }
}

function below(additionalDn: string | undefined, baseDn: string): string {
  return additionalDn === undefined ? baseDn : `${additionalDn},${baseDn}`;
}

function checkedRelativeDn(where: string, dn: string | undefined): string | undefined {
  return dn === undefined ? undefined : checkedDn(where, dn);
}

/** A DN; for Active Directory also a user principal name ([MS-ADTS], 5.1.1.1.1). */
function checkedAccount(where: string, type: DirectoryType, username: string): string {
  if (type !== DIRECTORY_TYPES.activeDirectory || username.includes('=')) {
    return checkedDn(`${where} username`, username);
  }
  if (!/^[^@\s\p{Cc}]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/u.test(username)) {
    throw new InputError(
      `${where} username`,
      quoted(username),
      'write a DN such as "cn=git,cn=users,dc=example,dc=com", or a name such as "git@example.com"',
    );
  }
  return username;
}

function wholeNumber(where: string, what: string, value: number, unit: string, least: number): number {
  if (!Number.isInteger(value) || value < least) {
    throw new InputError(
      where,
      `${what} ${value}`,
      `write a whole number of ${unit}${least > 0 ? `, from ${least}` : ''}`,
    );
  }
  return value;
}
