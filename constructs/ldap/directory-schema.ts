import { checkedAttribute } from './attribute-name';
import { checkedFilter, type LdapFilter } from './ldap-filter';

/** Which entries are users, and which of their attributes are read. */
export interface UserSchemaSettings {
  /** Object class of users. The filter finds them; the class is for servers that make users. @default - of the type */
  readonly userObjectClass?: string;
  /** Which entries below the user base are users. @default - of the type */
  readonly userObjectFilter?: string | LdapFilter;
  /** Attribute that holds the name a user logs in with. @default - of the type */
  readonly userNameAttribute?: string;
  /** Attribute of a user's RDN. @default - of the type */
  readonly userNameRdnAttribute?: string;
  /** @default - of the type */
  readonly userFirstNameAttribute?: string;
  /** @default - of the type */
  readonly userLastNameAttribute?: string;
  /** @default - of the type */
  readonly userDisplayNameAttribute?: string;
  /** @default - of the type */
  readonly userEmailAttribute?: string;
  /** Attribute that a new password would be written to; logins are binds and do not read it. @default - of the type */
  readonly userPasswordAttribute?: string;
  /** Attribute that stays the same when a user is renamed (RFC 4530); "" for none. @default - of the type */
  readonly userUniqueIdAttribute?: string;
}

/** Which entries are groups, and which of their attributes are read. */
export interface GroupSchemaSettings {
  /** Object class of groups. The filter finds them; the class is for servers that make groups. @default - of the type */
  readonly groupObjectClass?: string;
  /** Which entries below the group base are groups. @default - of the type */
  readonly groupObjectFilter?: string | LdapFilter;
  /** @default - of the type */
  readonly groupNameAttribute?: string;
  /** @default - of the type */
  readonly groupDescriptionAttribute?: string;
  /**
   * Attribute of a group with its members: their DNs, or in the Posix types their user names.
   * @default - of the type
   */
  readonly groupMembersAttribute?: string;
}

/** How users say which groups they are in. Posix types have no such attribute. */
export interface UserMembershipSettings {
  /** Attribute of a user with the DNs of the groups that it is in. @default - of the type */
  readonly userMembershipAttribute?: string;
  /**
   * Whether that attribute, rather than the groups' members, says which groups a user is in: one search less. It has no
   * effect with nested groups, as in Bitbucket. Bitbucket's own form shows it for Active Directory alone.
   * @default false
   */
  readonly useUserMembershipAttribute?: boolean;
  /**
   * Whether that attribute, rather than the groups' members, says who is in a group.
   * @default false
   */
  readonly useUserMembershipAttributeForMembers?: boolean;
}

/** The schema of a directory with every value known. */
export interface DirectorySchema {
  readonly userObjectClass: string;
  readonly userObjectFilter: string;
  readonly userNameAttribute: string;
  readonly userNameRdnAttribute: string;
  readonly userFirstNameAttribute: string;
  readonly userLastNameAttribute: string;
  readonly userDisplayNameAttribute: string;
  readonly userEmailAttribute: string;
  readonly userPasswordAttribute: string;
  /** "" where the directory has none. */
  readonly userUniqueIdAttribute: string;
  readonly groupObjectClass: string;
  readonly groupObjectFilter: string;
  readonly groupNameAttribute: string;
  readonly groupDescriptionAttribute: string;
  readonly groupMembersAttribute: string;
  /** "" where the directory has none. */
  readonly userMembershipAttribute: string;
}

export type SchemaSetting = keyof DirectorySchema;

/** May be "": a directory need not have them. */
const OPTIONAL: readonly SchemaSetting[] = ['userUniqueIdAttribute', 'userMembershipAttribute'];
const FILTERS: readonly SchemaSetting[] = ['userObjectFilter', 'groupObjectFilter'];

/** The defaults of a type with what is given in their place, each checked. */
export function checkedSchema(
  where: string,
  defaults: DirectorySchema,
  given: UserSchemaSettings & GroupSchemaSettings & UserMembershipSettings,
): DirectorySchema {
  const settings = Object.keys(defaults) as SchemaSetting[];
  const entries = settings.map((setting): [SchemaSetting, string] => {
    const value = String(given[setting] ?? defaults[setting]);
    if (FILTERS.includes(setting)) return [setting, checkedFilter(`${where} ${setting}`, value)];
    if (value === '' && OPTIONAL.includes(setting)) return [setting, value];
    return [setting, checkedAttribute(`${where} ${setting}`, value)];
  });
  return Object.fromEntries(entries) as Record<SchemaSetting, string>;
}
