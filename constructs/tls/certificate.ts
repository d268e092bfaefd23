export interface CertificateProps {
  /** DNS names of the subject alternative name extension (RFC 5280, 4.2.1.6); a `*.` stands for one label. */
  readonly hosts: readonly string[];
  /** The certificate itself, PEM. */
  readonly certificatePem: string;
  /** Intermediate certificates in order, PEM; "" where there are none. */
  readonly intermediatesPem: string;
  /** Unencrypted private key, PKCS#8 PEM: the one form that Apache, nginx, OpenLDAP and Java all read. */
  readonly privateKeyPem: string;
  /** The authority that clients trust, PEM. */
  readonly caPem: string;
  /** Whether the certificate names an OCSP responder, so that servers staple its answers. @default false */
  readonly ocspResponder?: boolean;
}

/** A server certificate with its key and the authority behind it. Values may be references to Terraform resources. */
export class Certificate {
  public readonly hosts: readonly string[];
  public readonly certificatePem: string;
  public readonly intermediatesPem: string;
  public readonly privateKeyPem: string;
  public readonly caPem: string;
  public readonly ocspResponder: boolean;

  public constructor(props: CertificateProps) {
    this.hosts = props.hosts;
    this.certificatePem = props.certificatePem;
    this.intermediatesPem = props.intermediatesPem;
    this.privateKeyPem = props.privateKeyPem;
    this.caPem = props.caPem;
    this.ocspResponder = props.ocspResponder ?? false;
  }

  /** What a server sends: the certificate, then the intermediates. */
  public get chainPem(): string {
    return `${this.certificatePem}${this.intermediatesPem}`;
  }

  /** Whether a client that asked for this host accepts the certificate's names (RFC 9525: a wildcard is one whole label). */
  public covers(host: string): boolean {
    const parent = host.slice(host.indexOf('.') + 1);
    return this.hosts.some((name) => name === host || (host.includes('.') && name === `*.${parent}`));
  }
}
