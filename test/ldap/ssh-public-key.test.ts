import { DirectorySeed } from '../../constructs/ldap/directory-seed';
import { Dn } from '../../constructs/ldap/dn';
import { Ldif } from '../../constructs/ldap/ldif';
import { SshPublicKey } from '../../constructs/ldap/ssh-public-key';
import { ED25519, ED25519_TOO, publicKey } from '../support/ssh-keys';

describe('SshPublicKey', () => {
  test.each([ED25519, `${ED25519}\n`, `  ${ED25519} Jörg@home *)(`, ED25519.replace(' ', '\t')])('takes %j', (text) => {
    const key = SshPublicKey.parse('x', text);
    expect([key.type, key.toString()]).toEqual(['ssh-ed25519', ED25519]);
  });

  test.each(['ssh-rsa', 'ecdsa-sha2-nistp521', 'sk-ssh-ed25519@openssh.com'])('takes the type %s', (type) => {
    expect(SshPublicKey.parse('x', publicKey(type)).type).toBe(type);
  });

  test.each([
    ['nothing', '', 'a public key of the type ""'],
    ['DSA', publicKey('ssh-dss'), 'a public key of the type "ssh-dss"'],
    ['a certificate', publicKey('ssh-ed25519-cert-v01@openssh.com'), 'a public key of the type'],
    ['options', `restrict,command="x" ${ED25519}`, 'a public key of the type "restrict,command=\\"x\\""'],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc', 'a private key; write one line'],
    ['two keys', `${ED25519}\n${ED25519}`, 'a public key of several lines'],
    ['another type inside', ED25519.replace('ssh-ed25519', 'ssh-rsa'), 'in base64 that is none of the type "ssh-rsa"'],
    ['no base64', 'ssh-ed25519 *)(uid=*', 'in base64 that is none of the type'],
    ['base64 with something behind', `${ED25519}=`, 'in base64 that is none of the type'],
    ['too little', 'ssh-ed25519 AAAA', 'in base64 that is none of the type'],
    ['no key at all', 'ssh-ed25519', 'in base64 that is none of the type'],
  ])('refuses %s', (_, text, message) => {
    expect(() => SshPublicKey.parse('where', text)).toThrow(`where: `);
    expect(() => SshPublicKey.parse('where', text)).toThrow(message);
  });

  test('what could be a private key is in no message', () => {
    const secret = 'c2VjcmV0IHNlY3JldCBzZWNyZXQ';
    expect(messageOf(`-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}`)).not.toContain(secret);
    expect(messageOf(`ssh-ed25519 ${secret}`)).not.toContain(secret);
  });

  function messageOf(text: string): string {
    try {
      return SshPublicKey.parse('x', text).toString();
    } catch (error) {
      return String(error);
    }
  }
});

describe('keys in a seed', () => {
  const person = (uid: string, ...lines: string[]): string =>
    `dn: uid=${uid},dc=x\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\n${lines.join('\n')}\n\n`;
  const hasKeys = 'objectClass: ldapPublicKey';
  const seed = (...entries: string[]): DirectorySeed =>
    new DirectorySeed('test', {
      ldif: Ldif.parse(entries.join(''), 'seed'),
      baseDn: Dn.parse('test', 'dc=x'),
      serviceAccount: Dn.parse('test', 'cn=a,dc=x'),
    });

  test('are taken as they are, with their comments', () => {
    const { entries, sshKeyOwners } = seed(
      person('a', hasKeys, `sshPublicKey: ${ED25519} home`, `sshPublicKey: ${ED25519_TOO}`),
    );
    expect(entries.flatMap((entry) => entry.values('sshPublicKey').map(({ value }) => value))).toEqual([
      `${ED25519} home`,
      ED25519_TOO,
    ]);
    expect(sshKeyOwners).toEqual(new Map([ED25519, ED25519_TOO].map((key) => [key, 'uid=a,dc=x'])));
  });

  test.each([
    [
      'no object class',
      [person('a', `sshPublicKey: ${ED25519}`)],
      'seed, line 6: sshPublicKey in an entry without its object class; add "objectClass: ldapPublicKey"',
    ],
    ['no key', [person('a', hasKeys, 'sshPublicKey: abc')], 'seed, line 7: a public key of the type "abc"'],
    [
      'one key of two',
      [person('a', hasKeys, `sshPublicKey: ${ED25519} a`), person('b', hasKeys, `sshPublicKey: ${ED25519} b`)],
      'a key of "uid=b,dc=x" that "uid=a,dc=x" has; give each account keys of its own',
    ],
    [
      'one key twice',
      [person('a', hasKeys, `sshPublicKey: ${ED25519} a`, `sshPublicKey: ${ED25519} b`)],
      'a key of "uid=a,dc=x" that is there already',
    ],
  ])('%s', (_, entries, message) => {
    expect(() => seed(...entries)).toThrow(message);
  });
});
