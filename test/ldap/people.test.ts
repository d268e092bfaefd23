import { Token, ref } from 'cdktf';
import { LdapGroup } from '../../constructs/ldap/ldap-group';
import { LdapUser, type LdapUserProps } from '../../constructs/ldap/ldap-user';
import { Ldif } from '../../constructs/ldap/ldif';
import type { OpenLdapServerProps } from '../../constructs/ldap/open-ldap-props';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import type { GroupClass } from '../../constructs/ldap/group-class';
import { fakeCertificate } from '../support/fakes';
import { ED25519 } from '../support/ssh-keys';
import { synth, type Synthesised } from '../support/synth';

const BASE = 'dc=example,dc=com';

function built(props: Partial<OpenLdapServerProps<GroupClass>>): Synthesised {
  return synth((environment) => {
    new OpenLdapServer<GroupClass>(environment, 'ldap', {
      baseDn: BASE,
      certificate: fakeCertificate('ldap'),
      ...props,
    });
  });
}
const file = (props: Partial<OpenLdapServerProps<GroupClass>>, path: string): string =>
  built(props).file('env/ldap', path);
const seed = (props: Partial<OpenLdapServerProps<GroupClass>>): string =>
  file(props, 'seed.ldif').replace(/^# .*\n/gm, '');

const person = (name: string, more: Partial<LdapUserProps> = {}): LdapUser =>
  new LdapUser({ name, firstName: 'A', lastName: 'B', email: `${name}@example.com`, ...more });
const posix = (name: string, number: number): LdapUser => person(name, { uidNumber: number, gidNumber: 100 });
const ann = person('ann');
const bob = person('bob');

test('without an LDIF there are users, groups, and the branches that they are in', () => {
  const devs = new LdapGroup({ name: 'devs', description: 'All', members: [ann, bob] });
  const text = seed({ users: [ann, bob], groups: [new LdapGroup({ name: 'top', members: [devs] }), devs] });
  expect(text).toContain(`dn: ou=people,${BASE}\n`);
  expect(text).toContain(`dn: ou=groups,${BASE}\n`);
  expect(text).toContain(
    [
      `dn: uid=ann,ou=people,${BASE}`,
      'objectClass: inetOrgPerson',
      'uid: ann',
      'cn: A B',
      'givenName: A',
      'sn: B',
      'displayName: A B',
      'mail: ann@example.com',
      `memberOf: cn=devs,ou=groups,${BASE}`,
      '',
    ].join('\n'),
  );
  expect(text).toContain(
    [
      `dn: cn=devs,ou=groups,${BASE}`,
      'objectClass: groupOfNames',
      'cn: devs',
      'description: All',
      `member: uid=ann,ou=people,${BASE}`,
      `member: uid=bob,ou=people,${BASE}`,
      `memberOf: cn=top,ou=groups,${BASE}`,
      '',
    ].join('\n'),
  );
});

test('groups of unique names', () => {
  const text = seed({
    groupClass: 'groupOfUniqueNames',
    users: [ann],
    groups: [new LdapGroup({ name: 'g', members: [ann] })],
  });
  expect(text).toContain(`objectClass: groupOfUniqueNames\ncn: g\nuniqueMember: uid=ann,ou=people,${BASE}\n`);
  expect(text).toContain(`memberOf: cn=g,ou=groups,${BASE}\n`);
});

test('Posix accounts and groups', () => {
  const eve = person('eve', { uidNumber: 7, gidNumber: 8, homeDirectory: '/srv/eve', displayName: 'Eve' });
  const text = seed({
    groupClass: 'posixGroup',
    users: [posix('ann', 5), eve],
    groups: [
      new LdapGroup({ name: 'none', members: [], gidNumber: 100 }),
      new LdapGroup({ name: 'g', members: [eve], gidNumber: 8 }),
    ],
  });
  expect(text).toContain('objectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: ann\n');
  expect(text).toContain('uidNumber: 5\ngidNumber: 100\nhomeDirectory: /home/ann\n');
  expect(text).toContain('uidNumber: 7\ngidNumber: 8\nhomeDirectory: /srv/eve\n');
  expect(text).toContain('cn: Eve\n');
  expect(text).toContain('objectClass: posixGroup\ncn: none\ngidNumber: 100\n\n');
  expect(text).toContain('objectClass: posixGroup\ncn: g\ngidNumber: 8\nmemberUid: eve\n');
});

test('passwords and keys of users come where those by DN are', () => {
  const password = Token.asString(ref('random_password.x.result'));
  const users = [person('ann', { password, sshPublicKeys: ED25519 }), bob];
  const made = built({ users, passwords: { [`uid=bob,ou=people,${BASE}`]: 'b' } });
  const at = (path: string): string => made.file('env/ldap', path);
  expect(at('accounts/0001/dn')).toBe(`uid=ann,ou=people,${BASE}`);
  expect(at('accounts/0001/password')).toBe('${random_password.x.result}');
  expect(at('accounts/0002/dn')).toBe(`uid=bob,ou=people,${BASE}`);
  expect(at('ssh-keys/0001/change.ldif')).toContain(`dn: uid=ann,ou=people,${BASE}\n`);
  expect(at('ssh-keys/0001/values')).toBe(Buffer.from(ED25519).toString('base64'));
  expect(at('seed.ldif')).not.toMatch(/sshPublicKey|random_password/);
});

test('beside an LDIF, with members that it has', () => {
  const ldif = Ldif.fromFile('directory.ldif');
  const members = [`uid=Writer,ou=people,${BASE}`, ann];
  const text = seed({ seed: ldif, users: [ann], groups: [new LdapGroup({ name: 'g', members })] });
  expect(text).toContain(`member: uid=Writer,ou=people,${BASE}\nmember: uid=ann,ou=people,${BASE}\n`);
  expect(text).toContain('cn: Wanda Writer');
});

test('names keep their characters', () => {
  const odd = person('a,b+"c"', { lastName: 'Ünal' });
  const text = seed({ users: [odd], groups: [new LdapGroup({ name: '#1 <x>', members: [odd] })] });
  expect(text).toContain(`dn: uid=a\\,b\\+\\"c\\",ou=people,${BASE}\n`);
  expect(text).toContain('uid: a,b+"c"\n');
  expect(text).toContain(`sn:: ${Buffer.from('Ünal').toString('base64')}\n`);
  expect(text).toContain(`dn: cn=\\#1 \\<x\\>,ou=groups,${BASE}\n`);
});

describe('bad values', () => {
  test.each<[string, () => unknown, string]>([
    ['no name', () => person(''), 'LDAP user "": name ""'],
    ['a name of two lines', () => person('a\nb'), 'write one line'],
    ['spaces around', () => person('ann', { firstName: ' A' }), 'firstName " A"'],
    ['no last name', () => person('ann', { lastName: '' }), 'LDAP user "ann": lastName ""'],
    ['an empty display name', () => person('ann', { displayName: '' }), 'displayName ""'],
    ['an address that is none', () => person('ann', { email: 'ann' }), 'email "ann"; write an address'],
    ['an address that LDAP cannot hold', () => person('ann', { email: 'ü@example.com' }), 'write it in ASCII'],
    ['a name that Terraform knows', () => person(Token.asString(ref('x.y.z'))), 'name that only Terraform knows'],
    ['half the numbers', () => person('ann', { uidNumber: 1 }), 'no gidNumber'],
    ['the other half', () => person('ann', { gidNumber: 1 }), 'no uidNumber'],
    ["root's number", () => person('ann', { uidNumber: 0, gidNumber: 1 }), 'uidNumber 0'],
    ['a fraction', () => person('ann', { uidNumber: 1, gidNumber: 1.5 }), 'gidNumber 1.5'],
    ['a relative home', () => person('ann', { uidNumber: 1, gidNumber: 1, homeDirectory: 'x' }), 'homeDirectory "x"'],
    ['a home without numbers', () => person('ann', { homeDirectory: '/x' }), 'no uidNumber'],
    ['a group without a name', () => new LdapGroup({ name: '', members: [] }), 'LDAP group "": name ""'],
    ['a group of a reserved name', () => new LdapGroup({ name: '*', members: [] }), 'the group "*"'],
    ['an empty description', () => new LdapGroup({ name: 'g', description: '', members: [] }), 'description ""'],
    ['a group number of nothing', () => new LdapGroup({ name: 'g', members: [], gidNumber: -1 }), 'gidNumber -1'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('bad combinations', () => {
  const group = (...members: ConstructorParameters<typeof LdapGroup>[0]['members']): LdapGroup =>
    new LdapGroup({ name: 'g', members });
  const numbered = new LdapGroup({ name: 'g', members: [], gidNumber: 1 });
  const ldif = Ldif.fromFile('directory.ldif');
  test.each<[string, Partial<OpenLdapServerProps<GroupClass>>, string]>([
    ['a user twice', { users: [ann, person('ANN')] }, 'env/ldap users: the user "ANN" twice'],
    ['a group twice', { users: [ann], groups: [group(ann), group(ann)] }, 'env/ldap groups: the group "g" twice'],
    ['a user that the LDIF has', { seed: ldif, users: [person('Writer')] }, 'which directory.ldif has in line'],
    [
      'a member that is no user',
      { groups: [group(bob)] },
      'with the user "bob", which is not there; add it to `users`',
    ],
    [
      'a member that is no group',
      { users: [ann], groups: [new LdapGroup({ name: 'h', members: [group(ann)] })] },
      'with the group "g", which is not there',
    ],
    [
      'a member that the LDIF has not',
      { groups: [group(`uid=x,${BASE}`)] },
      `the entry "uid=x,${BASE}", which is not there`,
    ],
    ['a member that is no DN', { groups: [group('ann')] }, 'env/ldap groups: the DN "ann"'],
    ['a member twice', { users: [ann], groups: [group(ann, ann)] }, 'twice; keep one of the two'],
    [
      'no member',
      { groups: [group()] },
      'without members, which a groupOfNames must have (RFC 4519); give it a member',
    ],
    ['a number in a group of names', { groups: [numbered] }, 'with a gidNumber in a directory of groupOfNames'],
    ['no number in a Posix group', { groupClass: 'posixGroup', groups: [group()] }, 'without a gidNumber'],
    ['no number of a user', { groupClass: 'posixGroup', users: [ann] }, 'the user "ann" without numbers'],
    [
      'a Posix group in another',
      { groupClass: 'posixGroup', groups: [numbered, new LdapGroup({ name: 'h', members: [numbered], gidNumber: 2 })] },
      'with the group "g" in it',
    ],
    [
      'a second password',
      { users: [person('ann', { password: 'a' })], passwords: { [`uid=ann,ou=people,${BASE}`]: 'b' } },
      'a second password',
    ],
    [
      'a user outside a branch of the LDIF',
      { seed: ldif, additionalUserDn: 'ou=staff', users: [ann] },
      'without the entry above it',
    ],
  ])('%s', (_, props, message) => {
    expect(() => built(props)).toThrow(message);
  });
});

describe('passwordPolicy', () => {
  const everything = {
    minLength: 12,
    history: 5,
    maxAgeDays: 90,
    maxFailures: 10,
    lockoutSeconds: 60,
    failureWindowSeconds: 120,
  };

  test('is an entry that slapd looks at, and an empty one for the service account', () => {
    const text = seed({ passwordPolicy: everything });
    expect(text).toContain(
      [
        `dn: cn=people,ou=policies,${BASE}`,
        'objectClass: device',
        'objectClass: pwdPolicy',
        'cn: people',
        'pwdAttribute: userPassword',
        'pwdMinLength: 12',
        'pwdInHistory: 5',
        'pwdMaxAge: 7776000',
        'pwdMaxFailure: 10',
        'pwdLockout: TRUE',
        'pwdLockoutDuration: 60',
        'pwdFailureCountInterval: 120',
        'pwdCheckQuality: 2',
        '',
      ].join('\n'),
    );
    expect(text).toContain('cn: services\npwdAttribute: userPassword\n\n');
    expect(file({ passwordPolicy: everything }, 'slapd.conf')).toContain(
      `ppolicy_default "cn=people,ou=policies,${BASE}"`,
    );
    expect(file({ passwordPolicy: everything }, 'accounts/service-account/change.ldif')).toBe(
      `dn: cn=git-server,ou=services,${BASE}\nchangetype: modify\n` +
        `replace: pwdPolicySubentry\npwdPolicySubentry: cn=services,ou=policies,${BASE}\n-\n` +
        'replace: userPassword\nuserPassword:: ',
    );
  });

  test('stands beside what an LDIF has in the same branch, and not in its place', () => {
    const ldif = (more: string): Ldif =>
      Ldif.parse(
        ['people', 'groups', 'policies']
          .map((ou) => `dn: ou=${ou},${BASE}\nobjectClass: organizationalUnit\nou: ${ou}\ndescription: own\n\n`)
          .join('') + more,
      );
    const text = seed({ seed: ldif(''), passwordPolicy: everything });
    expect(text).toContain('ou: policies\ndescription: own\n');
    expect(text).toContain('pwdMinLength: 12\n');
    const own = `dn: cn=people,ou=policies,${BASE}\nobjectClass: device\ncn: people\n`;
    expect(() => built({ seed: ldif(own), passwordPolicy: everything })).toThrow('which LDIF has in line 16, too');
  });

  test('locks for five minutes unless it says otherwise, and nothing is there without it', () => {
    expect(seed({ passwordPolicy: { maxFailures: 3 } })).toContain(
      'pwdMaxFailure: 3\npwdLockout: TRUE\npwdLockoutDuration: 300\n\n',
    );
    expect(seed({ passwordPolicy: { maxFailures: 3, lockoutSeconds: 0 } })).toContain('pwdLockoutDuration: 0\n');
    expect(seed({})).not.toContain('policies');
    expect(file({}, 'slapd.conf')).not.toContain('ppolicy_default');
    expect(file({}, 'accounts/service-account/change.ldif')).not.toContain('pwdPolicySubentry');
  });

  test.each([
    [{}, 'a policy without rules'],
    [{ minLength: 0 }, 'minLength 0; write a whole number from 1'],
    [{ history: 1.5 }, 'history 1.5'],
    [{ maxAgeDays: 40_000 }, 'maxAgeDays 40000; write a whole number from 1 to 24855'],
    [{ lockoutSeconds: 5 }, 'lockoutSeconds without maxFailures'],
    [{ failureWindowSeconds: 5 }, 'failureWindowSeconds without maxFailures'],
    [{ maxFailures: 1, lockoutSeconds: -1 }, 'lockoutSeconds -1'],
  ])('%j is refused', (passwordPolicy, message) => {
    expect(() => built({ passwordPolicy })).toThrow(`env/ldap passwordPolicy: ${message}`);
  });
});
