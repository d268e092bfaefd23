import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Environment } from '../../constructs/environment';
import {
  CertificateAuthority,
  type CertificateAuthorityProps,
  type IssueOptions,
} from '../../constructs/tls/certificate-authority';
import type { KeyAlgorithm } from '../../constructs/tls/key-algorithm';
import { synth, testEnvironment, type Synthesised } from '../support/synth';

function authority(
  props: CertificateAuthorityProps = {},
  issue: IssueOptions = { hosts: ['git.localhost'] },
): Synthesised {
  return synth((environment: Environment) => {
    const certificate = new CertificateAuthority(environment, 'ca', props).issue('proxy', issue);
    const stack = TerraformStack.of(environment);
    new TerraformOutput(stack, 'chain', { value: certificate.chainPem });
    new TerraformOutput(stack, 'key', { value: certificate.privateKeyPem, sensitive: true });
    new TerraformOutput(stack, 'authority', { value: certificate.caPem });
  });
}

describe('CertificateAuthority', () => {
  test('is an ECDSA P-256 authority of ten years, renewed in the last third of them', () => {
    const stack = authority();
    expect(stack.one('tls_private_key', 'env/ca/key')).toMatchObject({ algorithm: 'ECDSA', ecdsa_curve: 'P256' });
    expect(stack.one('tls_self_signed_cert', 'env/ca/certificate')).toMatchObject({
      is_ca_certificate: true,
      set_subject_key_id: true,
      allowed_uses: ['cert_signing', 'crl_signing'],
      subject: [{ common_name: 'cdktf-git-topology CA', organization: 'cdktf-git-topology' }],
      validity_period_hours: 3650 * 24,
      early_renewal_hours: (3650 * 24) / 3,
    });
  });

  test('knows what it has issued, and each certificate where it is from', () => {
    const ca = new CertificateAuthority(testEnvironment(), 'ca');
    expect(ca.issued).toEqual([]);
    const [one, other] = ['one', 'other'].map((id) => ca.issue(id, { hosts: [`${id}.localhost`] }));
    expect(ca.issued).toEqual([one, other]);
    expect(one?.origin).toEqual({ kind: 'issued', path: 'test/env/ca/one' });
    expect(ca.hasIntermediate).toBe(false);
    expect(new CertificateAuthority(testEnvironment(), 'ca', { intermediate: {} }).hasIntermediate).toBe(true);
  });

  test('takes its name and times from its props', () => {
    expect(
      authority({ organization: 'Example', validityDays: 100, renewBefore: 10 }).one(
        'tls_self_signed_cert',
        'env/ca/certificate',
      ),
    ).toMatchObject({
      subject: [{ common_name: 'Example CA', organization: 'Example' }],
      validity_period_hours: 2400,
      early_renewal_hours: 240,
    });
  });

  test('issues server certificates of a key of their own, for 90 days', () => {
    const stack = authority();
    expect(stack.one('tls_private_key', 'env/ca/proxy/key')).toMatchObject({ algorithm: 'ECDSA', ecdsa_curve: 'P256' });
    expect(stack.one('tls_cert_request', 'env/ca/proxy/request')).toMatchObject({
      dns_names: ['git.localhost'],
      subject: [{ common_name: 'git.localhost', organization: 'cdktf-git-topology' }],
    });
    expect(stack.one('tls_locally_signed_cert', 'env/ca/proxy/certificate')).toMatchObject({
      allowed_uses: ['digital_signature', 'server_auth'],
      set_subject_key_id: true,
      validity_period_hours: 90 * 24,
      early_renewal_hours: 30 * 24,
    });
  });

  test('issues for all the hosts and the time it is asked for', () => {
    const stack = authority(
      {},
      {
        hosts: ['Git.Example.com', '*.example.com'],
        ipAddresses: ['192.0.2.1', '2001:DB8::1'],
        validityDays: 825,
        renewBefore: 1,
      },
    );
    expect(stack.one('tls_cert_request', 'env/ca/proxy/request')).toMatchObject({
      dns_names: ['git.example.com', '*.example.com'],
      ip_addresses: ['192.0.2.1', '2001:db8::1'],
    });
    expect(stack.one('tls_locally_signed_cert', 'env/ca/proxy/certificate')).toMatchObject({
      validity_period_hours: 825 * 24,
      early_renewal_hours: 24,
    });
  });

  test('leaves out a common name that is too long for one', () => {
    const host = `${'a'.repeat(60)}.localhost`;
    const request = authority({}, { hosts: [host] }).one('tls_cert_request', 'env/ca/proxy/request');
    expect(request).toMatchObject({ dns_names: [host], subject: [{ organization: 'cdktf-git-topology' }] });
    expect(JSON.stringify(request['subject'])).not.toContain('common_name');
  });

  test('gives servers the leaf, a PKCS#8 key and the authority to trust', () => {
    const { text } = authority();
    const outputs = (JSON.parse(text) as { output: Record<string, { value: string }> }).output;
    expect(outputs['chain']?.value).toMatch(/^\$\{tls_locally_signed_cert\.\w+\.cert_pem\}$/);
    expect(outputs['key']?.value).toMatch(/^\$\{tls_private_key\.\w+\.private_key_pem_pkcs8\}$/);
    expect(outputs['authority']?.value).toMatch(/^\$\{tls_self_signed_cert\.\w+\.cert_pem\}$/);
  });

  test('issues for addresses alone, the first of which is the common name', () => {
    const request = authority({}, { hosts: [], ipAddresses: ['192.0.2.1'] }).one(
      'tls_cert_request',
      'env/ca/proxy/request',
    );
    expect(request).toMatchObject({ ip_addresses: ['192.0.2.1'], subject: [{ common_name: '192.0.2.1' }] });
    expect(request).not.toHaveProperty('dns_names');
  });

  test.each<[KeyAlgorithm, Record<string, unknown>, string[]]>([
    ['ECDSA P-384', { algorithm: 'ECDSA', ecdsa_curve: 'P384' }, ['digital_signature', 'server_auth']],
    ['RSA 2048', { algorithm: 'RSA', rsa_bits: 2048 }, ['digital_signature', 'key_encipherment', 'server_auth']],
    ['RSA 3072', { algorithm: 'RSA', rsa_bits: 3072 }, ['digital_signature', 'key_encipherment', 'server_auth']],
    ['RSA 4096', { algorithm: 'RSA', rsa_bits: 4096 }, ['digital_signature', 'key_encipherment', 'server_auth']],
  ])('has keys of %s, of its own and of what it issues', (keyAlgorithm, key, uses) => {
    const stack = authority({ keyAlgorithm }, { hosts: ['git.localhost'], keyAlgorithm });
    for (const path of ['env/ca/key', 'env/ca/proxy/key']) {
      expect(stack.one('tls_private_key', path)).toMatchObject(key);
    }
    expect(stack.one('tls_locally_signed_cert', 'env/ca/proxy/certificate')['allowed_uses']).toEqual(uses);
  });

  describe('with an intermediate', () => {
    const stack = authority({ intermediate: true });

    test('signs it with the root, and servers with it', () => {
      expect(stack.one('tls_private_key', 'env/ca/intermediate/key')).toMatchObject({ ecdsa_curve: 'P256' });
      expect(stack.one('tls_cert_request', 'env/ca/intermediate/request')).toMatchObject({
        subject: [{ common_name: 'cdktf-git-topology intermediate CA', organization: 'cdktf-git-topology' }],
      });
      expect(stack.one('tls_locally_signed_cert', 'env/ca/intermediate/certificate')).toMatchObject({
        is_ca_certificate: true,
        set_subject_key_id: true,
        allowed_uses: ['cert_signing', 'crl_signing'],
        ca_private_key_pem: expect.stringMatching(/tls_private_key\.env_ca_key_/) as string,
        ca_cert_pem: expect.stringMatching(/tls_self_signed_cert\.env_ca_certificate_/) as string,
        validity_period_hours: 1825 * 24,
        early_renewal_hours: (1825 * 24) / 3,
      });
      expect(stack.one('tls_locally_signed_cert', 'env/ca/proxy/certificate')).toMatchObject({
        ca_private_key_pem: expect.stringMatching(/tls_private_key\.env_ca_intermediate_key_/) as string,
        ca_cert_pem: expect.stringMatching(/tls_locally_signed_cert\.env_ca_intermediate_certificate_/) as string,
      });
    });

    test('servers send it along, and clients trust the root', () => {
      const outputs = (JSON.parse(stack.text) as { output: Record<string, { value: string }> }).output;
      expect(outputs['chain']?.value).toMatch(
        /_ca_proxy_certificate_\w+\.cert_pem\}\$\{.*_ca_intermediate_certificate_/,
      );
      expect(outputs['authority']?.value).toMatch(/^\$\{tls_self_signed_cert\.env_ca_certificate_\w+\.cert_pem\}$/);
    });

    test('leaves the keys of root and servers where they were', () => {
      const [without, added] = [authority(), stack].map((each) => each.all('tls_private_key'));
      expect(added).toMatchObject(without ?? {});
      expect(Object.keys(added ?? {})).toHaveLength(3);
    });

    test('takes its key and times from its props', () => {
      const other = authority({ intermediate: { keyAlgorithm: 'RSA 4096', validityDays: 400, renewBefore: 40 } });
      expect(other.one('tls_private_key', 'env/ca/intermediate/key')).toMatchObject({ rsa_bits: 4096 });
      expect(other.one('tls_locally_signed_cert', 'env/ca/intermediate/certificate')).toMatchObject({
        validity_period_hours: 400 * 24,
        early_renewal_hours: 40 * 24,
      });
    });

    test('is valid no longer than a short-lived root by default', () => {
      expect(
        authority({ validityDays: 300, intermediate: true }).one(
          'tls_locally_signed_cert',
          'env/ca/intermediate/certificate',
        ),
      ).toMatchObject({ validity_period_hours: 300 * 24 });
    });
  });

  test.each<[CertificateAuthorityProps, IssueOptions, RegExp]>([
    [
      { validityDays: 60 },
      { hosts: ['a.b'] },
      /^test\/env\/ca\/proxy: validityDays 90, more than the 60 of the authority/,
    ],
    [
      { intermediate: { validityDays: 60 } },
      { hosts: ['a.b'] },
      /^test\/env\/ca\/proxy: validityDays 90, more than the 60 of the intermediate; write at most as many/,
    ],
    [
      { validityDays: 60, intermediate: { validityDays: 61 } },
      { hosts: ['a.b'], validityDays: 1 },
      /^test\/env\/ca\/intermediate: validityDays 61, more than the 60 of the authority/,
    ],
  ])('%j refuses %j: it would outlive what signs it', (props, options, message) => {
    expect(() => new CertificateAuthority(testEnvironment(), 'ca', props).issue('proxy', options)).toThrow(message);
  });

  test.each(['key', 'certificate', 'intermediate', 'twice'])('refuses the id %s, which is taken', (id) => {
    const ca = new CertificateAuthority(testEnvironment(), 'ca');
    ca.issue('twice', { hosts: ['a.b'] });
    expect(() => ca.issue(id, { hosts: ['a.b'] })).toThrow(/: an id that is taken; give each certificate/);
  });

  test.each([
    [{ hosts: [] }, /^test\/env\/ca\/proxy: a certificate without hosts; name the host/],
    [{ hosts: ['1.2.3.4'] }, /the IP address "1\.2\.3\.4" among the hosts; write it in ipAddresses/],
    [{ hosts: ['::1'] }, /the IP address "::1" among the hosts; write it in ipAddresses/],
    [{ hosts: ['[2001:db8::1]'] }, /the IP address "\[2001:db8::1\]" among the hosts/],
    [{ hosts: [], ipAddresses: ['git.localhost'] }, /the IP address "git\.localhost"; write an IPv4 or IPv6 address/],
    [{ hosts: [], ipAddresses: ['[::1]'] }, /the IP address "\[::1\]"; write .* without brackets/],
    [{ hosts: [], ipAddresses: ['fe80::1%eth0'] }, /the IP address "fe80::1%eth0"; write .* without .* zone/],
    [{ hosts: [], ipAddresses: ['192.0.2.1:443'] }, /the IP address "192\.0\.2\.1:443"/],
    [{ hosts: ['*.localhost'] }, /the wildcard "\*\.localhost"; write each host by its name/],
    [{ hosts: ['*'] }, /the host "\*"/],
    [{ hosts: ['a.*.b'] }, /the host "a\.\*\.b"/],
    [{ hosts: ['git.localhost'], validityDays: 826 }, /validityDays 826; write at most 825/],
    [{ hosts: ['git.localhost'], validityDays: 0 }, /validityDays "0"; write a whole number of days from 1/],
    [{ hosts: ['git.localhost'], validityDays: 1.5 }, /validityDays "1\.5"/],
    [{ hosts: ['git.localhost'], renewBefore: 0 }, /renewBefore "0"/],
    [{ hosts: ['git.localhost'], validityDays: 30, renewBefore: 30 }, /renewBefore 30 of 30 days; write fewer days/],
    [
      { hosts: ['git.localhost'], keyAlgorithm: 'RSA 1024' as 'RSA 2048' },
      /keyAlgorithm "RSA 1024"; write one of ECDSA P-256,/,
    ],
  ])('refuses to issue %j', (options, message) => {
    expect(() => new CertificateAuthority(testEnvironment(), 'ca').issue('proxy', options)).toThrow(message);
  });

  test.each([{ validityDays: 0 }, { validityDays: 365, renewBefore: 365 }, { renewBefore: 3650 }, { renewBefore: -1 }])(
    'refuses to be made with %j',
    (props) => {
      expect(() => new CertificateAuthority(testEnvironment(), 'ca', props)).toThrow(
        /^test\/env\/ca: (validityDays|renewBefore)/,
      );
    },
  );
});
