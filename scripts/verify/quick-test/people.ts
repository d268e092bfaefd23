import { LdapFilter } from '../../../constructs/ldap/ldap-filter';
import type { DirectoryOutput } from '../../../stacks/directory-outputs';
import type { DirectoryReader, FoundEntry } from './directory-reader';
import { nothingFound, searchHint } from './search-hints';
import { counted } from './texts';

/** What was found, and the sentence for people. */
export interface Findings {
  readonly entries: readonly FoundEntry[];
  readonly text: string;
}

/** All entries that a filter finds, as the directory pages; an error with a hint where there are none. */
export async function searchAll(
  reader: DirectoryReader,
  directory: DirectoryOutput,
  base: string,
  filter: string,
  attributes: readonly string[],
): Promise<{ readonly entries: readonly FoundEntry[]; readonly referrals: string }> {
  try {
    const { entries, referrals } = await reader.search({ base, scope: 'sub', filter, attributes });
    const followed = directory.followReferrals ? 'which the Git server follows' : 'which are not followed';
    return {
      entries,
      referrals: referrals === 0 ? '' : `, and ${counted(referrals, 'referral')} to other servers, ${followed}`,
    };
  } catch (error) {
    throw new Error(await searchHint(reader, directory, { base, filter }, error), { cause: error });
  }
}

/** The users, with what the schema wants of them and they do not have. */
export async function findUsers(reader: DirectoryReader, directory: DirectoryOutput): Promise<Findings> {
  const { userBase: base, schema } = directory;
  const filter = schema.userObjectFilter;
  const wanted = {
    name: schema.userNameAttribute,
    display: schema.userDisplayNameAttribute,
    email: schema.userEmailAttribute,
  };
  const { entries, referrals } = await searchAll(reader, directory, base, filter, Object.values(wanted));
  if (entries.length === 0) throw new Error(await nothingFound(reader, base, filter));
  const lacking = (attribute: string): number => entries.filter((entry) => entry.values(attribute).length === 0).length;
  if (lacking(wanted.name) === entries.length) {
    throw new Error(
      `none of ${counted(entries.length, 'user')} below ${base} has the attribute ${wanted.name}, which userNameAttribute names; nobody can log in`,
    );
  }
  const notes = Object.values(wanted).flatMap((attribute) => {
    const count = lacking(attribute);
    const consequence = attribute === wanted.name ? ', so that nobody can log in as them' : '';
    return count === 0 ? [] : [`${count} without ${attribute}${consequence}`];
  });
  const without = notes.length === 0 ? '' : `: ${notes.join(', ')}`;
  return { entries, text: `${counted(entries.length, 'user')} below ${base}${without}${referrals}` };
}

/** The entry of one user, as the Git server finds it: undefined where there is none, an error where there are several. */
export async function findUser(
  reader: DirectoryReader,
  directory: DirectoryOutput,
  name: string,
): Promise<FoundEntry | undefined> {
  const { schema } = directory;
  const filter = `(&${schema.userObjectFilter}${LdapFilter.equal(schema.userNameAttribute, name).toString()})`;
  const attributes = [schema.userNameAttribute, 'gidNumber', schema.userMembershipAttribute].filter(
    (each) => each !== '',
  );
  const { entries } = await searchAll(reader, directory, directory.userBase, filter, attributes);
  if (entries.length > 1) {
    throw new Error(
      `${counted(entries.length, 'user')} have the ${schema.userNameAttribute} ${JSON.stringify(name)} (${entries.map(({ dn }) => dn).join('; ')}); it must be unique`,
    );
  }
  return entries[0];
}
