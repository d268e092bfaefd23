import { Dn } from '../../constructs/ldap/dn';
import { DirectorySeed } from '../../constructs/ldap/directory-seed';
import { Ldif } from '../../constructs/ldap/ldif';
import { largeDirectory } from '../support/large-directory';

const baseDn = 'dc=example,dc=com';
const small = { users: 12, groups: 5, membershipsPerUser: 3, baseDn, passwordHashes: ['{SSHA}x'] };

test('a seed with so many users, groups and memberships, the same each time', () => {
  const text = largeDirectory(small);
  expect(largeDirectory(small)).toBe(text);
  const seed = new DirectorySeed('test', {
    ldif: Ldif.parse(text),
    baseDn: Dn.parse('test', baseDn),
    serviceAccount: Dn.parse('test', `cn=git,${baseDn}`),
  });
  const users = seed.entries.filter((entry) => entry.has('objectClass', 'inetOrgPerson'));
  const groups = seed.entries.filter((entry) => entry.has('objectClass', 'groupOfNames'));
  expect(users.map((user) => user.values('memberOf').length)).toEqual(Array(12).fill(3));
  expect(groups.map((group) => group.values('member').length)).toEqual([8, 7, 7, 7, 7]);
  expect(users.map((user) => user.values('userPassword').length)).toEqual([1, ...Array<number>(11).fill(0)]);
});

test('a group of nobody has the empty member', () => {
  expect(largeDirectory({ ...small, users: 1, membershipsPerUser: 1 }).match(/^member:$/gm)).toHaveLength(4);
});
