import { canonicalType, Dn } from '../../../constructs/ldap/dn';
import type { DirectoryOutput } from '../../../stacks/directory-outputs';
import type { DirectoryReader } from './directory-reader';
import { resultCode, serverSaid } from './error-hints';
import { searchAll } from './people';
import { counted } from './texts';

/**
 * What a synchronisation of Active Directory reads to ask for changes alone. Bitbucket says nothing where the account may
 * not, and misses changes (CWD-3093); here it is an error.
 */
export async function describeChanges(reader: DirectoryReader, directory: DirectoryOutput): Promise<string> {
  const { userBase, schema, username } = directory;
  const { entries } = await searchAll(reader, directory, userBase, schema.userObjectFilter, ['uSNChanged']);
  const numbers = entries.flatMap((entry) => entry.values('uSNChanged').slice(0, 1));
  if (numbers.length < entries.length) {
    throw new Error(
      `${username} cannot read uSNChanged of ${counted(entries.length - numbers.length, 'user')} of ${entries.length}, so changes of them would be missed without a word (CWD-3093); let it read the attribute, or switch incrementalSynchronisation off`,
    );
  }
  const deleted = await deletedObjects(reader, directory);
  const highest = numbers.reduce((most, number) => (BigInt(number) > BigInt(most) ? number : most), '0');
  return `uSNChanged up to ${highest}, ${counted(deleted, 'deleted object')}`;
}

async function deletedObjects(reader: DirectoryReader, { baseDn, username }: DirectoryOutput): Promise<number> {
  const container = `CN=Deleted Objects,${domainOf(baseDn)}`;
  const request = {
    base: container,
    filter: '(objectClass=*)',
    attributes: ['uSNChanged'],
    showDeleted: true,
  } as const;
  const refused = (why: string): Error =>
    new Error(
      `${username} cannot read ${container} (${why}), so deletions would be missed without a word (CWD-3093); let it list and read that container, or switch incrementalSynchronisation off`,
    );
  try {
    const found = await reader.search({ ...request, scope: 'sub' });
    const own = found.entries.find(({ dn }) => dn.toLowerCase() === container.toLowerCase());
    if (own === undefined) throw refused('it is not shown');
    // Samba shows its name to everybody, and nothing in it.
    const hidden = found.entries.filter((entry) => entry.values('uSNChanged').length === 0);
    if (hidden.includes(own)) throw refused('its attributes are not shown');
    if (hidden.length > 0) throw refused(`uSNChanged of ${counted(hidden.length, 'object')} in it is not shown`);
    return found.entries.length - 1;
  } catch (error) {
    if (resultCode(error) === undefined) throw error;
    throw refused(serverSaid(error) || `result ${resultCode(error) ?? ''}`);
  }
}

/** The domain that a base DN is in: the container is at its top. */
function domainOf(baseDn: string): string {
  let dn = Dn.parse('base DN', baseDn);
  while (dn.parent !== undefined && dn.rdn.some(({ type }) => canonicalType(type) !== 'dc')) dn = dn.parent;
  return dn.toString();
}
