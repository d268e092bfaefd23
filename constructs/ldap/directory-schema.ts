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
  /** Attribute with the first name. @default - of the type */
  readonly userFirstNameAttribute?: string;
  /** Attribute with the last name. @default - of the type */
  readonly userLastNameAttribute?: string;
  /** Attribute with the full name, for people. @default - of the type */
  readonly userDisplayNameAttribute?: string;
  /** Attribute with the address for mail. @default - of the type */
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
  /** Attribute with the name of a group. @default - of the type */
  readonly groupNameAttribute?: string;
  /** Attribute that says what a group is for. @default - of the type */
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
  /** Object class of users. */
  readonly userObjectClass: string;
  /** Which entries below the user base are users (RFC 4515). */
  readonly userObjectFilter: string;
  /** What a user logs in with. */
  readonly userNameAttribute: string;
  /** Attribute of a user's RDN. */
  readonly userNameRdnAttribute: string;
  /** First name. */
  readonly userFirstNameAttribute: string;
  /** Last name. */
  readonly userLastNameAttribute: string;
  /** Full name, for people. */
  readonly userDisplayNameAttribute: string;
  /** Address for mail. */
  readonly userEmailAttribute: string;
  /** What a new password would be written to. */
  readonly userPasswordAttribute: string;
  /** What stays the same when a user is renamed; "" where the directory has none. */
  readonly userUniqueIdAttribute: string;
  /** Object class of groups. */
  readonly groupObjectClass: string;
  /** Which entries below the group base are groups (RFC 4515). */
  readonly groupObjectFilter: string;
  /** Name of a group. */
  readonly groupNameAttribute: string;
  /** What a group is for. */
  readonly groupDescriptionAttribute: string;
  /** Members of a group: their DNs, or in the Posix types their user names. */
  readonly groupMembersAttribute: string;
  /** DNs of the groups that a user is in; "" where the directory has none. */
  readonly userMembershipAttribute: string;
}

/** Name of a setting of the schema. */
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
