import { InputError, quoted } from '../errors';

/** A group name that no directory group may have here: the realm never hands this one out, so it stands for nobody. */
export const NOBODY = 'cdktf-git-topology-nobody';

/**
 * The name of a group, of a directory or a local one. Tomcat reads "*" and "**" as any role and any user, and trims white
 * space around a name.
 */
export function checkedGroupName(where: string, group: string): string {
  const isReserved = group === '' || group === '*' || group === '**' || group === NOBODY;
  if (isReserved || group.trim() !== group || /[\p{Cc}\p{Cn}\p{Cs}]/u.test(group)) {
    throw new InputError(where, `the group ${quoted(group)}`, 'write the name of a group, such as "git-writers"');
  }
  return group;
}
