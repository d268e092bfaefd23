import type { Construct } from 'constructs';
import {
  certificateFromFiles,
  certificateFromPem,
  type CertificateFromFilesProps,
  type CertificateFromPemProps,
} from './brought-certificate';
import type { CertificateOrigin, CertificateProps } from './certificate-props';
import { CertificateSigningRequest, type CertificateRequestProps } from './certificate-signing-request';
import { SelfSignedCertificate, type SelfSignedCertificateProps } from './self-signed-certificate';
import { SubjectNames } from './subject-names';

/**
 * A server certificate with its key and the authority behind it. Values may be references to Terraform resources.
 * @see https://www.rfc-editor.org/rfc/rfc5280
 */
export class Certificate {
  /**
   * A key and a certificate that it signed itself: for a first try, and for clients that are given this one
   * certificate. RSA 2048 and 365 days by default, as in Atlassian's guide, with the names that clients ask for today.
   * @param id names the resources; a CertificateSigningRequest of the same id has the same key
   * @see https://confluence.atlassian.com/bitbucketserver/securing-bitbucket-with-apache-using-ssl-776640112.html
   */
  public static selfSigned(scope: Construct, id: string, props: SelfSignedCertificateProps): Certificate {
    return new Certificate(new SelfSignedCertificate(scope, id, props).values);
  }

  /**
   * A key and the request (`server.csr`) for a certificate of it that an authority sells or gives. A self-signed
   * certificate is served until `signed` has the authority's; the key is the same.
   * @param id names the resources, the output `<id>_csr_pem` and the file of the request: letters, digits, `_` and `-`
   */
  public static request(scope: Construct, id: string, props: CertificateRequestProps): RequestedCertificate {
    return new RequestedCertificate(new CertificateSigningRequest(scope, id, props));
  }

  /** A certificate and its key from files, checked at synth; the key is read when Terraform runs, and is not in its JSON. */
  public static fromFiles(props: CertificateFromFilesProps): Certificate {
    return new Certificate(certificateFromFiles(props));
  }

  /**
   * A certificate and its key from sensitive Terraform variables: checked before a service gets them, because nobody
   * knows them earlier. What is plain text is checked at synth.
   */
  public static fromPem(props: CertificateFromPemProps): Certificate {
    return new Certificate(certificateFromPem(props));
  }

  /** DNS names that it is for, in lower case; a `*.` stands for one label. */
  public readonly hosts: readonly string[];
  /** IP addresses that it is for. */
  public readonly ipAddresses: readonly string[];
  /** The certificate itself, PEM. */
  public readonly certificatePem: string;
  /** Intermediate certificates in order, PEM; "" where there are none. */
  public readonly intermediatesPem: string;
  /** Private key, PEM; secret. */
  public readonly privateKeyPem: string;
  /** What opens the private key; secret. Undefined where it is not encrypted. */
  public readonly passphrase: string | undefined;
  /** The authority that clients trust, PEM. */
  public readonly caPem: string;
  /** Whether it names an OCSP responder. */
  public readonly ocspResponder: boolean;
  /** Where it is from. */
  public readonly origin: CertificateOrigin;

  /** From its parts, unchecked; the factories check what they are given. */
  public constructor(props: CertificateProps) {
    this.hosts = props.hosts;
    this.ipAddresses = props.ipAddresses ?? [];
    this.certificatePem = props.certificatePem;
    this.intermediatesPem = props.intermediatesPem;
    this.privateKeyPem = props.privateKeyPem;
    this.passphrase = props.passphrase;
    this.caPem = props.caPem;
    this.ocspResponder = props.ocspResponder ?? false;
    this.origin = props.origin ?? { kind: 'pem' };
  }

  /** What a server sends: the certificate, then the intermediates. */
  public get chainPem(): string {
    return `${this.certificatePem}${this.intermediatesPem}`;
  }

  /** Whether a client that asked for this host or IP address accepts the certificate's names. */
  public covers(host: string): boolean {
    return new SubjectNames(this.hosts, this.ipAddresses).covers(host);
  }
}

/**
 * A certificate whose key also made a request for another one.
 * @see https://www.rfc-editor.org/rfc/rfc2986
 */
export class RequestedCertificate extends Certificate {
  /** The certificate signing request, PEM: the `server.csr` that an authority is sent. Not secret. */
  public readonly csrPem: string;

  /** @internal Use Certificate.request. */
  public constructor(request: Pick<CertificateSigningRequest, 'values' | 'csrPem'>) {
    super(request.values);
    this.csrPem = request.csrPem;
  }
}
