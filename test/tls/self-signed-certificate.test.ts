import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { Environment } from '../../constructs/environment';
import { Certificate } from '../../constructs/tls/certificate';
import type { CertificateRequestProps } from '../../constructs/tls/certificate-signing-request';
import type { SelfSignedCertificateProps } from '../../constructs/tls/self-signed-certificate';
import { resolved, synth, testEnvironment, type Synthesised } from '../support/synth';
import { TestCertificate } from '../support/test-certificates';

interface Made {
  readonly stack: Synthesised;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
}

function made(make: (environment: Environment) => Certificate): Made {
  const stack = synth((environment) => {
    const { chainPem, privateKeyPem, caPem } = make(environment);
    const scope = TerraformStack.of(environment);
    for (const [name, value] of Object.entries({ chainPem, privateKeyPem, caPem })) {
      new TerraformOutput(scope, name, { value, sensitive: true });
    }
  });
  return { stack, outputs: (JSON.parse(stack.text) as { output: Made['outputs'] }).output };
}
const selfSigned = (props: SelfSignedCertificateProps = { hosts: ['git.localhost'] }): Made =>
  made((environment) => Certificate.selfSigned(environment, 'server', props));
const request = (props: CertificateRequestProps = { hosts: ['git.localhost'] }): Made =>
  made((environment) => Certificate.request(environment, 'server', props));

describe('Certificate.selfSigned', () => {
  test("is Atlassian's example, with the names that clients ask for today: RSA, 365 days", () => {
    const { stack } = selfSigned();
    expect(stack.one('tls_private_key', 'env/server/key')).toMatchObject({ algorithm: 'RSA', rsa_bits: 2048 });
    expect(stack.one('tls_self_signed_cert', 'env/server/certificate')).toMatchObject({
      dns_names: ['git.localhost'],
      subject: [{ common_name: 'git.localhost' }],
      set_subject_key_id: true,
      allowed_uses: ['digital_signature', 'key_encipherment', 'server_auth'],
      validity_period_hours: 365 * 24,
      early_renewal_hours: (365 * 24) / 3,
    });
    expect(stack.one('tls_self_signed_cert', 'env/server/certificate')).not.toHaveProperty('is_ca_certificate');
    expect(Object.keys(stack.all('tls_cert_request'))).toEqual([]);
  });

  test('is what servers send and what clients trust', () => {
    const { outputs } = selfSigned();
    expect(outputs['chainPem']?.value).toMatch(/^\$\{tls_self_signed_cert\.env_server_certificate_\w+\.cert_pem\}$/);
    expect(outputs['caPem']).toEqual(outputs['chainPem']);
    expect(outputs['privateKeyPem']?.value).toMatch(/env_server_key_\w+\.private_key_pem_pkcs8\}$/);
  });

  test('takes names, key, times and subject from its props', () => {
    const { stack } = selfSigned({
      hosts: ['Git.example.com', '*.example.com'],
      ipAddresses: ['192.0.2.1'],
      keyAlgorithm: 'ECDSA P-384',
      validityDays: 100,
      renewBefore: 10,
      subject: { organization: 'Example Ltd', country: 'DE', province: 'Hessen', locality: 'Frankfurt' },
    });
    expect(stack.one('tls_private_key', 'env/server/key')).toMatchObject({ algorithm: 'ECDSA', ecdsa_curve: 'P384' });
    expect(stack.one('tls_self_signed_cert', 'env/server/certificate')).toMatchObject({
      dns_names: ['git.example.com', '*.example.com'],
      ip_addresses: ['192.0.2.1'],
      allowed_uses: ['digital_signature', 'server_auth'],
      validity_period_hours: 2400,
      early_renewal_hours: 240,
      subject: [
        {
          common_name: 'git.example.com',
          organization: 'Example Ltd',
          country: 'DE',
          province: 'Hessen',
          locality: 'Frankfurt',
        },
      ],
    });
  });

  test.each<[SelfSignedCertificateProps, RegExp]>([
    [{ hosts: [] }, /^test\/env\/server: a certificate without hosts; name the host/],
    [
      { hosts: ['192.0.2.1'] },
      /^test\/env\/server: the IP address "192\.0\.2\.1" among the hosts; write it in ipAddresses/,
    ],
    [{ hosts: ['a.b'], validityDays: 826 }, /^test\/env\/server: validityDays 826; write at most 825/],
    [{ hosts: ['a.b'], validityDays: 9, renewBefore: 9 }, /^test\/env\/server: renewBefore 9 of 9 days/],
  ])('refuses %j', (props, message) => {
    expect(() => Certificate.selfSigned(testEnvironment(), 'server', props)).toThrow(message);
  });
});

describe('Certificate.request', () => {
  const root = TestCertificate.root();
  const intermediate = root.intermediate();
  const text = {
    certificatePem: intermediate.issue().certificatePem,
    intermediatesPem: intermediate.certificatePem,
    caPem: root.certificatePem,
  };

  test('is a request of the key that a self-signed certificate is served with meanwhile', () => {
    const { stack, outputs } = request({ hosts: ['git.localhost'], ipAddresses: ['::1'], subject: { country: 'DE' } });
    expect(stack.one('tls_cert_request', 'env/server/request')).toMatchObject({
      private_key_pem: expect.stringMatching(/env_server_key_/) as string,
      dns_names: ['git.localhost'],
      ip_addresses: ['::1'],
      subject: [{ common_name: 'git.localhost', country: 'DE' }],
    });
    expect(outputs['chainPem']?.value).toMatch(/tls_self_signed_cert\.env_server_certificate_/);
    expect(outputs['server_csr_pem']?.value).toMatch(
      /^\$\{tls_cert_request\.env_server_request_\w+\.cert_request_pem\}$/,
    );
  });

  test('it says where it is from, signed or not', () => {
    const environment = testEnvironment();
    const requested = (id: string, signed?: typeof text): unknown =>
      Certificate.request(environment, id, { hosts: ['git.localhost'], signed }).origin;
    expect(requested('waiting')).toEqual({ kind: 'requested', path: 'test/env/waiting' });
    expect(requested('answered', text)).toEqual({ kind: 'signed', path: 'test/env/answered' });
    expect(Certificate.selfSigned(environment, 'own', { hosts: ['a.b'] }).origin).toEqual({
      kind: 'selfSigned',
      path: 'test/env/own',
    });
  });

  test('its csrPem is the request', () => {
    const environment = testEnvironment();
    const { csrPem } = Certificate.request(environment, 'server', { hosts: ['git.localhost'] });
    expect(resolved(csrPem, environment)).toMatch(/request_\w+\.cert_request_pem\}$/);
  });

  test('has the same key as a self-signed certificate before it, and as the signed one after it', () => {
    const keys = [selfSigned(), request(), request({ hosts: ['git.localhost'], signed: text })].map(({ stack }) => ({
      args: stack.one('tls_private_key', 'env/server/key'),
      address: /tls_private_key\.env_server_key_\w+/.exec(stack.text)?.[0],
    }));
    expect(keys[1]).toEqual(keys[0]);
    expect(keys[2]).toEqual(keys[0]);
  });

  test('signed, it is served with what the authority gave, and signs nothing itself', () => {
    const { stack, outputs } = request({ hosts: ['git.localhost'], signed: text });
    expect(outputs['chainPem']?.value).toBe(text.certificatePem + text.intermediatesPem);
    expect(outputs['caPem']?.value).toBe(text.caPem);
    expect(Object.keys(stack.all('tls_self_signed_cert'))).toEqual([]);
    expect(Object.keys(stack.all('tls_cert_request'))).toEqual(['env/server/request']);
  });

  test.each<[string, Partial<typeof text>, RegExp]>([
    [
      'another host',
      { certificatePem: intermediate.issue({ names: 'DNS:a.b' }).certificatePem },
      /^test\/env\/server: a certificate for a\.b; give one that is issued for git\.localhost, too/,
    ],
    [
      'an expired one',
      { certificatePem: intermediate.issue({ from: -9, until: -1 }).certificatePem },
      /which expired on/,
    ],
    [
      'no intermediate',
      { intermediatesPem: '' },
      /a chain that ends with CN=test, which is not issued by CN=Test root/,
    ],
  ])('refuses what is signed for it with %s', (_, change, message) => {
    expect(() => request({ hosts: ['git.localhost'], signed: { ...text, ...change } })).toThrow(message);
  });

  test.each(['server.1', '1server', 'a b'])('refuses the id %j, which names no output', (id) => {
    expect(() => Certificate.request(testEnvironment(), id, { hosts: ['a.b'] })).toThrow(
      /: the id ".*"; write letters/,
    );
  });

  test('refuses an id that another request of the stack has: both would be one file', () => {
    const environment = testEnvironment();
    Certificate.request(environment, 'server', { hosts: ['a.b'] });
    const other = new Construct(environment, 'other');
    expect(() => Certificate.request(other, 'server', { hosts: ['a.b'] })).toThrow(
      /^test\/env\/other\/server: the id "server", which test\/env\/server has, too; write another id/,
    );
  });
});
