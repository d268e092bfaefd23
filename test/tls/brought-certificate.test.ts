import { TerraformStack, TerraformVariable } from 'cdktf';
import { join } from 'node:path';
import type { CertificateFromFilesProps, CertificateFromPemProps } from '../../constructs/tls/brought-certificate';
import { Certificate } from '../../constructs/tls/certificate';
import { resolved, testStack } from '../support/synth';
import { ecKey, rsaKey, TestCertificate, TestFolder } from '../support/test-certificates';

const root = TestCertificate.root();
const intermediate = root.intermediate();
const leaf = intermediate.issue({ names: 'DNS:Git.localhost,DNS:*.git.localhost,IP:192.0.2.1,IP:::1' });
const folder = new TestFolder();
afterAll(() => folder.remove());

let number = 0;
const file = (text: string): string => folder.write(`file-${number++}.pem`, text);
/** Files of a certificate that the root issued. */
const issued = (certificate: TestCertificate): Partial<CertificateFromFilesProps> => ({
  certificate: file(certificate.certificatePem),
  key: file(certificate.keyPem),
});
const good = {
  certificate: file(leaf.certificatePem),
  key: file(leaf.keyPem),
  chain: file(intermediate.certificatePem),
  ca: file(root.certificatePem),
};
const withoutChain = { certificate: good.certificate, key: good.key, ca: good.ca };

describe('Certificate.fromFiles', () => {
  test('has the names of the certificate, its chain and its authority', () => {
    const certificate = Certificate.fromFiles(good);
    expect(certificate).toMatchObject({
      hosts: ['git.localhost', '*.git.localhost'],
      ipAddresses: ['192.0.2.1', '0:0:0:0:0:0:0:1'],
      certificatePem: leaf.certificatePem,
      intermediatesPem: intermediate.certificatePem,
      caPem: root.certificatePem,
      passphrase: undefined,
      ocspResponder: false,
      origin: { kind: 'files' },
    });
    expect(['git.localhost', 'x.git.localhost', '192.0.2.1', '::1'].map((name) => certificate.covers(name))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('leaves the key to Terraform, as a sensitive value', () => {
    const { privateKeyPem } = Certificate.fromFiles(good);
    expect(resolved(privateKeyPem)).toBe(`\${sensitive(file("${good.key}"))}`);
  });

  test('takes relative paths, which Terraform is given whole', () => {
    const relative = join('..', good.key);
    const before = process.cwd();
    process.chdir('/tmp');
    try {
      expect(resolved(Certificate.fromFiles({ ...good, key: relative }).privateKeyPem)).toContain(good.key);
    } finally {
      process.chdir(before);
    }
  });

  test('takes a file that has the chain, too, as fullchain.pem does', () => {
    const certificate = file(`text\r\n${leaf.certificatePem}\n${intermediate.certificatePem}`);
    expect(Certificate.fromFiles({ ...withoutChain, certificate })).toMatchObject({
      certificatePem: leaf.certificatePem,
      intermediatesPem: intermediate.certificatePem,
    });
  });

  test('takes an encrypted key with its passphrase, which is left to Terraform, too', () => {
    const passphraseFile = file('pass phrase\nand more\n');
    const certificate = Certificate.fromFiles({ ...good, key: file(leaf.encryptedKey('pass phrase')), passphraseFile });
    expect(resolved(certificate.passphrase)).toBe(`\${sensitive(file("${passphraseFile}"))}`);
  });

  test('takes a self-signed certificate that is its own authority', () => {
    const own = TestCertificate.selfSigned();
    const ca = file(own.certificatePem);
    expect(Certificate.fromFiles({ ...withoutChain, ...issued(own), ca }).hosts).toEqual(['git.localhost']);
  });

  test('finds an OCSP responder', () => {
    const responder = root.issue({ extensions: ['authorityInfoAccess=OCSP;URI:http://ocsp.example.com'] });
    const issuersAlone = root.issue({ extensions: ['authorityInfoAccess=caIssuers;URI:http://example.com/OCSP'] });
    expect(Certificate.fromFiles({ ...withoutChain, ...issued(responder) }).ocspResponder).toBe(true);
    expect(Certificate.fromFiles({ ...withoutChain, ...issued(issuersAlone) }).ocspResponder).toBe(false);
  });

  test.each<[string, Partial<CertificateFromFilesProps>, RegExp]>([
    [
      'a file that is not there',
      { key: '/nowhere/key.pem' },
      /key: the file "\/nowhere\/key\.pem", which cannot be read \(ENOENT\); write the path/,
    ],
    ['no certificate', { certificate: file('hello') }, /: no PEM certificate; give one that starts with/],
    [
      'garbage',
      { certificate: file('-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n') },
      /: certificate 1 of 1, which cannot be read; give it whole/,
    ],
    [
      'half a chain',
      { chain: file(intermediate.certificatePem.slice(0, 100)) },
      /chain: certificate 1 of 1, which cannot be read/,
    ],
    ['an empty authority', { ca: file('') }, /ca: no PEM certificate/],
    [
      'a key of another certificate',
      { key: file(ecKey()) },
      /key: a private key that does not belong to the certificate CN=test; give the key that/,
    ],
    ['a key that is none', { key: file('hello') }, /key: a private key that cannot be read/],
    [
      'an encrypted key without a passphrase',
      { key: file(leaf.encryptedKey('x1')) },
      /key: an encrypted private key; give its passphrase, too/,
    ],
    [
      'an encrypted key with a wrong one',
      { key: file(leaf.encryptedKey('x1')), passphraseFile: file('y1\n') },
      /key: an encrypted private key that the passphrase does not open/,
    ],
    [
      'a passphrase for nothing',
      { passphraseFile: file('x1') },
      /key: a passphrase for a private key that is not encrypted; leave/,
    ],
    [
      'an expired certificate',
      issued(intermediate.issue({ from: -9, until: -1 })),
      /: the certificate CN=test, which expired on \d{4}-.*; give the renewed one/,
    ],
    [
      'one that is not valid yet',
      issued(intermediate.issue({ from: 1 })),
      /: the certificate CN=test, which is valid from \d{4}-.* on; wait/,
    ],
    [
      'an expired intermediate',
      { chain: file(root.intermediate({ from: -9, until: -1 }).certificatePem) },
      /the certificate CN=Test intermediate, which expired/,
    ],
    [
      'a chain out of order',
      { certificate: file(intermediate.certificatePem), chain: file(leaf.certificatePem) },
      /the certificate of an authority \(CN=Test intermediate\); give the certificate that it issued/,
    ],
    [
      'intermediates out of order',
      { chain: file(root.certificatePem + intermediate.certificatePem) },
      /the chain out of order: CN=test is not issued by CN=Test root, which follows it/,
    ],
    [
      'an intermediate that is missing',
      { chain: file(root.certificatePem) },
      /the chain out of order: CN=test is not issued by CN=Test root/,
    ],
    [
      'another authority',
      { ca: file(TestCertificate.root({ subject: '/CN=Other' }).certificatePem) },
      /a chain that ends with CN=Test intermediate, which is not issued by CN=Other; add/,
    ],
    [
      'an authority of the same name',
      { ca: file(TestCertificate.root().certificatePem) },
      /a chain that ends with CN=Test intermediate, which is not issued by CN=Test root/,
    ],
    [
      'a name in the common name alone',
      issued(intermediate.issue({ subject: '/CN=git.localhost', names: '' })),
      /a certificate without alternative names \(CN=git\.localhost\)/,
    ],
    [
      'one for clients',
      issued(intermediate.issue({ extensions: ['extendedKeyUsage=clientAuth'] })),
      /a certificate that is not for servers \(CN=test\)/,
    ],
    [
      'one for longer than clients take',
      issued(intermediate.issue({ from: -1, until: 825 })),
      /a certificate that is valid for 826 days; get one for at most 825/,
    ],
    [
      'RSA below 2048',
      issued(intermediate.issue({ keyPem: rsaKey(1024) })),
      /CN=test with RSA 1024; take RSA of 2048 bits or more/,
    ],
    [
      'another curve',
      issued(intermediate.issue({ keyPem: ecKey('P-521') })),
      /CN=test with secp521r1; take ECDSA with P-256 or P-384, or RSA/,
    ],
  ])('refuses %s', (_, change, message) => {
    const props = { ...good, ...change };
    expect(() => Certificate.fromFiles(props)).toThrow(message);
    expect(() => Certificate.fromFiles(props)).toThrow(/^Certificate\.fromFiles "[^"]+"( \w+)?: [^;]+; [^;]+$/);
  });

  test('refuses a path that Terraform would read as something else', () => {
    const key = folder.write('${x}.pem', leaf.keyPem);
    expect(() => Certificate.fromFiles({ ...good, key })).toThrow(
      /key: the path ".*\$\{x\}\.pem"; give the file a path/,
    );
  });

  test('takes an explicit serverAuth', () => {
    const server = intermediate.issue({ extensions: ['extendedKeyUsage=serverAuth,clientAuth'] });
    expect(Certificate.fromFiles({ ...good, ...issued(server) }).hosts).toEqual(['git.localhost']);
  });
});

describe('Certificate.fromPem', () => {
  const variable = (name: string): string =>
    (
      new TerraformVariable(stack, name, { type: 'string', sensitive: true }).value as { toString(): string }
    ).toString();
  const stack: TerraformStack = testStack();
  const variables: CertificateFromPemProps = {
    hosts: ['Git.localhost'],
    ipAddresses: ['192.0.2.1'],
    certificatePem: variable('certificate'),
    intermediatesPem: variable('intermediates'),
    privateKeyPem: variable('key'),
    passphrase: variable('passphrase'),
    caPem: variable('ca'),
    ocspResponder: true,
  };
  const text: CertificateFromPemProps = {
    hosts: ['git.localhost'],
    certificatePem: leaf.certificatePem,
    intermediatesPem: intermediate.certificatePem,
    privateKeyPem: leaf.keyPem,
    caPem: root.certificatePem,
  };

  test('of variables is for the names it says; the rest is known to the loader alone', () => {
    const certificate = Certificate.fromPem(variables);
    expect(certificate).toMatchObject({ hosts: ['git.localhost'], ipAddresses: ['192.0.2.1'], ocspResponder: true });
    // A newline after each: a variable may have none at its end.
    expect(resolved(certificate.chainPem, stack)).toBe('${var.certificate}\n${var.intermediates}\n');
    expect(resolved(certificate.privateKeyPem, stack)).toBe('${var.key}');
    expect(resolved(certificate.passphrase, stack)).toBe('${var.passphrase}');
    expect(resolved(certificate.caPem, stack)).toBe('${var.ca}');
    const { intermediatesPem, passphrase, ocspResponder, ...least } = variables;
    expect([intermediatesPem, passphrase, ocspResponder]).not.toContain(undefined);
    expect(Certificate.fromPem(least)).toMatchObject({
      intermediatesPem: '',
      passphrase: undefined,
      ocspResponder: false,
    });
  });

  test('of plain text is checked at synth', () => {
    expect(Certificate.fromPem(text)).toMatchObject({ ...text, hosts: ['git.localhost'], ocspResponder: false });
  });

  test.each<[string, Partial<CertificateFromPemProps>, RegExp]>([
    ['no hosts', { hosts: [] }, /^Certificate\.fromPem: a certificate without hosts/],
    ['an address as a host', { hosts: ['::1'] }, /^Certificate\.fromPem: the IP address "::1" among the hosts/],
    [
      'a host that it is not for',
      { hosts: ['git.localhost', 'other.localhost'] },
      /^Certificate\.fromPem git\.localhost, other\.localhost: a certificate for .*; give one that is issued for other\.localhost, too/,
    ],
    ['an address that it is not for', { ipAddresses: ['192.0.2.9'] }, /issued for 192\.0\.2\.9, too/],
    ['another key', { privateKeyPem: ecKey() }, /privateKeyPem: a private key that does not belong/],
    [
      'an encrypted key',
      { privateKeyPem: leaf.encryptedKey('x1') },
      /privateKeyPem: an encrypted private key; give its passphrase/,
    ],
    [
      'a wrong passphrase',
      { privateKeyPem: leaf.encryptedKey('x1'), passphrase: 'y1' },
      /that the passphrase does not open/,
    ],
    ['garbage', { certificatePem: 'hello' }, /no PEM certificate/],
    ['no intermediate', { intermediatesPem: '' }, /a chain that ends with CN=test/],
  ])('of plain text is refused with %s', (_, change, message) => {
    expect(() => Certificate.fromPem({ ...text, ...change })).toThrow(message);
  });

  test('checks the key alone where the certificate is a variable', () => {
    const { certificatePem } = variables;
    expect(() => Certificate.fromPem({ ...text, certificatePem, privateKeyPem: 'hello' })).toThrow(/cannot be read/);
    expect(Certificate.fromPem({ ...text, certificatePem, privateKeyPem: ecKey() }).hosts).toEqual(['git.localhost']);
  });
});
