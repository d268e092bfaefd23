import { PrivateKey } from '@cdktf/provider-tls/lib/private-key';
import { SelfSignedCert } from '@cdktf/provider-tls/lib/self-signed-cert';
import { Construct } from 'constructs';
import { protection } from '../protection';
import type { CertificateProps } from './certificate-props';
import { keySettings, serverUses, type KeyAlgorithm } from './key-algorithm';
import { SubjectNames } from './subject-names';
import { serverLifetime, type Validity } from './validity';

/** Who a certificate is for, beside its names (RFC 5280, 4.1.2.6). Authorities that verify no more than the domain ignore it. */
export interface CertificateSubject {
  /** Legal name, for example "Example Ltd". @default - none */
  readonly organization?: string;
  /** Two letters (ISO 3166), for example "DE". @default - none */
  readonly country?: string;
  /** State or province. @default - none */
  readonly province?: string;
  /** Town. @default - none */
  readonly locality?: string;
}

/** What a self-signed certificate is for, and for how long. */
export interface SelfSignedCertificateProps {
  /** DNS names that the certificate is for; "*.example.com" stands for one label. Empty only where there are ipAddresses. */
  readonly hosts: readonly string[];
  /** IPv4 and IPv6 addresses that clients connect to. @default - none */
  readonly ipAddresses?: readonly string[];
  /** A change of it makes a new key. @default "RSA 2048" */
  readonly keyAlgorithm?: KeyAlgorithm;
  /** Days that the certificate is valid; at most 825. @default 365 */
  readonly validityDays?: number;
  /**
   * Days before its end in which a deploy makes a new one, of the same key; fewer than it is valid.
   * @default - a third of its life
   */
  readonly renewBefore?: number;
  /** Who it is for, beside its names. @default - the first host as the common name, and no more */
  readonly subject?: CertificateSubject;
}

/** A key, and a certificate that it signs itself. Clients trust the certificate, which is no authority for others. */
export class SelfSignedCertificate extends Construct {
  public readonly values: CertificateProps;

  public constructor(scope: Construct, id: string, props: SelfSignedCertificateProps) {
    super(scope, id);
    const names = SubjectNames.declared(this.node.path, props.hosts, props.ipAddresses);
    const key = serverKey(this, props);
    const origin = { kind: 'selfSigned', path: this.node.path } as const;
    this.values = { ...selfSigned(this, key, names, props), ...keyValues(key, names), origin };
  }
}

const KEY_ALGORITHM: KeyAlgorithm = 'RSA 2048';

/** The key of the construct; one of another kind of construct at the same path is the same. */
export function serverKey(scope: Construct, props: SelfSignedCertificateProps): PrivateKey {
  return new PrivateKey(scope, 'key', {
    ...keySettings(scope.node.path, props.keyAlgorithm ?? KEY_ALGORITHM),
    ...protection(scope),
  });
}

/** What a certificate of the key has, whoever signs it. */
export function keyValues(
  key: PrivateKey,
  names: SubjectNames,
): Pick<CertificateProps, 'hosts' | 'ipAddresses' | 'privateKeyPem'> {
  return { hosts: names.hosts, ipAddresses: names.ipAddresses, privateKeyPem: key.privateKeyPemPkcs8 };
}

/** Signs a certificate of the key with the key. */
export function selfSigned(
  scope: Construct,
  key: PrivateKey,
  names: SubjectNames,
  props: SelfSignedCertificateProps,
): Pick<CertificateProps, 'certificatePem' | 'intermediatesPem' | 'caPem'> {
  const validity: Validity = { validityDays: props.validityDays ?? 365, renewBefore: props.renewBefore };
  const { certPem } = new SelfSignedCert(scope, 'certificate', {
    privateKeyPem: key.privateKeyPem,
    subject: [subjectOf(names, props)],
    ...alternativeNames(names),
    setSubjectKeyId: true,
    allowedUses: serverUses(props.keyAlgorithm ?? KEY_ALGORITHM),
    ...serverLifetime(scope.node.path, validity),
  });
  return { certificatePem: certPem, intermediatesPem: '', caPem: certPem };
}

/** The subject as the tls provider takes it. */
export function subjectOf(
  names: SubjectNames,
  { subject }: Pick<SelfSignedCertificateProps, 'subject'>,
): CertificateSubject & { readonly commonName?: string } {
  return { ...(names.commonName === undefined ? {} : { commonName: names.commonName }), ...subject };
}

/** The names as the tls provider takes them. */
export function alternativeNames({ hosts, ipAddresses }: SubjectNames): {
  dnsNames?: string[];
  ipAddresses?: string[];
} {
  return {
    ...(hosts.length > 0 ? { dnsNames: [...hosts] } : {}),
    ...(ipAddresses.length > 0 ? { ipAddresses: [...ipAddresses] } : {}),
  };
}
