import {
  type ResultCodeError,
  AdminLimitExceededError,
  InsufficientAccessError,
  InvalidCredentialsError,
  NoSuchObjectError,
  TimeLimitExceededError,
  UnavailableCriticalExtensionError,
} from 'ldapts';
import { QuickTest } from '../../scripts/verify/quick-test/quick-test';
import type { DirectoryOutput } from '../../stacks/directory-outputs';
import {
  activeDirectory,
  BIND_DN,
  dnDirectory,
  DN_TREE,
  FakeDirectory,
  posixDirectory,
  POSIX_TREE,
  type FakeOptions,
} from '../support/fake-directory';

const ADA = 'uid=ada,ou=people,dc=example,dc=com';
const DEVS = 'cn=devs,ou=groups,dc=example,dc=com';

/** The lines of a Quick Test, without times. */
async function lines(
  directory: DirectoryOutput,
  tree: ConstructorParameters<typeof FakeDirectory>[0],
  { accounts = { ada: 'secret' }, ...options }: FakeOptions & { accounts?: Record<string, string> } = {},
): Promise<string[]> {
  const fake = new FakeDirectory(tree, options);
  const said: string[] = [];
  for await (const { passed, text } of new QuickTest(directory, fake, new Map(Object.entries(accounts))).run()) {
    if (passed) expect(text).toMatch(/ \[\d+ ms\]$/);
    said.push(`${passed ? 'pass' : 'FAIL'} ${text.replace(/ \[\d+ ms\]$/, '').replace('directory staff: ', '')}`);
  }
  expect(fake.closed).toBe(1);
  expect(said.join('\n')).not.toContain('secret');
  return said;
}

function failure(all: readonly string[]): string {
  return all.filter((line) => line.startsWith('FAIL')).join('\n');
}

function without(tree: typeof DN_TREE, dn: string, attribute: string): typeof DN_TREE {
  const rest = Object.entries(tree[dn] ?? {}).filter(([name]) => name !== attribute);
  return { ...tree, [dn]: Object.fromEntries(rest) };
}

describe('a directory that is right', () => {
  test('with members by DN', async () => {
    expect(await lines(dnDirectory(), DN_TREE)).toEqual([
      'pass connects to ldap.example.com:636',
      'pass speaks TLS: TLSv1.3',
      `pass lets ${BIND_DN} in`,
      'pass has users: 2 users below ou=people,dc=example,dc=com: 1 without mail',
      'pass has groups: 2 groups below ou=groups,dc=example,dc=com with 3 memberships (member)',
      "pass knows the groups of a user: ada is in 1 group (devs) by the groups' member",
      `pass lets a user in: ada, as ${ADA}`,
    ]);
  });

  test('with groups in groups, in a circle', async () => {
    expect(await lines(dnDirectory({ nestedGroups: true }), DN_TREE)).toContain(
      "pass knows the groups of a user: ada is in 1 group (devs) by the groups' member, and through them in 1 group (staff)",
    );
  });

  test('by the attribute of users, in both directions', async () => {
    const settings = { useUserMembershipAttribute: true, useUserMembershipAttributeForMembers: true };
    const tree = { ...DN_TREE, [ADA]: { ...DN_TREE[ADA], memberOf: DEVS } };
    expect(await lines(dnDirectory(settings), tree)).toContain(
      "pass knows the groups of a user: ada is in 1 group (devs) by the user's memberOf; 1 group (devs) has 1 member by the users' memberOf",
    );
  });

  test('with members by name, and a primary group', async () => {
    const said = await lines(posixDirectory(), POSIX_TREE);
    expect(said).toContain(
      'pass has groups: 2 groups below ou=groups,dc=example,dc=com with 2 memberships (memberUid)',
    );
    expect(said).toContain(
      "pass knows the groups of a user: ada is in 1 group (devs) by the groups' memberUid; by its gidNumber 100 in 1 group (users)",
    );
  });

  test('without an account that is known, somebody is looked at, and nobody logs in', async () => {
    const said = await lines(dnDirectory(), DN_TREE, { accounts: { eve: 'secret' } });
    expect(said).toHaveLength(6);
    expect(said[5]).toContain('ada is in');
  });

  test('a name that would change the filter finds nobody', async () => {
    const said = await lines(dnDirectory(), DN_TREE, { accounts: { '*)(uid=*': 'secret' } });
    expect(failure(said)).toBe('');
    expect(said).toHaveLength(6);
  });

  test('StartTLS is called so', async () => {
    expect(await lines(dnDirectory({ secure: 'startTls' }), DN_TREE)).toContain('pass speaks StartTLS: TLSv1.3');
  });
});

describe('what ends the test', () => {
  test.each([
    ['connectError', { connectError: new Error('no way') }, 'FAIL connects to ldap.example.com:636: no way'],
    ['tlsError', { tlsError: new Error('not trusted') }, 'FAIL speaks TLS: not trusted'],
    [
      'bindError',
      { bindError: new InvalidCredentialsError('') },
      `FAIL lets ${BIND_DN} in: the account is refused: the name or the password is wrong (servers do not say which)`,
    ],
  ])('%s', async (_what, options, line) => {
    const said = await lines(dnDirectory(), DN_TREE, options);
    expect(said.at(-1)).toBe(line);
    expect(failure(said)).toBe(line);
  });
});

describe('a wrong base DN', () => {
  test('says what there is above it, and what the server holds', async () => {
    const said = await lines(dnDirectory({ additionalUserDn: 'ou=x,ou=people' }), DN_TREE);
    expect(failure(said)).toBe(
      `FAIL has users: there is no ou=x,ou=people,dc=example,dc=com that ${BIND_DN} may see, the nearest above it is ou=people,dc=example,dc=com; the server holds dc=example,dc=com, cn=config; correct baseDn, additionalUserDn or additionalGroupDn`,
    );
    // Groups are elsewhere, so they are looked at; nobody can be without users.
    expect(said.at(-1)).toContain('has groups');
  });

  test('and where there is nothing of it', async () => {
    const said = await lines(dnDirectory({ baseDn: 'o=elsewhere' }), DN_TREE);
    expect(failure(said)).toContain('may see, nor anything above it; the server holds dc=example,dc=com, cn=config');
  });
});

describe('a search that is refused', () => {
  test('for its size, without pages and with them', async () => {
    expect(failure(await lines(dnDirectory(), DN_TREE, { sizeLimit: 1 }))).toContain(
      'FAIL has users: the server gives no more than 1 entry below ou=people,dc=example,dc=com at once; set usePagedResults',
    );
    expect(failure(await lines(dnDirectory({ usePagedResults: true }), DN_TREE, { sizeLimit: 1 }))).toContain(
      `it counts over all pages: raise its limit for ${BIND_DN}`,
    );
  });

  test.each<[ResultCodeError, string]>([
    [new TimeLimitExceededError(''), 'took longer than it may (searchTimeout is 60 s'],
    [new AdminLimitExceededError('too much'), 'a limit of its administrator (too much)'],
    [new InsufficientAccessError('no'), `${BIND_DN} may not read below ou=people,dc=example,dc=com (no)`],
    [new UnavailableCriticalExtensionError('paging'), 'leave usePagedResults off where it cannot page'],
  ])('%#', async (error, hint) => {
    const refuse = ({ base }: { base: string }): ResultCodeError | undefined =>
      base.startsWith('ou=people') ? error : undefined;
    expect(failure(await lines(dnDirectory(), DN_TREE, { refuse }))).toContain(hint);
  });
});

describe('a schema that is another', () => {
  test('a filter that finds nothing', async () => {
    const said = await lines(dnDirectory({ userObjectFilter: '(objectClass=posixAccount)' }), DN_TREE);
    expect(failure(said)).toBe(
      'FAIL has users: nothing below ou=people,dc=example,dc=com matches (objectClass=posixAccount); without the filter there are 3 entries, of the classes inetOrgPerson 2, organizationalUnit 1',
    );
    expect(failure(await lines(dnDirectory({ groupObjectFilter: '(cn=x)' }), DN_TREE))).toContain(
      'FAIL has groups: nothing below ou=groups,dc=example,dc=com matches (cn=x)',
    );
  });

  test('no name attribute', async () => {
    expect(failure(await lines(dnDirectory({ userNameAttribute: 'sAMAccountName' }), DN_TREE))).toContain(
      'none of 2 users below ou=people,dc=example,dc=com has the attribute sAMAccountName, which userNameAttribute names',
    );
    expect(failure(await lines(dnDirectory({ groupNameAttribute: 'ou' }), DN_TREE))).toContain(
      'none of 2 groups below ou=groups,dc=example,dc=com has the attribute ou, which groupNameAttribute names',
    );
    const one = without(DN_TREE, 'uid=bob,ou=people,dc=example,dc=com', 'uid');
    expect(await lines(dnDirectory(), one)).toContain(
      'pass has users: 2 users below ou=people,dc=example,dc=com: 1 without uid, so that nobody can log in as them, 1 without mail',
    );
  });

  test('names where the type has DNs', async () => {
    const tree = { ...DN_TREE, [DEVS]: { ...DN_TREE[DEVS], member: ['ada', 'bob'] } };
    expect(failure(await lines(dnDirectory(), tree))).toBe(
      'FAIL has groups: 2 of 3 values of member are each no DN but a user name, such as "ada"; OpenLDAP takes them for DNs: use a Posix type, or an attribute with DNs',
    );
  });

  test('DNs where the type has names', async () => {
    const tree = { ...POSIX_TREE, [DEVS]: { ...POSIX_TREE[DEVS], memberUid: ADA } };
    expect(failure(await lines(posixDirectory(), tree))).toBe(
      `FAIL has groups: 1 of 1 value of memberUid is no user name but a DN, such as "${ADA}"; Generic Posix/RFC2307 Directory (Read-Only) takes them for user names: use a type that is not Posix, or an attribute with names`,
    );
  });

  test('members in another attribute, or none', async () => {
    expect(failure(await lines(dnDirectory({ groupMembersAttribute: 'uniqueMember' }), DN_TREE))).toContain(
      'none of 2 groups has the attribute uniqueMember, which groupMembersAttribute names, but 2 have member',
    );
    const bare = { ...DN_TREE, 'cn=staff,ou=groups,dc=example,dc=com': { objectClass: 'groupOfNames', cn: 'staff' } };
    expect(failure(await lines(dnDirectory(), without(bare, DEVS, 'member')))).toContain(
      'nor members of any other kind',
    );
  });

  test('Posix groups may have members by their numbers alone', async () => {
    expect(await lines(posixDirectory(), without(POSIX_TREE, DEVS, 'memberUid'))).toContain(
      'pass has groups: 2 groups below ou=groups,dc=example,dc=com with 0 memberships (memberUid)',
    );
  });

  test('a membership attribute that the server does not keep', async () => {
    expect(failure(await lines(dnDirectory({ useUserMembershipAttribute: true }), DN_TREE))).toBe(
      `FAIL knows the groups of a user: ${ADA} has no memberOf, though 1 group (devs) has it as member; the server does not keep that attribute: leave useUserMembershipAttribute off`,
    );
    expect(failure(await lines(dnDirectory({ useUserMembershipAttributeForMembers: true }), DN_TREE))).toContain(
      `nobody has ${DEVS} as memberOf`,
    );
  });

  test('two users of one name', async () => {
    const tree = { ...DN_TREE, 'cn=ada,ou=people,dc=example,dc=com': { ...DN_TREE[ADA], cn: 'ada' } };
    expect(failure(await lines(dnDirectory(), tree))).toContain('2 users have the uid "ada"');
  });
});

describe('a wrong password', () => {
  test('of the user', async () => {
    expect(failure(await lines(dnDirectory(), DN_TREE, { accounts: { ada: 'wrong' } }))).toBe(
      `FAIL lets a user in: ada (${ADA}) is refused: the name or the password is wrong (servers do not say which)`,
    );
  });

  test.each([
    ['525', 'there is no such account'],
    ['52e', 'the password is wrong'],
    ['533', 'the account is disabled'],
    ['701', 'the account has expired'],
    ['773', 'the password must be changed first'],
    ['775', 'the account is locked'],
  ])('Active Directory says %s', async (data, reason) => {
    const bindError = new InvalidCredentialsError(
      `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${data}, v3839\0`,
    );
    expect(failure(await lines(activeDirectory(), DN_TREE, { bindError }))).toContain(
      `the account is refused: ${reason} (Active Directory: data ${data})`,
    );
  });
});

describe('what Active Directory shows of changes', () => {
  const user = { objectClass: 'user', sAMAccountName: 'ada', displayName: 'Ada', mail: 'a@b', uSNChanged: '12345' };
  const group = { objectClass: 'group', cn: 'devs', member: ADA };
  const container = 'CN=Deleted Objects,dc=example,dc=com';
  const tree = {
    'dc=example,dc=com': DN_TREE['dc=example,dc=com'] ?? {},
    'ou=people,dc=example,dc=com': DN_TREE['ou=people,dc=example,dc=com'] ?? {},
    'ou=groups,dc=example,dc=com': DN_TREE['ou=groups,dc=example,dc=com'] ?? {},
    [ADA]: user,
    [DEVS]: group,
    [container]: { objectClass: 'container', uSNChanged: '3716' },
    [`cn=gone\\0ADEL:1,${container}`]: { objectClass: 'user', isDeleted: 'TRUE', uSNChanged: '4257' },
  };

  test('all', async () => {
    expect(await lines(activeDirectory(), tree)).toContain(
      'pass shows changes: uSNChanged up to 12345, 1 deleted object',
    );
  });

  test('no uSNChanged', async () => {
    expect(failure(await lines(activeDirectory(), without(tree, ADA, 'uSNChanged')))).toContain(
      `FAIL shows changes: ${BIND_DN} cannot read uSNChanged of 1 user of 1, so changes of them would be missed without a word (CWD-3093)`,
    );
  });

  test.each<[string, ResultCodeError]>([
    ['hidden', new NoSuchObjectError('')],
    ['refused', new InsufficientAccessError('no')],
  ])('deleted objects are %s', async (_how, error) => {
    const refuse = ({ showDeleted }: { showDeleted?: boolean }): ResultCodeError | undefined =>
      showDeleted === true ? error : undefined;
    expect(failure(await lines(activeDirectory(), tree, { refuse }))).toContain(
      `FAIL shows changes: ${BIND_DN} cannot read CN=Deleted Objects,dc=example,dc=com (`,
    );
  });

  test('the container is there by name alone, as Samba shows it to everybody', async () => {
    expect(failure(await lines(activeDirectory(), without(tree, container, 'uSNChanged')))).toContain(
      'cannot read CN=Deleted Objects,dc=example,dc=com (its attributes are not shown), so deletions would be missed',
    );
    const gone = `cn=gone\\0ADEL:1,${container}`;
    expect(failure(await lines(activeDirectory(), without(tree, gone, 'uSNChanged')))).toContain(
      '(uSNChanged of 1 object in it is not shown)',
    );
  });

  test('is not asked for where there are no users', async () => {
    const said = await lines(activeDirectory({ userObjectFilter: '(objectClass=none)' }), tree);
    expect(said.join('\n')).not.toContain('shows changes');
  });

  test('is asked for where changes are wanted alone', async () => {
    const said = await lines(activeDirectory({ incrementalSynchronisation: false }), tree);
    expect(said.join('\n')).not.toContain('shows changes');
  });
});
