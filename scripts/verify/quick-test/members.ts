import { Dn } from '../../../constructs/ldap/dn';
import { InputError } from '../../../constructs/errors';
import type { DirectoryOutput } from '../../../stacks/directory-outputs';
import type { DirectoryReader, FoundEntry } from './directory-reader';
import { nothingFound } from './search-hints';
import { searchAll, type Findings } from './people';
import { counted } from './texts';

/** Attributes that groups have their members in, in the schemas that there are. */
const MEMBER_ATTRIBUTES = ['member', 'uniqueMember', 'memberUid'];

/** The groups, with whether their members are what the type takes them for. */
export async function findGroups(reader: DirectoryReader, directory: DirectoryOutput): Promise<Findings> {
  const { groupBase: base, schema } = directory;
  const filter = schema.groupObjectFilter;
  const attributes = [...new Set([schema.groupNameAttribute, schema.groupMembersAttribute, ...MEMBER_ATTRIBUTES])];
  const { entries, referrals } = await searchAll(reader, directory, base, filter, attributes);
  if (entries.length === 0) throw new Error(await nothingFound(reader, base, filter));
  const unnamed = entries.filter((entry) => entry.values(schema.groupNameAttribute).length === 0).length;
  if (unnamed === entries.length) {
    throw new Error(
      `none of ${counted(entries.length, 'group')} below ${base} has the attribute ${schema.groupNameAttribute}, which groupNameAttribute names`,
    );
  }
  const members = describeMembers(entries, directory);
  const without = unnamed === 0 ? '' : `, ${unnamed} without ${schema.groupNameAttribute}`;
  return { entries, text: `${counted(entries.length, 'group')} below ${base}${without} with ${members}${referrals}` };
}

/** How many memberships there are; an error where they cannot be what the type takes them for. */
export function describeMembers(groups: readonly FoundEntry[], directory: DirectoryOutput): string {
  const attribute = directory.schema.groupMembersAttribute;
  const values = groups.flatMap((group) => group.values(attribute));
  if (values.length === 0) {
    const others = otherMembers(groups);
    // Posix groups may have members by their numbers alone.
    if (directory.members === 'dn' || others !== '') throw new Error(noMembers(groups.length, attribute, others));
  }
  // Each value once: the same few people are in many groups.
  const others = new Set([...new Set(values)].filter((value) => isDn(value) !== (directory.members === 'dn')));
  const wrong = values.filter((value) => others.has(value));
  if (wrong.length > 0) {
    const which = `${wrong.length} of ${counted(values.length, 'value')} of ${attribute}`;
    const [got, wanted, remedy] =
      directory.members === 'dn'
        ? ['no DN but a user name', 'DNs', 'use a Posix type, or an attribute with DNs']
        : ['no user name but a DN', 'user names', 'use a type that is not Posix, or an attribute with names'];
    throw new Error(
      `${which} ${wrong.length === 1 ? 'is' : 'are each'} ${got}, such as ${JSON.stringify(wrong[0])}; ${directory.type} takes them for ${wanted}: ${remedy}`,
    );
  }
  const atLeast = groups.some((group) => group.isPartial(attribute)) ? 'at least ' : '';
  return `${atLeast}${counted(values.length, 'membership')} (${attribute})`;
}

function noMembers(count: number, attribute: string, others: string): string {
  const instead =
    others === ''
      ? 'nor members of any other kind that the account may read'
      : `but ${others}; correct groupMembersAttribute, or the type`;
  return `none of ${counted(count, 'group')} has the attribute ${attribute}, which groupMembersAttribute names, ${instead}`;
}

/** Which other attributes have members; "" for none. */
function otherMembers(groups: readonly FoundEntry[]): string {
  return MEMBER_ATTRIBUTES.flatMap((attribute) => {
    const count = groups.filter((group) => group.values(attribute).length > 0).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? 'has' : 'have'} ${attribute}`];
  }).join(', ');
}

/** Whether a value reads as a DN. A user name with an equals sign is unheard of. */
function isDn(value: string): boolean {
  try {
    Dn.parse('member', value);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
