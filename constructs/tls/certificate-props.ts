/** Where a certificate is from. */
export interface CertificateOrigin {
  /**
   * "issued" by a CertificateAuthority; "selfSigned"; "requested": self-signed until an authority has answered the request;
   * "signed": what an authority made of the request; "files" and "pem": brought.
   */
  readonly kind: 'issued' | 'selfSigned' | 'requested' | 'signed' | 'files' | 'pem';
  /** Construct path of what has its key, for an issued one `<authority>/<id>`; undefined for one that is brought. @default - brought */
  readonly path?: string;
}

/** What a certificate is made of. Values may be references to Terraform resources. */
export interface CertificateProps {
  /** DNS names of the subject alternative name extension (RFC 5280, 4.2.1.6); a `*.` stands for one label. */
  readonly hosts: readonly string[];
  /** IPv4 and IPv6 addresses of the same extension. @default - none */
  readonly ipAddresses?: readonly string[];
  /** The certificate itself, PEM. */
  readonly certificatePem: string;
  /** Intermediate certificates in order, PEM; "" where there are none. */
  readonly intermediatesPem: string;
  /** Private key, PEM. Services get it unencrypted and as PKCS#8, which Apache, nginx, OpenLDAP and Java all read. */
  readonly privateKeyPem: string;
  /** What opens the private key, where it is encrypted. @default - it is not */
  readonly passphrase?: string;
  /** The authority that clients trust, PEM. */
  readonly caPem: string;
  /** Whether the certificate names an OCSP responder, whose answers a proxy can staple (RFC 6066, 8). @default false */
  readonly ocspResponder?: boolean;
  /** Where it is from. @default - brought as PEM */
  readonly origin?: CertificateOrigin;
}
