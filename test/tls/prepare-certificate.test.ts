import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';
import { ecKey, rsaKey, TestCertificate, TestFolder } from '../support/test-certificates';

/** The loader's own script, run where the tests run; that it runs in the loader is for the deploy tests. */
function prepare(files: Readonly<Record<string, string>>): {
  status: number | null;
  said: string[];
  folder: TestFolder;
} {
  const folder = new TestFolder();
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  const script = join(PROJECT, 'images/loader/prepare-certificate');
  const { status, stdout, stderr } = spawnSync('sh', [script, folder.path, 'tls/git'], { encoding: 'utf8' });
  expect(stdout).toBe('');
  return { status, said: stderr.split('\n').filter((line) => line !== ''), folder };
}

const folders: TestFolder[] = [];
afterAll(() => folders.forEach((folder) => folder.remove()));

const root = TestCertificate.root();
const intermediate = root.intermediate();
const leaf = intermediate.issue();
const good = {
  'chain.pem': leaf.certificatePem + intermediate.certificatePem,
  'key.pem': leaf.keyPem,
  'ca.pem': root.certificatePem,
  names: 'DNS:git.localhost\n',
};
/** The files of a certificate that the root issued without an intermediate. */
const issued = (certificate: TestCertificate): Record<string, string> => ({
  ...good,
  'chain.pem': certificate.certificatePem,
  'key.pem': certificate.keyPem,
});

describe('takes', () => {
  test('a certificate with an intermediate', () => {
    expect(prepare(good)).toMatchObject({ status: 0, said: [] });
  });

  test('a self-signed certificate that is its own authority', () => {
    const own = TestCertificate.selfSigned({ keyPem: rsaKey(2048) });
    expect(prepare({ ...issued(own), 'ca.pem': own.certificatePem })).toMatchObject({ status: 0, said: [] });
  });

  test('one that is asked for as a key store, whole and under the password alone', () => {
    const { status, said, folder } = prepare({ ...good, 'keystore-password': 'of the store' });
    expect({ status, said }).toEqual({ status: 0, said: [] });
    const list = (password: string): { status: number | null; stdout: string } =>
      spawnSync(
        'openssl',
        ['pkcs12', '-in', join(folder.path, 'keystore.p12'), '-nodes', '-passin', `pass:${password}`],
        {
          encoding: 'utf8',
        },
      );
    const { stdout } = list('of the store');
    expect(stdout.match(/-----BEGIN CERTIFICATE-----/g)).toHaveLength(2);
    expect(stdout).toContain('-----BEGIN PRIVATE KEY-----');
    expect(list('another').status).not.toBe(0);
    expect((statSync(join(folder.path, 'keystore.p12')).mode & 0o777).toString(8)).toBe('600');
    expect(existsSync(join(folder.path, 'keystore-password'))).toBe(false);
    expect(existsSync(join(prepare(good).folder.path, 'keystore.p12'))).toBe(false);
  });

  test('one of several authorities, a root that is sent along, and text between the certificates', () => {
    const other = TestCertificate.root({ subject: '/CN=Other' });
    const chain = `Bag Attributes\r\n${leaf.certificatePem}\ntext\n${intermediate.certificatePem}${root.certificatePem}`;
    const files = { ...good, 'chain.pem': chain, 'ca.pem': other.certificatePem + root.certificatePem };
    expect(prepare(files)).toMatchObject({ status: 0, said: [] });
  });

  test('wildcards, several names and addresses, in any case and form', () => {
    const names = 'DNS:*.Example.com,DNS:example.com,IP:192.0.2.1,IP:2001:db8::1';
    const wanted = 'DNS:git.example.com\nDNS:example.com\nDNS:*.example.com\nIP:192.0.2.1\nIP:2001:db8:0::1\n';
    expect(prepare({ ...issued(root.issue({ names })), names: wanted })).toMatchObject({ status: 0, said: [] });
  });

  test('a key of PKCS#8 or an older form, which becomes unencrypted PKCS#8 for its owner alone', () => {
    const sec1 = spawnSync('openssl', ['ec'], { input: leaf.keyPem, encoding: 'utf8' }).stdout;
    expect(sec1).toContain('-----BEGIN EC PRIVATE KEY-----');
    const { status, folder } = prepare({ ...good, 'key.pem': sec1 });
    expect(status).toBe(0);
    expect(folder.read('key.pem')).toBe(leaf.keyPem);
    expect(statSync(join(folder.path, 'key.pem')).mode & 0o777).toBe(0o600);
  });

  test.each(['pass phrase', 'ä"\'$`\\'])(
    'an encrypted key with its passphrase %j, which is gone then',
    (passphrase) => {
      const files = { ...good, 'key.pem': leaf.encryptedKey(passphrase), passphrase };
      const { status, said, folder } = prepare(files);
      expect([status, said]).toEqual([0, []]);
      expect(folder.read('key.pem')).toBe(leaf.keyPem);
      expect(existsSync(join(folder.path, 'passphrase'))).toBe(false);
    },
  );

  test('a key as openssl genrsa -des3 made it', () => {
    const keyPem = rsaKey(2048);
    const old = spawnSync('openssl', ['rsa', '-traditional', '-des3', '-passout', 'pass:secret'], {
      input: keyPem,
      encoding: 'utf8',
    }).stdout;
    expect(old).toContain('Proc-Type: 4,ENCRYPTED');
    const files = { ...issued(root.issue({ keyPem })), 'key.pem': old, passphrase: 'secret\n' };
    expect(prepare(files)).toMatchObject({ status: 0, said: [] });
  });
});

describe('refuses, in one sentence', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a key of another certificate',
      { ...good, 'key.pem': ecKey() },
      /the private key does not belong to the first certificate, CN=test; give the key/,
    ],
    [
      'an expired certificate',
      issued(root.issue({ from: -90, until: -1 })),
      /CN=test expired at \d{4}-.*; give the renewed one/,
    ],
    [
      'one that is not valid yet',
      issued(root.issue({ from: 1 })),
      /CN=test is valid from \d{4}-.* on; wait until then/,
    ],
    [
      'one for another host',
      { ...good, names: 'DNS:git.localhost\nDNS:other.localhost\n' },
      /it is for DNS:git\.localhost, not for other\.localhost; get one/,
    ],
    ['one for no address', { ...good, names: 'IP:192.0.2.1\n' }, /not for 192\.0\.2\.1/],
    [
      'a wildcard of more than a label',
      { ...issued(root.issue({ names: 'DNS:*.example.com' })), names: 'DNS:a.b.example.com\n' },
      /not for a\.b\.example\.com/,
    ],
    [
      'a wildcard of a top-level domain',
      { ...issued(root.issue({ names: 'DNS:*.localhost' })), names: 'DNS:git.localhost\n' },
      /not for git\.localhost/,
    ],
    [
      'a name that is in the common name alone',
      issued(root.issue({ subject: '/CN=git.localhost', names: '' })),
      /it is for no host, not for git\.localhost/,
    ],
    [
      'an encrypted key without a passphrase',
      { ...good, 'key.pem': leaf.encryptedKey('x1') },
      /the private key is encrypted; give its passphrase, too/,
    ],
    [
      'an encrypted key with a wrong one',
      { ...good, 'key.pem': leaf.encryptedKey('x1'), passphrase: 'y1' },
      /the passphrase does not open the private key/,
    ],
    [
      'a passphrase for nothing',
      { ...good, passphrase: 'x1' },
      /there is a passphrase for a private key that is not encrypted/,
    ],
    ['a key that is none', { ...good, 'key.pem': 'hello\n' }, /the private key cannot be read/],
    ['text that is no certificate', { ...good, 'chain.pem': 'hello\n' }, /chain\.pem holds no PEM certificate/],
    [
      'garbage in PEM',
      { ...good, 'chain.pem': '-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n' },
      /certificate 1 of 1 in chain\.pem cannot be read; give it whole/,
    ],
    [
      'half a chain',
      { ...good, 'chain.pem': good['chain.pem'].slice(0, -100) },
      /certificate 2 of 2 in chain\.pem cannot be read/,
    ],
    ['an authority that is none', { ...good, 'ca.pem': 'x' }, /ca\.pem holds no PEM certificate/],
    [
      'an intermediate that is missing',
      { ...good, 'chain.pem': leaf.certificatePem },
      /the chain ends with CN=test, which the authority did not issue/,
    ],
    [
      'another authority',
      { ...good, 'ca.pem': TestCertificate.root().certificatePem },
      /the chain ends with CN=Test intermediate, which the authority did not issue/,
    ],
    ['RSA below 2048', issued(root.issue({ keyPem: rsaKey(1024) })), /CN=test has RSA of 1024 bits; take RSA of 2048/],
    ['another curve', issued(root.issue({ keyPem: ecKey('P-521') })), /CN=test has a key of another kind/],
    [
      'an authority as the certificate',
      issued(root.intermediate({ names: 'DNS:git.localhost' })),
      /is the certificate of an authority/,
    ],
    [
      'one for clients',
      issued(root.issue({ extensions: ['extendedKeyUsage=clientAuth'] })),
      /CN=test is not for servers/,
    ],
    [
      'one for longer than clients take',
      issued(root.issue({ until: 826 })),
      /CN=test is valid for 827 days; get one for at most 825/,
    ],
    ['SHA-1', issued(root.issue({ digest: 'sha1' })), /CN=test is signed with MD5 or SHA-1/],
  ])('%s', (_, files, sentence) => {
    const { status, said } = prepare(files);
    expect(status).toBe(1);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^certificate tls\/git: [^;]+; [^;]+$/);
    expect(said[0]).toMatch(sentence);
  });

  test('a chain out of order, for everything that is wrong with it', () => {
    const { status, said } = prepare({ ...good, 'chain.pem': intermediate.certificatePem + leaf.certificatePem });
    expect(status).toBe(1);
    expect(said.join('\n')).toMatch(/out of order: CN=Test intermediate is not issued by CN=test, which follows it/);
  });

  test('and a key that is refused stays as it was', () => {
    const encrypted = leaf.encryptedKey('x1');
    const { folder } = prepare({ ...good, 'key.pem': encrypted, passphrase: 'y1' });
    expect(folder.read('key.pem')).toBe(encrypted);
  });
});
