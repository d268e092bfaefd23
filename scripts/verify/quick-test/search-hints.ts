import { Dn } from '../../../constructs/ldap/dn';
import type { DirectoryOutput } from '../../../stacks/directory-outputs';
import type { DirectoryReader } from './directory-reader';
import { CODE, resultCode, serverSaid } from './error-hints';
import { counted } from './texts';

/** As many as a client may ask for (RFC 4511, 4.1.1): the server's own limit is met first. */
const WITHOUT_LIMIT = 2 ** 31 - 1;
/** Entries that are looked at to say what there is instead. */
const SAMPLE = 1000;

/** Why a search was refused, after a look around. */
export async function searchHint(
  reader: DirectoryReader,
  directory: DirectoryOutput,
  { base, filter }: { readonly base: string; readonly filter: string },
  error: unknown,
): Promise<string> {
  const said = serverSaid(error);
  switch (resultCode(error)) {
    case CODE.noSuchObject:
    case CODE.referral:
    case CODE.invalidDnSyntax:
      return noBase(reader, directory, base);
    case CODE.sizeLimitExceeded: {
      const { entries } = await reader.search({
        base,
        scope: 'sub',
        filter,
        attributes: ['1.1'],
        atMost: WITHOUT_LIMIT,
      });
      const remedy = directory.usePagedResults
        ? `it counts over all pages: raise its limit for ${directory.username}`
        : 'set usePagedResults where the type has it, or raise the limit for this account';
      return `the server gives no more than ${counted(entries.length, 'entry', 'entries')} below ${base} at once; ${remedy}`;
    }
    case CODE.adminLimitExceeded:
      return `the server ends the search by a limit of its administrator (${said}); raise it for ${directory.username}, or narrow the base DN`;
    case CODE.timeLimitExceeded:
      return `the search below ${base} took longer than it may (searchTimeout is ${directory.searchTimeout} s; the server has a limit of its own); narrow the base DN, or index what the filter asks for`;
    case CODE.unavailableCriticalExtension:
      return `the server cannot do what the search asks for (${said}); leave usePagedResults off where it cannot page`;
    case CODE.insufficientAccess:
      return `${directory.username} may not read below ${base} (${said})`;
    default:
      return said;
  }
}

/** The wrong base: what there is of it, and what there is at all. */
async function noBase(reader: DirectoryReader, directory: DirectoryOutput, base: string): Promise<string> {
  let above = Dn.parse('base DN', base).parent;
  while (above !== undefined && !(await exists(reader, above.toString()))) above = above.parent;
  const contexts = await namingContexts(reader);
  const nearest = above === undefined ? 'nor anything above it' : `the nearest above it is ${above.toString()}`;
  const held = contexts.length === 0 ? '' : `; the server holds ${contexts.join(', ')}`;
  return `there is no ${base} that ${directory.username} may see, ${nearest}${held}; correct baseDn, additionalUserDn or additionalGroupDn`;
}

async function exists(reader: DirectoryReader, dn: string): Promise<boolean> {
  try {
    const found = await reader.search({ base: dn, scope: 'base', filter: '(objectClass=*)', attributes: ['1.1'] });
    return found.entries.length > 0;
  } catch (error) {
    if (resultCode(error) === undefined) throw error;
    return false;
  }
}

/** Of the root DSE (RFC 4512, 5.1); none where the server does not say. */
async function namingContexts(reader: DirectoryReader): Promise<readonly string[]> {
  try {
    const { entries } = await reader.search({
      base: '',
      scope: 'base',
      filter: '(objectClass=*)',
      attributes: ['namingContexts'],
    });
    return entries.flatMap((entry) => entry.values('namingContexts'));
  } catch (error) {
    if (resultCode(error) === undefined) throw error;
    return [];
  }
}

/** Where a filter finds nothing: what there is without it. */
export async function nothingFound(reader: DirectoryReader, base: string, filter: string): Promise<string> {
  const { entries } = await reader.search({
    base,
    scope: 'sub',
    filter: '(objectClass=*)',
    attributes: ['objectClass'],
    atMost: SAMPLE,
  });
  const tally = new Map<string, number>();
  for (const objectClass of entries.flatMap((entry) => entry.values('objectClass'))) {
    tally.set(objectClass, (tally.get(objectClass) ?? 0) + 1);
  }
  tally.delete('top');
  const classes = [...tally].sort(([, one], [, other]) => other - one).map(([name, count]) => `${name} ${count}`);
  const without = `${entries.length === SAMPLE ? 'at least ' : ''}${counted(entries.length, 'entry', 'entries')}`;
  const of = classes.length === 0 ? '' : `, of the classes ${classes.slice(0, 8).join(', ')}`;
  return `nothing below ${base} matches ${filter}; without the filter there ${entries.length === 1 ? 'is' : 'are'} ${without}${of}`;
}
