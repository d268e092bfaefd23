import { InputError, quoted } from '../errors';
import { checkedGroupName } from './group-name';

/** Groups beside those of a directory, with the names of the users in them. */
export function checkedLocalGroups(
  where: string,
  groups: Readonly<Record<string, readonly string[]>> | undefined,
): Readonly<Record<string, readonly string[]>> | undefined {
  if (groups === undefined) return undefined;
  const entries = Object.entries(groups).map(([group, users]): [string, readonly string[]] => {
    checkedGroupName(where, group);
    return [group, checkedUsers(where, group, users)];
  });
  return Object.fromEntries(entries);
}

function checkedUsers(where: string, group: string, users: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  for (const user of users) {
    if (user === '' || user.trim() !== user || /[\p{Cc}\p{Cn}\p{Cs}]/u.test(user)) {
      throw new InputError(
        where,
        `the user ${quoted(user)} in ${quoted(group)}`,
        'write the name that the user logs in with',
      );
    }
    // Names of users are the same in upper and lower case, for Bitbucket as for LDAP.
    if (seen.has(user.toLowerCase())) {
      throw new InputError(where, `the user ${quoted(user)} twice in ${quoted(group)}`, 'keep one of the two');
    }
    seen.add(user.toLowerCase());
  }
  return users;
}
