import { InputError, quoted } from '../errors';
import { checkedAttribute } from './attribute-name';
import { DIRECTORY_TYPES, type DirectoryType } from './directory-types';
import { canonicalType, Dn } from './dn';
import type { LdapDirectory } from './ldap-directory';
import { checkedFilter, type LdapFilter } from './ldap-filter';
import { SSH_ATTRIBUTE } from './ssh-schema';

/** What of a directory is copied. */
export interface ReplicaContentProps {
  /**
   * "passedThrough": hashes of passwords are never copied, and logins are binds that the replica passes on to the source, as
   * Atlassian's own synchronisation does: a changed or locked password counts at once, and nobody logs in while the source
   * is away. "replicated": hashes are copied, which the source's account must be able to read, and logins go on without the
   * source; a password or lock that changes there counts from the next synchronisation on, a lock only where it changes
   * userPassword.
   * @default "passedThrough"
   */
  readonly passwords?: 'passedThrough' | 'replicated';
  /** Where in the source entries are copied from: its base DN, or below. @default - its base DN */
  readonly base?: string;
  /**
   * Which entries are copied.
   * @default - what the source's filters for users and groups find, and the branches that hold them
   */
  readonly filter?: string | LdapFilter;
  /**
   * Whether groups follow when a member is deleted or renamed, by slapo-refint(5). A source that does it tells its copies
   * nothing of that: with false, an account made under the name of a deleted one would be in its groups here. Of a source
   * that does not, a copy that does shows fewer memberships of accounts that come again. No use for Posix groups.
   * @default true
   */
  readonly referentialIntegrity?: boolean;
  /**
   * Attributes that are copied besides those that the source's schema names and `sshPublicKey`.
   * @default - none
   */
  readonly attributes?: readonly string[];
}

/** Why a copy of these is refused; the other types are servers that speak RFC 4533. */
const REFUSED = new Map<DirectoryType, string>([
  [DIRECTORY_TYPES.activeDirectory, 'it has DirSync in the place of RFC 4533, and slapd 2.6 documents nothing of that'],
  [DIRECTORY_TYPES.apacheDs10, 'version 1 does not offer RFC 4533'],
  [DIRECTORY_TYPES.apacheDs15, 'version 1 does not offer RFC 4533'],
  [DIRECTORY_TYPES.appleOpenDirectory, "it does not offer RFC 4533, and its entries are of Apple's own schema"],
  [DIRECTORY_TYPES.fedoraDs, "its cookies are not OpenLDAP's, so that a copy would never learn of deletions"],
  [DIRECTORY_TYPES.novellEDirectory, 'it does not offer RFC 4533'],
  [DIRECTORY_TYPES.openDs, 'it has a change log of its own in the place of RFC 4533'],
  [DIRECTORY_TYPES.sunDsee, 'it has a change log of its own in the place of RFC 4533'],
]);

/** Entries that hold others: without them the base DN and the branches could not be read. */
const BRANCHES = ['organizationalUnit', 'organization', 'dcObject', 'domain'];
const BRANCH_ATTRIBUTES = ['ou', 'o', 'dc'];

/** What of a directory is copied, with every value known. */
export class ReplicaContent {
  public readonly passwords: 'passedThrough' | 'replicated';
  /** Root of the copy: the source's base DN. */
  public readonly suffix: Dn;
  public readonly base: Dn;
  public readonly filter: string;
  /** Attributes that are copied; never memberOf, see `memberOf`. */
  public readonly attributes: readonly string[];
  /**
   * Which groups memberOf is computed from; undefined where nobody reads it. slapd never sends changes of memberOf to its
   * consumers (slapo-memberof(5)).
   */
  public readonly memberOf: { readonly groupClass: string; readonly membersAttribute: string } | undefined;
  /** Attribute of groups that follows when members go or are renamed; undefined where none does. */
  public readonly integrityOf: string | undefined;
  /** Attributes that are searched for. */
  public readonly indexed: readonly string[];

  public constructor(where: string, source: LdapDirectory, props: ReplicaContentProps) {
    const reason = REFUSED.get(source.type);
    if (reason !== undefined) {
      throw new InputError(
        where,
        `a source of the type ${source.type.label}`,
        `${reason}: give this directory to the Git server itself`,
      );
    }
    const { schema } = source;
    this.passwords = props.passwords ?? 'passedThrough';
    this.suffix = Dn.parse(where, source.baseDn);
    this.base = Dn.parse(`${where} base`, props.base ?? source.baseDn);
    if (!this.base.isBelow(this.suffix)) {
      throw new InputError(
        `${where} base`,
        quoted(this.base.toString()),
        `write the source's base DN ${quoted(source.baseDn)}, or a DN below it`,
      );
    }
    for (const [what, text] of Object.entries({ users: source.userBase, groups: source.groupBase })) {
      if (Dn.parse(where, text).isBelow(this.base)) continue;
      throw new InputError(
        `${where} base`,
        quoted(this.base.toString()),
        `write a DN that ${what} are below, which the source has in ${quoted(text)}`,
      );
    }
    this.filter = checkedFilter(
      `${where} filter`,
      String(props.filter ?? anyOf([schema.userObjectFilter, schema.groupObjectFilter, ...BRANCHES.map(ofClass)])),
    );
    const readsMemberOf = source.useUserMembershipAttribute || source.useUserMembershipAttributeForMembers;
    const isMemberOf = (name: string): boolean => name.toLowerCase() === 'memberof';
    this.memberOf =
      readsMemberOf && isMemberOf(schema.userMembershipAttribute)
        ? { groupClass: groupClassOf(source), membersAttribute: schema.groupMembersAttribute }
        : undefined;
    if (source.type.members === 'name' && props.referentialIntegrity !== undefined) {
      throw new InputError(where, 'referentialIntegrity of groups with names as members', 'leave it out');
    }
    this.integrityOf =
      source.type.members === 'dn' && (props.referentialIntegrity ?? true) ? schema.groupMembersAttribute : undefined;
    const given = (props.attributes ?? []).map((name) => checkedAttribute(`${where} attributes`, name));
    this.checkGiven(where, given, schema.userPasswordAttribute);
    this.attributes = distinct([
      ...[schema.userNameAttribute, schema.userNameRdnAttribute, schema.userFirstNameAttribute],
      ...[schema.userLastNameAttribute, schema.userDisplayNameAttribute, schema.userEmailAttribute],
      schema.userUniqueIdAttribute,
      ...[schema.groupNameAttribute, schema.groupDescriptionAttribute, schema.groupMembersAttribute],
      ...(source.type.members === 'name' ? ['uidNumber', 'gidNumber'] : []),
      ...(readsMemberOf && this.memberOf === undefined ? [schema.userMembershipAttribute] : []),
      SSH_ATTRIBUTE,
      ...BRANCH_ATTRIBUTES,
      ...given,
      ...(this.passwords === 'replicated' ? [schema.userPasswordAttribute] : []),
    ]);
    this.indexed = distinct([
      ...[schema.userNameAttribute, schema.userNameRdnAttribute, schema.userEmailAttribute],
      ...[schema.groupNameAttribute, schema.groupMembersAttribute],
      ...(source.type.members === 'name' ? ['gidNumber'] : []),
      ...(readsMemberOf && this.memberOf === undefined ? [schema.userMembershipAttribute] : []),
    ]);
  }

  private checkGiven(where: string, given: readonly string[], passwordAttribute: string): void {
    const password = given.find((name) => [passwordAttribute, 'userPassword'].some((other) => isSame(name, other)));
    if (password !== undefined) {
      throw new InputError(`${where} attributes`, quoted(password), 'give passwords: "replicated" in its place');
    }
    if (given.some((name) => isSame(name, 'memberOf'))) {
      throw new InputError(
        `${where} attributes`,
        '"memberOf", of which a server tells its copies nothing',
        "give the source useUserMembershipAttribute, and the copy computes it from the groups' members",
      );
    }
  }
}

/** RFC 4519, 3.5 and 3.6, unless another is named: the class of the settings is for servers that make groups. */
function groupClassOf({ schema, given }: LdapDirectory): string {
  if (given.has('groupObjectClass')) return schema.groupObjectClass;
  if (isSame(schema.groupMembersAttribute, 'member')) return 'groupOfNames';
  return isSame(schema.groupMembersAttribute, 'uniqueMember') ? 'groupOfUniqueNames' : schema.groupObjectClass;
}

function isSame(one: string, other: string): boolean {
  return canonicalType(one) === canonicalType(other);
}

/** Not counting case; "" is none. */
function distinct(names: readonly string[]): readonly string[] {
  const byKey = new Map(names.filter((name) => name !== '').map((name) => [name.toLowerCase(), name]));
  return [...byKey.values()];
}

function ofClass(objectClass: string): string {
  return `(objectClass=${objectClass})`;
}

function anyOf(filters: readonly string[]): string {
  return `(|${filters.join('')})`;
}
