import { Certificate } from '../../constructs/tls/certificate';
import { certificateFiles } from '../../constructs/tls/certificate-files';
import { fakeCertificate } from '../support/fakes';

const values = {
  hosts: ['a.b'],
  certificatePem: 'leaf\n',
  intermediatesPem: 'one\ntwo\n',
  privateKeyPem: 'key',
  caPem: 'ca',
};

describe('Certificate', () => {
  test.each([
    [['git.localhost'], 'git.localhost', true],
    [['a.b', 'git.localhost'], 'git.localhost', true],
    [['git.localhost'], 'localhost', false],
    [['git.localhost'], 'x.git.localhost', false],
    [['*.example.com'], 'git.example.com', true],
    [['*.example.com'], 'example.com', false],
    [['*.example.com'], 'a.git.example.com', false],
    [['*.localhost'], 'git.localhost', false],
    [['*.localhost'], 'localhost', false],
    [['*.com'], 'com', false],
    [['*.2.3.4'], '1.2.3.4', false],
  ])('for %j covers %s: %s', (hosts, host, covered) => {
    expect(fakeCertificate(...hosts).covers(host)).toBe(covered);
  });

  test('is brought unless it says where it is from', () => {
    expect(new Certificate(values).origin).toEqual({ kind: 'pem' });
    const origin = { kind: 'issued', path: 'stack/ca/proxy' } as const;
    expect(new Certificate({ ...values, origin }).origin).toBe(origin);
  });

  test.each([
    ['192.0.2.1', true],
    ['192.0.2.2', false],
    ['2001:db8::1', true],
    ['2001:0DB8:0:0::1', true],
    ['2001:db8::2', false],
    ['git.localhost', false],
  ])('for addresses covers %s: %s', (address, covered) => {
    const certificate = new Certificate({ ...values, ipAddresses: ['192.0.2.1', '2001:db8::1'] });
    expect(certificate.covers(address)).toBe(covered);
  });

  test('a server sends the certificate first, then the intermediates', () => {
    const certificate = new Certificate(values);
    expect(certificate.chainPem).toBe('leaf\none\ntwo\n');
    expect(certificate).toMatchObject({ privateKeyPem: 'key', caPem: 'ca', ipAddresses: [], ocspResponder: false });
  });
});

describe('certificateFiles', () => {
  const files = (certificate: Certificate): Record<string, unknown> =>
    Object.fromEntries(
      certificateFiles('tls/git', certificate).map(({ path, mode, content, isReloaded }) => [
        path,
        { mode, content, isReloaded },
      ]),
    );
  const isReloaded = true;

  test('are the chain, the key for the service alone, and what the loader checks them by', () => {
    expect(files(new Certificate({ ...values, hosts: ['a.b', '*.c.d'], ipAddresses: ['192.0.2.1', '::1'] }))).toEqual({
      'tls/git/chain.pem': { mode: '0644', content: 'leaf\none\ntwo\n', isReloaded },
      'tls/git/key.pem': { mode: '0600', content: 'key', isReloaded },
      'tls/git/ca.pem': { mode: '0644', content: 'ca', isReloaded },
      'tls/git/names': { mode: '0644', content: 'DNS:a.b\nDNS:*.c.d\nIP:192.0.2.1\nIP:::1\n', isReloaded },
    });
  });

  test('with a passphrase, which is secret, too', () => {
    expect(files(new Certificate({ ...values, passphrase: 'x${y}' }))).toMatchObject({
      'tls/git/passphrase': { mode: '0600', content: 'x$${y}', isReloaded },
    });
  });
});
