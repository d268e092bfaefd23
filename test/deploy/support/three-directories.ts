import { Ldif } from '../../../constructs/ldap/ldif';

export const BASE_DN = 'dc=example,dc=com';

/** Account to password; `ada` is in two directories, with a password in each. */
export const PASSWORDS = {
  first: { ada: 'first-ada', carl: 'first-carl', dora: 'first-dora', fred: 'first-fred', olga: 'first-olga' },
  second: { ada: 'second-ada', eve: 'second-eve', petra: 'second-petra', prim: 'second-prim' },
} as const;

export const dnOf = (user: string): string => `uid=${user},ou=people,${BASE_DN}`;

const branches = ['people', 'groups'].map(
  (name) => `dn: ou=${name},${BASE_DN}\nobjectClass: organizationalUnit\nou: ${name}\n`,
);

function person(uid: string, more = ''): string {
  return `dn: ${dnOf(uid)}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\n${more}`;
}

function posix(uid: string, number: number, group: number): string {
  return person(
    uid,
    `objectClass: posixAccount\nuidNumber: ${number}\ngidNumber: ${group}\nhomeDirectory: /nonexistent\n`,
  );
}

function group(cn: string, ...members: readonly string[]): string {
  const lines = members.map((member) => `member: ${member}\n`).join('');
  return `dn: cn=${cn},ou=groups,${BASE_DN}\nobjectClass: groupOfNames\ncn: ${cn}\n${lines}`;
}

function posixGroup(cn: string, number: number, ...members: readonly string[]): string {
  const lines = members.map((member) => `memberUid: ${member}\n`).join('');
  return `dn: cn=${cn},ou=groups,${BASE_DN}\nobjectClass: posixGroup\ncn: ${cn}\ngidNumber: ${number}\n${lines}`;
}

/** Groups in groups, in a circle: carl is in inner, inner in middle, middle in outer, and outer in inner. */
export function firstSeed(): Ldif {
  const nested = (cn: string): string => `cn=${cn},ou=groups,${BASE_DN}`;
  return Ldif.parse(
    [
      ...branches,
      ...Object.keys(PASSWORDS.first).map((uid) => person(uid)),
      group('core', dnOf('ada')),
      group('inner', dnOf('carl'), nested('outer')),
      group('middle', nested('inner')),
      group('outer', nested('middle')),
      group('operators', dnOf('olga')),
    ].join('\n'),
    'first.ldif',
  );
}

/** Two trees in one: people with memberOf, and Posix accounts. */
export function secondSeed(): Ldif {
  return Ldif.parse(
    [
      ...branches,
      person('ada'),
      person('eve'),
      posix('petra', 1001, 500),
      posix('prim', 1002, 600),
      group('partners', dnOf('ada'), dnOf('eve')),
      posixGroup('posix-team', 700, 'petra'),
      posixGroup('posix-primary', 600),
    ].join('\n'),
    'second.ldif',
  );
}
