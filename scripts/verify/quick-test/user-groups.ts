import { LdapFilter } from '../../../constructs/ldap/ldap-filter';
import type { DirectoryOutput } from '../../../stacks/directory-outputs';
import type { DirectoryReader, FoundEntry } from './directory-reader';
import { resultCode } from './error-hints';
import { searchAll } from './people';
import { counted, some } from './texts';

/** Levels of groups in groups that are followed: loops end by themselves, a server's mistake does not. */
const MOST_LEVELS = 50;

/** The groups of one user, found as the settings say, for people. */
export async function describeGroupsOf(
  reader: DirectoryReader,
  directory: DirectoryOutput,
  name: string,
  user: FoundEntry,
): Promise<string> {
  if (directory.members === 'name') return byName(reader, directory, name, user);
  const direct = directory.asksUserForGroups
    ? await byUser(reader, directory, user)
    : await groupsWith(reader, directory, [user.dn]);
  const nested = directory.nestedGroups ? await groupsAbove(reader, directory, direct) : [];
  const how = directory.asksUserForGroups
    ? `by the user's ${directory.schema.userMembershipAttribute}`
    : `by the groups' ${directory.schema.groupMembersAttribute}`;
  const also = directory.nestedGroups ? `, and through them in ${list(directory, nested)}` : '';
  const members = directory.useUserMembershipAttributeForMembers ? await membersByUser(reader, directory, direct) : '';
  return `${name} is in ${list(directory, direct)} ${how}${also}${members}`;
}

function list({ schema }: DirectoryOutput, groups: readonly FoundEntry[]): string {
  const names = groups.map((group) => group.values(schema.groupNameAttribute)[0] ?? group.dn).sort();
  return groups.length === 0 ? 'no group' : `${counted(groups.length, 'group')} (${some(names)})`;
}

/** RFC 2307: the groups that name the user, and the one whose number the account has. */
async function byName(
  reader: DirectoryReader,
  directory: DirectoryOutput,
  name: string,
  user: FoundEntry,
): Promise<string> {
  const attribute = directory.schema.groupMembersAttribute;
  const named = await groupsBy(reader, directory, [LdapFilter.equal(attribute, name)]);
  const numbers = user.values('gidNumber');
  const primary = await groupsBy(
    reader,
    directory,
    numbers.map((number) => LdapFilter.equal('gidNumber', number)),
  );
  const number =
    numbers.length === 0
      ? '; the account has no gidNumber'
      : `; by its gidNumber ${numbers.join()} in ${list(directory, primary)}`;
  return `${name} is in ${list(directory, named)} by the groups' ${attribute}${number}`;
}

/** By the attribute of the user; an error where it is not kept, though the groups have the user. */
async function byUser(
  reader: DirectoryReader,
  directory: DirectoryOutput,
  user: FoundEntry,
): Promise<readonly FoundEntry[]> {
  const { schema } = directory;
  const dns = user.values(schema.userMembershipAttribute);
  if (dns.length === 0) {
    const groups = await groupsWith(reader, directory, [user.dn]);
    if (groups.length === 0) return [];
    throw new Error(
      `${user.dn} has no ${schema.userMembershipAttribute}, though ${list(directory, groups)} ${groups.length === 1 ? 'has' : 'have'} it as ${schema.groupMembersAttribute}; the server does not keep that attribute: leave useUserMembershipAttribute off`,
    );
  }
  const found: FoundEntry[] = [];
  for (const base of dns) found.push(...(await groupAt(reader, directory, base)));
  return found;
}

/** The group of a DN, where it is one that the filter takes. */
async function groupAt(
  reader: DirectoryReader,
  { schema }: DirectoryOutput,
  base: string,
): Promise<readonly FoundEntry[]> {
  try {
    const request = {
      base,
      scope: 'base',
      filter: schema.groupObjectFilter,
      attributes: [schema.groupNameAttribute],
    } as const;
    return (await reader.search(request)).entries;
  } catch (error) {
    // A group that the account may not see, or that has gone meanwhile.
    if (resultCode(error) === undefined) throw error;
    return [];
  }
}

/** Groups that have one of the DNs as a member. */
function groupsWith(
  reader: DirectoryReader,
  directory: DirectoryOutput,
  dns: readonly string[],
): Promise<readonly FoundEntry[]> {
  return groupsBy(
    reader,
    directory,
    dns.map((dn) => LdapFilter.equal(directory.schema.groupMembersAttribute, dn)),
  );
}

async function groupsBy(
  reader: DirectoryReader,
  directory: DirectoryOutput,
  filters: readonly LdapFilter[],
): Promise<readonly FoundEntry[]> {
  if (filters.length === 0) return [];
  const { schema, groupBase } = directory;
  const filter = `(&${schema.groupObjectFilter}(|${filters.map(String).join('')}))`;
  return (await searchAll(reader, directory, groupBase, filter, [schema.groupNameAttribute])).entries;
}

/** Groups that the groups are in, level by level, each once. */
async function groupsAbove(
  reader: DirectoryReader,
  directory: DirectoryOutput,
  direct: readonly FoundEntry[],
): Promise<readonly FoundEntry[]> {
  const known = new Set(direct.map(({ dn }) => dn.toLowerCase()));
  const above: FoundEntry[] = [];
  let level = direct;
  for (let depth = 0; depth < MOST_LEVELS && level.length > 0; depth++) {
    const found = await groupsWith(
      reader,
      directory,
      level.map(({ dn }) => dn),
    );
    level = found.filter(({ dn }) => !known.has(dn.toLowerCase()));
    for (const { dn } of level) known.add(dn.toLowerCase());
    above.push(...level);
  }
  return above;
}

/** Who is in the first of the groups, as users say. */
async function membersByUser(
  reader: DirectoryReader,
  directory: DirectoryOutput,
  groups: readonly FoundEntry[],
): Promise<string> {
  const [group] = groups;
  if (group === undefined) return '';
  const { schema, userBase } = directory;
  const filter = `(&${schema.userObjectFilter}${LdapFilter.equal(schema.userMembershipAttribute, group.dn).toString()})`;
  const { entries } = await searchAll(reader, directory, userBase, filter, ['1.1']);
  if (entries.length === 0) {
    throw new Error(
      `nobody has ${group.dn} as ${schema.userMembershipAttribute}; the server does not keep that attribute: leave useUserMembershipAttributeForMembers off`,
    );
  }
  return `; ${list(directory, [group])} has ${counted(entries.length, 'member')} by the users' ${schema.userMembershipAttribute}`;
}
