import { Certificate } from '../../constructs/tls/certificate';
import { fakeCertificate } from '../support/fakes';

describe('Certificate', () => {
  test.each([
    [['git.localhost'], 'git.localhost', true],
    [['a.b', 'git.localhost'], 'git.localhost', true],
    [['git.localhost'], 'localhost', false],
    [['git.localhost'], 'x.git.localhost', false],
    [['*.example.com'], 'git.example.com', true],
    [['*.example.com'], 'example.com', false],
    [['*.example.com'], 'a.git.example.com', false],
    [['*.localhost'], 'localhost', false],
    [['*.com'], 'com', false],
  ])('for %j covers %s: %s', (hosts, host, covered) => {
    expect(fakeCertificate(...hosts).covers(host)).toBe(covered);
  });

  test('a server sends the certificate first, then the intermediates', () => {
    const certificate = new Certificate({
      hosts: ['a.b'],
      certificatePem: 'leaf\n',
      intermediatesPem: 'one\ntwo\n',
      privateKeyPem: 'key',
      caPem: 'ca',
    });
    expect(certificate.chainPem).toBe('leaf\none\ntwo\n');
    expect(certificate).toMatchObject({ privateKeyPem: 'key', caPem: 'ca' });
  });
});
