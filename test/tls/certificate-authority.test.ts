import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Environment } from '../../constructs/environment';
import {
  CertificateAuthority,
  type CertificateAuthorityProps,
  type IssueOptions,
} from '../../constructs/tls/certificate-authority';
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
  test('is an ECDSA P-256 authority of ten years, renewed a year before', () => {
    const stack = authority();
    expect(stack.one('tls_private_key', 'env/ca/key')).toMatchObject({ algorithm: 'ECDSA', ecdsa_curve: 'P256' });
    expect(stack.one('tls_self_signed_cert', 'env/ca/certificate')).toMatchObject({
      is_ca_certificate: true,
      set_subject_key_id: true,
      allowed_uses: ['cert_signing', 'crl_signing'],
      subject: [{ common_name: 'cdktf-git-topology CA', organization: 'cdktf-git-topology' }],
      validity_period_hours: 3650 * 24,
      early_renewal_hours: 365 * 24,
    });
  });

  test('takes its name and times from its props', () => {
    expect(
      authority({ organization: 'Example', validityDays: 100, earlyRenewalDays: 10 }).one(
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
      { hosts: ['Git.Example.com', '*.example.com'], validityDays: 825, earlyRenewalDays: 1 },
    );
    expect(stack.one('tls_cert_request', 'env/ca/proxy/request')).toMatchObject({
      dns_names: ['git.example.com', '*.example.com'],
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

  test.each([
    [{ hosts: [] }, /^test\/env\/ca\/proxy: a certificate without hosts; name the host/],
    [{ hosts: ['1.2.3.4'] }, /the host "1\.2\.3\.4"/],
    [{ hosts: ['*'] }, /the host "\*"/],
    [{ hosts: ['a.*.b'] }, /the host "a\.\*\.b"/],
    [{ hosts: ['git.localhost'], validityDays: 826 }, /validityDays 826; write at most 825/],
    [{ hosts: ['git.localhost'], validityDays: 0 }, /validityDays "0"; write a whole number of days from 1/],
    [{ hosts: ['git.localhost'], validityDays: 1.5 }, /validityDays "1\.5"/],
    [{ hosts: ['git.localhost'], earlyRenewalDays: 0 }, /earlyRenewalDays "0"/],
    [{ hosts: ['git.localhost'], validityDays: 30 }, /earlyRenewalDays 30 of 30 days; write fewer days/],
  ])('refuses to issue %j', (options, message) => {
    expect(() => new CertificateAuthority(testEnvironment(), 'ca').issue('proxy', options)).toThrow(message);
  });

  test.each([{ validityDays: 0 }, { validityDays: 365 }, { earlyRenewalDays: 3650 }, { earlyRenewalDays: -1 }])(
    'refuses to be made with %j',
    (props) => {
      expect(() => new CertificateAuthority(testEnvironment(), 'ca', props)).toThrow(
        /^test\/env\/ca: (validityDays|earlyRenewalDays)/,
      );
    },
  );
});
