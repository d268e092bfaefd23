import { CertRequest } from '@cdktf/provider-tls/lib/cert-request';
import { LocallySignedCert } from '@cdktf/provider-tls/lib/locally-signed-cert';
import { PrivateKey } from '@cdktf/provider-tls/lib/private-key';
import { SelfSignedCert } from '@cdktf/provider-tls/lib/self-signed-cert';
import { Construct } from 'constructs';
import { InputError, quoted } from '../errors';
import { checkedHost } from '../proxy/public-url';
import { Certificate } from './certificate';

const HOURS_A_DAY = 24;

export interface CertificateAuthorityProps {
  /** Organisation in the subject, what people see in their trust store. @default "cdktf-git-topology" */
  readonly organization?: string;
  /** Days that the authority is valid. @default 3650 */
  readonly validityDays?: number;
  /** Days before its end in which a deploy makes a new one, of the same key. @default 365 */
  readonly earlyRenewalDays?: number;
}

export interface IssueOptions {
  /** DNS names that the certificate is for. At least one; "*.example.com" stands for one label. */
  readonly hosts: readonly string[];
  /** Days that the certificate is valid; 825 is the most that every client accepts. @default 90 */
  readonly validityDays?: number;
  /** Days before its end in which a deploy makes a new one. @default 30 */
  readonly earlyRenewalDays?: number;
}

/**
 * A certificate authority of the deployment's own, ECDSA P-256 (RFC 5480). Its key is in the Terraform state. The
 * tls provider can set no path length, so the certificate has none.
 * @see https://registry.terraform.io/providers/hashicorp/tls/latest/docs/resources/self_signed_cert
 */
export class CertificateAuthority extends Construct {
  /** What clients must trust, PEM. */
  public readonly caPem: string;
  private readonly privateKeyPem: string;
  private readonly organization: string;

  public constructor(scope: Construct, id: string, props: CertificateAuthorityProps = {}) {
    super(scope, id);
    this.organization = props.organization ?? 'cdktf-git-topology';
    const key = new PrivateKey(this, 'key', { algorithm: 'ECDSA', ecdsaCurve: 'P256' });
    const authority = new SelfSignedCert(this, 'certificate', {
      privateKeyPem: key.privateKeyPem,
      subject: [{ commonName: `${this.organization} CA`, organization: this.organization }],
      isCaCertificate: true,
      setSubjectKeyId: true,
      allowedUses: ['cert_signing', 'crl_signing'],
      ...lifetime(this.node.path, props.validityDays ?? 3650, props.earlyRenewalDays ?? 365),
    });
    this.caPem = authority.certPem;
    this.privateKeyPem = key.privateKeyPem;
  }

  /**
   * A server certificate (ECDSA P-256, serverAuth) of a new key.
   * @param id names the resources; it says what the certificate is for, not the host, which may change
   */
  public issue(id: string, options: IssueOptions): Certificate {
    const where = `${this.node.path}/${id}`;
    const hosts = options.hosts.map((host) =>
      host.startsWith('*.') ? `*.${checkedHost(where, host.slice(2))}` : checkedHost(where, host),
    );
    const [first] = hosts;
    if (first === undefined) {
      throw new InputError(
        where,
        'a certificate without hosts',
        'name the host that clients connect to, for example { hosts: [url.host] }',
      );
    }
    const validityDays = options.validityDays ?? 90;
    if (validityDays > 825) {
      throw new InputError(
        where,
        `validityDays ${validityDays}`,
        'write at most 825: Apple clients refuse more, also of private authorities',
      );
    }
    const scope = new Construct(this, id);
    const key = new PrivateKey(scope, 'key', { algorithm: 'ECDSA', ecdsaCurve: 'P256' });
    const request = new CertRequest(scope, 'request', {
      privateKeyPem: key.privateKeyPem,
      // A common name holds 64 characters (RFC 5280, ub-common-name); clients read the alternative names anyway.
      subject: [{ organization: this.organization, ...(first.length <= 64 ? { commonName: first } : {}) }],
      dnsNames: hosts,
    });
    const certificate = new LocallySignedCert(scope, 'certificate', {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: this.privateKeyPem,
      caCertPem: this.caPem,
      setSubjectKeyId: true,
      allowedUses: ['digital_signature', 'server_auth'],
      ...lifetime(where, validityDays, options.earlyRenewalDays ?? 30),
    });
    return new Certificate({
      hosts,
      certificatePem: certificate.certPem,
      intermediatesPem: '',
      privateKeyPem: key.privateKeyPemPkcs8,
      caPem: this.caPem,
    });
  }
}

/** A renewal window as long as the life itself would replace the certificate at every deploy. */
function lifetime(
  where: string,
  validityDays: number,
  earlyRenewalDays: number,
): { validityPeriodHours: number; earlyRenewalHours: number } {
  for (const [name, days] of Object.entries({ validityDays, earlyRenewalDays })) {
    if (!Number.isInteger(days) || days < 1) {
      throw new InputError(where, `${name} ${quoted(String(days))}`, 'write a whole number of days from 1');
    }
  }
  if (earlyRenewalDays >= validityDays) {
    throw new InputError(
      where,
      `earlyRenewalDays ${earlyRenewalDays} of ${validityDays} days`,
      'write fewer days than the certificate is valid, about a third',
    );
  }
  return { validityPeriodHours: validityDays * HOURS_A_DAY, earlyRenewalHours: earlyRenewalDays * HOURS_A_DAY };
}
