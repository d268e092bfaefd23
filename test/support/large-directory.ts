export interface LargeDirectory {
  readonly users: number;
  readonly groups: number;
  /** Groups that each user is in, at most all of them. */
  readonly membershipsPerUser: number;
  readonly baseDn: string;
  /** `userPassword` of the first users, in order; the others have none, and cannot log in. */
  readonly passwordHashes?: readonly string[];
}

/** Name of a user, counted from 1: `user00001`. */
export function largeUserName(number: number): string {
  return `user${String(number).padStart(5, '0')}`;
}

/** Name of a group, counted from 1: `group0001`. */
export function largeGroupName(number: number): string {
  return `group${String(number).padStart(4, '0')}`;
}

/**
 * LDIF of a directory of any size, the same for the same numbers: users below `ou=people`, groupOfNames below `ou=groups`,
 * memberships spread evenly. The base entry and memberOf are left out, as a seed may have it.
 */
export function largeDirectory(directory: LargeDirectory): string {
  const { users, groups, membershipsPerUser, baseDn, passwordHashes = [] } = directory;
  const members: string[][] = Array.from({ length: groups }, () => []);
  const entries = [container(baseDn, 'people'), container(baseDn, 'groups')];
  for (let user = 0; user < users; user += 1) {
    const uid = largeUserName(user + 1);
    const dn = `uid=${uid},ou=people,${baseDn}`;
    const hash = passwordHashes[user];
    entries.push(
      `dn: ${dn}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\ngivenName: Given ${user + 1}\n` +
        `sn: Surname ${user + 1}\ndisplayName: Given Surname ${user + 1}\nmail: ${uid}@example.com\n` +
        (hash === undefined ? '' : `userPassword: ${hash}\n`),
    );
    for (let nth = 0; nth < membershipsPerUser; nth += 1) {
      members[(user * membershipsPerUser + nth) % groups]?.push(`member: ${dn}\n`);
    }
  }
  for (const [index, lines] of members.entries()) {
    // A groupOfNames needs a member; the empty DN stands for none (RFC 4519, 3.5).
    const all = lines.length > 0 ? lines.join('') : 'member:\n';
    const cn = largeGroupName(index + 1);
    entries.push(
      `dn: cn=${cn},ou=groups,${baseDn}\nobjectClass: groupOfNames\ncn: ${cn}\ndescription: Group ${index + 1}\n${all}`,
    );
  }
  return entries.join('\n');
}

function container(baseDn: string, ou: string): string {
  return `dn: ou=${ou},${baseDn}\nobjectClass: organizationalUnit\nou: ${ou}\n`;
}
