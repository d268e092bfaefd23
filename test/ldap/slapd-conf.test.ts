import { Dn } from '../../constructs/ldap/dn';
import { slapdConf, type SlapdSettings } from '../../constructs/ldap/slapd-conf';
import { TlsPolicy } from '../../constructs/tls/tls-policy';

const dn = (text: string): Dn => Dn.parse('test', text);
const settings: SlapdSettings = {
  baseDn: dn('dc=example,dc=com'),
  serviceAccount: dn('cn=git,ou=services,dc=example,dc=com'),
  userBase: dn('ou=people,dc=example,dc=com'),
  groupBase: dn('ou=groups,dc=example,dc=com'),
  maxSize: 64,
  groups: 'groupOfNames',
  passwordHash: 'argon2',
  schema: [],
};
const lines = (changes: Partial<SlapdSettings> = {}): string[] => slapdConf({ ...settings, ...changes }).split('\n');

test('every setting has its place', () => {
  expect(lines()).toEqual(
    expect.arrayContaining([
      'suffix "dc=example,dc=com"',
      'maxsize 67108864',
      'limits dn.exact="cn=git,ou=services,dc=example,dc=com" size=unlimited',
      'access to dn.subtree="ou=people,dc=example,dc=com" by dn.exact="cn=git,ou=services,dc=example,dc=com" read by * none',
      'access to dn.subtree="ou=groups,dc=example,dc=com" by dn.exact="cn=git,ou=services,dc=example,dc=com" read by * none',
      'access to dn.base="dc=example,dc=com" attrs=entry,objectClass by dn.exact="cn=git,ou=services,dc=example,dc=com" read by * none',
    ]),
  );
});

test('Posix groups are searched by numbers and names, passwords kept as chosen, and schema comes after what is built in', () => {
  const posix = 'index uidNumber,gidNumber,memberUid eq';
  expect(lines()).not.toContain(posix);
  expect(lines({ groups: 'groupOfUniqueNames' })).not.toContain(posix);
  expect(lines({ groups: 'posixGroup' })).toContain(posix);
  expect(lines()).toContain('password-hash {ARGON2}');
  expect(lines({ passwordHash: 'ssha' })).toContain('password-hash {SSHA}');
  const all = lines({ schema: ['01.schema', '02.schema'] });
  const first = all.indexOf('include /files/current/schema/01.schema');
  expect(all[first + 1]).toBe('include /files/current/schema/02.schema');
  expect(first).toBeGreaterThan(all.findIndex((line) => line.includes('ldapPublicKey')));
  expect(lines().join('\n')).not.toContain('/files/current/schema');
});

test('TLS as in the policy of all servers', () => {
  expect(lines()).toContain(`TLSCipherSuite ${TlsPolicy.intermediate.ciphers.join(':')}`);
  expect(lines()).toContain('TLSECName X25519MLKEM768:X25519:prime256v1:secp384r1');
});

test('nobody without a name or TLS, nothing below TLS 1.2, and no password in it', () => {
  expect(lines()).toEqual(
    expect.arrayContaining(['disallow bind_anon', 'require authc', 'security ssf=128', 'TLSProtocolMin 3.3']),
  );
  expect(lines().join('\n')).not.toMatch(/rootpw|CBC|SHA1|-SHA:|DHE-RSA-AES128-SHA/);
});

test('the schema of SSH keys, under its own numbers, looked for with and without a comment', () => {
  const text = lines().join('\n');
  expect(text).toMatch(
    /^attributetype \( 1\.3\.6\.1\.4\.1\.24552\.500\.1\.1\.1\.13 NAME 'sshPublicKey' .*EQUALITY octetStringMatch SUBSTR octetStringSubstringsMatch/m,
  );
  expect(text).toMatch(
    /^objectclass \( 1\.3\.6\.1\.4\.1\.24552\.500\.1\.1\.2\.0 NAME 'ldapPublicKey' .*AUXILIARY MAY \( sshPublicKey \$ uid \) \)$/m,
  );
});

test('nobody may write anything over LDAP but a password of their own, not even their own keys', () => {
  const rights = lines().flatMap((line) =>
    [...line.matchAll(/\bby (\S+) (\S+)/g)].map(([, who, right]) => `${who} ${right}`),
  );
  expect(new Set(rights.filter((right) => !/ (read|none|auth)$/.test(right)))).toEqual(new Set(['self =xw']));
});

test('passwords come first and the last rule gives nothing to anybody', () => {
  const rules = lines()
    .slice(lines().indexOf('database mdb'))
    .filter((line) => line.startsWith('access'));
  expect(rules[0]).toBe('access to attrs=userPassword');
  expect(rules.at(-1)).toBe('access to * by * none');
});

test("the configuration is open to slapd's own user alone, who tells of renewed certificates", () => {
  const all = lines();
  const from = all.indexOf('database config');
  expect(all.slice(from, all.indexOf('', from))).toEqual([
    'database config',
    'rootdn "gidNumber=10002+uidNumber=10002,cn=peercred,cn=external,cn=auth"',
    'access to * by * none',
  ]);
  expect(all).toContain('TLSCertificateFile /files/current/tls/chain.pem');
  expect(all).toContain('TLSCertificateKeyFile /files/current/tls/key.pem');
});

test('users and groups of one base need one rule', () => {
  const rules = lines({ userBase: settings.baseDn, groupBase: settings.baseDn }).filter((line) =>
    line.includes('dn.subtree'),
  );
  expect(rules).toHaveLength(1);
});

test.each([
  ['o=a\\"b', 'suffix "o=a\\\\\\"b"'],
  ['o=a\\\\b', 'suffix "o=a\\\\\\\\b"'],
  ['o=a\\, b', 'suffix "o=a\\\\, b"'],
  ['o=Jürgen # x', 'suffix "o=Jürgen # x"'],
  ["o=it's ${x} %{y}", 'suffix "o=it\'s ${x} %{y}"'],
  ['o=a\\0ainclude x', 'suffix "o=a\\\\0ainclude x"'],
])('the base DN %s is one word', (base, line) => {
  expect(lines({ baseDn: dn(base) })).toContain(line);
});
