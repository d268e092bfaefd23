import { DirectorySeed } from '../../constructs/ldap/directory-seed';
import { Dn } from '../../constructs/ldap/dn';
import { Ldif } from '../../constructs/ldap/ldif';

const BASE = 'dc=example,dc=com';
const dn = (text: string): Dn => Dn.parse('test', text);

const record = (name: string, objectClass: string, ...lines: string[]): string =>
  [
    `dn: ${name}`,
    `objectClass: ${objectClass}`,
    name.slice(0, name.indexOf(',')).replace('=', ': '),
    ...lines,
    '',
  ].join('\n');

const people = record(`ou=people,${BASE}`, 'organizationalUnit');
const ann = record(`uid=ann,ou=people,${BASE}`, 'inetOrgPerson', 'cn: Ann', 'sn: Ann');
const group = (name: string, ...members: string[]): string =>
  record(`cn=${name},ou=people,${BASE}`, 'groupOfNames', ...members.map((member) => `member: ${member}`));

const seedOf = (
  records: string[],
  serviceAccount = `cn=git-server,ou=services,${BASE}`,
  baseDn = BASE,
): DirectorySeed =>
  new DirectorySeed('here', {
    ldif: Ldif.parse(records.join('\n'), 'x.ldif'),
    baseDn: dn(baseDn),
    serviceAccount: dn(serviceAccount),
  });

const names = (seed: DirectorySeed): string[] => seed.entries.map((entry) => entry.dn.toString());
const memberOf = (seed: DirectorySeed, name: string): unknown =>
  seed
    .find(dn(name))
    ?.values('memberOf')
    .map(({ value }) => value);

test('the base entry, the service account and what is above it are added, parents first', () => {
  const seed = seedOf([people, ann]);
  expect(names(seed)).toEqual([
    BASE,
    `ou=people,${BASE}`,
    `uid=ann,ou=people,${BASE}`,
    `ou=services,${BASE}`,
    `cn=git-server,ou=services,${BASE}`,
  ]);
  expect(seed.required.map((entry) => entry.dn.toString())).toEqual([
    BASE,
    `ou=services,${BASE}`,
    `cn=git-server,ou=services,${BASE}`,
  ]);
  expect(seed.find(dn(`cn=git-server,ou=services,${BASE}`))?.has('objectClass', 'simpleSecurityObject')).toBe(true);
});

test('furtherAccounts are made as the service account is, and are required with what is above them', () => {
  const further = `cn=replicator,ou=copies,${BASE}`;
  const seed = new DirectorySeed('here', {
    ldif: Ldif.parse(people, 'x.ldif'),
    baseDn: dn(BASE),
    serviceAccount: dn(`cn=git-server,ou=services,${BASE}`),
    furtherAccounts: [dn(further)],
  });
  expect(seed.find(dn(further))?.has('objectClass', 'simpleSecurityObject')).toBe(true);
  expect(seed.required.map((entry) => entry.dn.toString())).toEqual(
    expect.arrayContaining([`ou=copies,${BASE}`, further]),
  );
});

test.each([
  ['dc=example', 'dcObject', 'dc', 'example'],
  ['o=Example Ltd', 'organization', 'o', 'Example Ltd'],
  ['ou=unit,o=x', 'organizationalUnit', 'ou', 'unit'],
  ['c=DE', 'country', 'c', 'DE'],
  ['l=Berlin', 'locality', 'l', 'Berlin'],
])('a base entry %s is made', (base, objectClass, attribute, value) => {
  const entry = seedOf([], `uid=git,${base}`, base).entries[0];
  expect(entry?.has('objectClass', objectClass)).toBe(true);
  expect(entry?.has(attribute, value)).toBe(true);
});

test('entries of the LDIF are taken as they are', () => {
  const base = record(BASE, 'domain');
  const seed = seedOf([
    base,
    people,
    record(`ou=services,${BASE}`, 'organizationalUnit', 'description: mine'),
    record(`cn=git-server,ou=services,${BASE}`, 'person', 'sn: git'),
  ]);
  expect(names(seed)).toHaveLength(4);
  expect(seed.entries[0]?.has('objectClass', 'domain')).toBe(true);
  expect(seed.find(dn(`cn=git-server,ou=services,${BASE}`))?.has('objectClass', 'person')).toBe(true);
});

test('memberOf is computed from both kinds of groups, however the members are written', () => {
  const unique = record(
    `cn=u,ou=people,${BASE}`,
    'groupOfUniqueNames',
    `uniqueMember: uid=ann,ou=people,${BASE}#'0101'B`,
  );
  const seed = seedOf([
    people,
    ann,
    group('g', `UID=Ann, ou=People, ${BASE}`),
    unique,
    group('nested', `cn=g,ou=people,${BASE}`),
  ]);
  expect(memberOf(seed, `uid=ann,ou=people,${BASE}`)).toEqual([`cn=g,ou=people,${BASE}`, `cn=u,ou=people,${BASE}`]);
  expect(memberOf(seed, `cn=g,ou=people,${BASE}`)).toEqual([`cn=nested,ou=people,${BASE}`]);
});

test('memberOf of an export is accepted where the groups say the same', () => {
  const withGroup = ann.trimEnd() + `\nmemberOf: cn=g,ou=people,${BASE}\n`;
  expect(
    memberOf(seedOf([people, withGroup, group('g', `uid=ann,ou=people,${BASE}`)]), `uid=ann,ou=people,${BASE}`),
  ).toEqual([`cn=g,ou=people,${BASE}`]);
  expect(() => seedOf([people, withGroup])).toThrow('x.ldif, line 10: memberOf');
});

test('an empty member stands for none', () => {
  expect(names(seedOf([people, group('g', '')]))).toContain(`cn=g,ou=people,${BASE}`);
});

test.each([
  [
    'an entry outside the base DN',
    [people, record('ou=a,dc=other', 'organizationalUnit')],
    'x.ldif, line 5: the entry "ou=a,dc=other", which is not below',
  ],
  ['an entry above the base DN', ['dn: dc=com\nobjectClass: domain\ndc: com\n'], 'not below the base DN'],
  [
    'an entry before its parent',
    [ann, people],
    'x.ldif, line 1: the entry "uid=ann,ou=people,dc=example,dc=com" before the entry above it; move',
  ],
  ['an entry without a parent', [ann], 'without the entry above it; add'],
  ['a member that does not exist', [people, group('g', `uid=bob,ou=people,${BASE}`)], 'x.ldif, line 8: the member'],
  ['a member twice', [people, ann, group('g', `uid=ann,ou=people,${BASE}`, `uid=ANN,ou=people,${BASE}`)], 'twice'],
  ['a member that is no DN', [people, group('g', 'ann')], 'x.ldif, line 8: the DN "ann"'],
])('%s is refused', (_, records, message) => {
  expect(() => seedOf(records)).toThrow(message);
});

test.each([
  ['outside the base DN', 'cn=git,dc=other', 'below the base DN'],
  ['the base itself', BASE, 'below the base DN'],
  ['named by an attribute that is not known', `sn=git,${BASE}`, 'cn or uid'],
  ['multi-valued', `cn=git+uid=git,${BASE}`, 'one attribute'],
  ['below an entry that is not known', `cn=git,sn=x,${BASE}`, 'dc, o, ou, c or l'],
])('a service account %s is refused', (_, account, message) => {
  expect(() => seedOf([], account)).toThrow(message);
});

test('20,000 memberships take well under a second', () => {
  const users = Array.from({ length: 1000 }, (__, index) => `uid=u${index},ou=people,${BASE}`);
  const records = users.map((user) => record(user, 'inetOrgPerson', 'cn: a', 'sn: a'));
  const groups = Array.from({ length: 20 }, (__, index) => group(`g${index}`, ...users));
  const start = Date.now();
  const seed = seedOf([people, ...records, ...groups]);
  expect(seed.find(dn(users[999] ?? ''))?.values('memberOf')).toHaveLength(20);
  expect(Date.now() - start).toBeLessThan(3000);
});
