import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { LdapFilter } from '../../constructs/ldap/ldap-filter';
import { ReplicaContent, type ReplicaContentProps } from '../../constructs/ldap/replica-content';
import { FAKE_CONNECTION, fakeDirectory } from '../support/fakes';

const content = (props: ReplicaContentProps = {}, source = fakeDirectory()): ReplicaContent =>
  new ReplicaContent('here', source, props);

test('what the schema of the source reads, the keys of SSH, and no passwords', () => {
  const { attributes, filter, indexed, memberOf, passwords, base } = content();
  expect(attributes).toEqual([
    ...['uid', 'cn', 'givenName', 'sn', 'displayName', 'mail', 'entryUUID', 'description', 'member'],
    ...['sshPublicKey', 'ou', 'o', 'dc'],
  ]);
  expect(filter).toBe(
    '(|(objectclass=inetorgperson)(objectClass=groupOfNames)(objectClass=organizationalUnit)(objectClass=organization)(objectClass=dcObject)(objectClass=domain))',
  );
  expect(indexed).toEqual(['uid', 'cn', 'mail', 'member']);
  expect([memberOf, passwords, base.toString()]).toEqual([undefined, 'passedThrough', 'dc=example,dc=com']);
});

test('passwords: the attribute of the schema', () => {
  expect(content({ passwords: 'replicated' }).attributes).toContain('userPassword');
  const source = fakeDirectory({ userPasswordAttribute: 'authPassword' });
  expect(content({ passwords: 'replicated' }, source).attributes).toContain('authPassword');
});

test('base, filter and attributes', () => {
  const source = fakeDirectory({ additionalUserDn: 'ou=people,o=x', additionalGroupDn: 'ou=groups,o=x' });
  const { base, filter, attributes } = content(
    { base: 'o=x,dc=example,dc=com', filter: LdapFilter.equal('o', 'a*'), attributes: ['employeeType', 'CN'] },
    source,
  );
  expect([base.toString(), filter]).toEqual(['o=x,dc=example,dc=com', '(o=a\\2a)']);
  expect(attributes).toContain('employeeType');
  expect(attributes.filter((name) => name.toLowerCase() === 'cn')).toHaveLength(1);
});

test('memberOf is computed where the source says that it is read; another attribute is copied', () => {
  const computed = content({}, fakeDirectory({ useUserMembershipAttribute: true }));
  expect(computed.memberOf).toEqual({ groupClass: 'groupOfNames', membersAttribute: 'member' });
  const unique = { useUserMembershipAttribute: true, groupMembersAttribute: 'uniqueMember' };
  expect(content({}, fakeDirectory(unique)).memberOf?.groupClass).toBe('groupOfUniqueNames');
  const named = { ...unique, groupObjectClass: 'team' };
  expect(content({}, fakeDirectory(named)).memberOf?.groupClass).toBe('team');
  expect(computed.attributes).not.toContain('memberOf');
  const other = fakeDirectory({ useUserMembershipAttributeForMembers: true, userMembershipAttribute: 'seeAlso' });
  const copied = content({}, other);
  expect(copied.memberOf).toBeUndefined();
  expect([copied.attributes, copied.indexed]).toEqual([
    expect.arrayContaining(['seeAlso']),
    expect.arrayContaining(['seeAlso']),
  ]);
});

test('Posix: numbers and names of members', () => {
  const { attributes, indexed } = content({}, LdapDirectory.openLdapPosix(FAKE_CONNECTION));
  expect(attributes).toEqual(expect.arrayContaining(['uidNumber', 'gidNumber', 'memberUid']));
  expect(indexed).toEqual(expect.arrayContaining(['gidNumber', 'memberUid']));
  const posix = LdapDirectory.openLdapPosix(FAKE_CONNECTION);
  expect(content({}, posix).integrityOf).toBeUndefined();
  expect(() => content({ referentialIntegrity: true }, posix)).toThrow('referentialIntegrity of groups with names');
});

test.each(['openLdap', 'openLdapPosix', 'generic', 'genericPosix'] as const)('%s is a source', (type) => {
  expect(() => content({}, LdapDirectory[type](FAKE_CONNECTION))).not.toThrow();
});

test.each([
  ...['activeDirectory', 'apacheDs10', 'apacheDs15', 'appleOpenDirectory', 'fedoraDs'],
  ...['novellEDirectory', 'openDs', 'sunDsee'],
] as ('activeDirectory' | 'apacheDs10')[])('%s is none, with the reason', (type) => {
  expect(() => content({}, LdapDirectory[type](FAKE_CONNECTION))).toThrow(
    /^here: a source of the type .+; .+: give this directory to the Git server itself$/,
  );
});

test.each<[string, ReplicaContentProps, string]>([
  ['a base elsewhere', { base: 'dc=other' }, 'here base: "dc=other"; write the source\'s base DN'],
  ['a base above', { base: 'dc=com' }, 'here base: "dc=com"'],
  ['a base that users are not below', { base: 'ou=a,dc=example,dc=com' }, 'that users are below'],
  ['a base that is no DN', { base: 'example' }, 'here base: the DN'],
  ['half a filter', { filter: '(uid=*' }, 'here filter: the LDAP filter'],
  ['an attribute that is none', { attributes: ['a b'] }, 'here attributes: "a b"'],
  ['passwords by the way', { attributes: ['USERPASSWORD'] }, 'give passwords: "replicated"'],
  ['memberOf', { attributes: ['memberof'] }, 'of which a server tells its copies nothing'],
])('refuses %s', (_, props, message) => {
  expect(() => content(props)).toThrow(message);
});
