import { InputError, quoted } from '../errors';
import { canonicalType, canonicalValue, Dn } from './dn';
import { MEMBER_ATTRIBUTES, type GroupClass } from './group-class';
import { LdapGroup } from './ldap-group';
import { LdapUser } from './ldap-user';
import type { Ldif } from './ldif';
import { LdifEntry } from './ldif-entry';

/** Users and groups that are declared beside an LDIF, and where they go. */
export interface People {
  readonly users: readonly LdapUser[];
  readonly groups: readonly LdapGroup[];
  readonly userBase: Dn;
  readonly groupBase: Dn;
  readonly groupClass: GroupClass;
  readonly ldif: Ldif;
}

/** The same with what is looked up for each of perhaps hundreds of thousands of members. */
interface Known extends People {
  readonly userDns: ReadonlyMap<LdapUser, string>;
  readonly groupDns: ReadonlyMap<LdapGroup, string>;
  readonly lines: ReadonlyMap<string, number>;
}

/** DN of a user that is declared as a value. */
export function userDn(user: LdapUser, userBase: Dn): Dn {
  return userBase.child('uid', user.name);
}

/** The entries of users and groups, users first. */
export function peopleEntries(where: string, people: People): readonly LdifEntry[] {
  const { users, groups, ldif, userBase, groupBase } = people;
  const lines = new Map(ldif.entries.map((entry) => [entry.dn.key, entry.line]));
  const known: Known = {
    ...people,
    userDns: new Map(users.map((user) => [user, userDn(user, userBase).toString()])),
    groupDns: new Map(groups.map((group) => [group, groupBase.child('cn', group.name).toString()])),
    lines,
  };
  checkOnce(`${where} users`, users, 'user');
  checkOnce(`${where} groups`, groups, 'group');
  return [
    ...users.map((user) => userEntry(where, user, people)),
    ...groups.map((group) => groupEntry(where, group, known)),
  ];
}

function checkOnce(where: string, values: readonly { readonly name: string }[], what: string): void {
  const seen = new Set<string>();
  for (const { name } of values) {
    const key = canonicalValue(name);
    if (seen.has(key)) throw new InputError(where, `the ${what} ${quoted(name)} twice`, 'keep one of the two');
    seen.add(key);
  }
}

function userEntry(where: string, user: LdapUser, { userBase, groupClass }: People): LdifEntry {
  const { posix } = user;
  if (posix === undefined && groupClass === 'posixGroup') {
    throw new InputError(
      `${where} users`,
      `the user ${quoted(user.name)} without numbers in a directory of posixGroups`,
      'give uidNumber and gidNumber',
    );
  }
  return LdifEntry.of(userDn(user, userBase), {
    objectClass: ['inetOrgPerson', ...(posix === undefined ? [] : ['posixAccount'])],
    uid: [user.name],
    cn: [user.displayName],
    givenName: [user.firstName],
    sn: [user.lastName],
    displayName: [user.displayName],
    mail: [user.email],
    ...(posix === undefined
      ? {}
      : {
          uidNumber: [String(posix.uidNumber)],
          gidNumber: [String(posix.gidNumber)],
          homeDirectory: [posix.homeDirectory],
        }),
  });
}

function groupEntry(where: string, group: LdapGroup, known: Known): LdifEntry {
  const { groupBase, groupClass } = known;
  const name = `the group ${quoted(group.name)}`;
  if ((groupClass === 'posixGroup') !== (group.gidNumber !== undefined)) {
    throw new InputError(
      `${where} groups`,
      `${name} ${group.gidNumber === undefined ? 'without' : 'with'} a gidNumber in a directory of ${groupClass}`,
      group.gidNumber === undefined ? 'give it one' : 'leave it out',
    );
  }
  const members = group.members.map((member) => memberValue(`${where} groups`, name, member, known));
  const seen = new Set<string>();
  const twice = members.find((member) => seen.size === seen.add(member).size);
  if (twice !== undefined) {
    throw new InputError(`${where} groups`, `${name} with the member ${quoted(twice)} twice`, 'keep one of the two');
  }
  if (members.length === 0 && groupClass !== 'posixGroup') {
    throw new InputError(
      `${where} groups`,
      `${name} without members, which a ${groupClass} must have (RFC 4519)`,
      'give it a member, or leave the group out until it has one',
    );
  }
  return LdifEntry.of(groupBase.child('cn', group.name), {
    objectClass: [groupClass],
    cn: [group.name],
    ...(group.description === undefined ? {} : { description: [group.description] }),
    ...(group.gidNumber === undefined ? {} : { gidNumber: [String(group.gidNumber)] }),
    ...(members.length === 0 ? {} : { [MEMBER_ATTRIBUTES[groupClass]]: members }),
  });
}

function memberValue(where: string, group: string, member: LdapUser | LdapGroup | string, known: Known): string {
  const { userDns, groupDns, groupClass, ldif, lines } = known;
  const isPosix = groupClass === 'posixGroup';
  if (member instanceof LdapUser) {
    const dn = userDns.get(member);
    if (dn === undefined) throw notDeclared(where, group, `user ${quoted(member.name)}`, '`users`');
    return isPosix ? member.name : dn;
  }
  if (member instanceof LdapGroup) {
    if (isPosix) {
      throw new InputError(
        where,
        `${group} with the group ${quoted(member.name)} in it`,
        'give it the users of that group: posixGroups hold user names alone',
      );
    }
    const dn = groupDns.get(member);
    if (dn === undefined) throw notDeclared(where, group, `group ${quoted(member.name)}`, '`groups`');
    return dn;
  }
  const dn = Dn.parse(where, member);
  if (!lines.has(dn.key)) {
    throw notDeclared(where, group, `entry ${quoted(member)}`, `${ldif.source}, or give the LdapUser or LdapGroup`);
  }
  return isPosix ? posixName(where, group, dn) : dn.toString();
}

function posixName(where: string, group: string, dn: Dn): string {
  const [attribute, second] = dn.rdn;
  if (attribute === undefined || second !== undefined || canonicalType(attribute.type) !== 'uid') {
    throw new InputError(
      where,
      `${group} with the member ${quoted(dn.toString())}`,
      'give the DN of a user that is named by uid',
    );
  }
  return attribute.value;
}

function notDeclared(where: string, group: string, member: string, place: string): InputError {
  return new InputError(where, `${group} with the ${member}, which is not there`, `add it to ${place}`);
}
