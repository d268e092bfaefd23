import { CertRequest } from '@cdktf/provider-tls/lib/cert-request';
import { LocallySignedCert } from '@cdktf/provider-tls/lib/locally-signed-cert';
import { PrivateKey } from '@cdktf/provider-tls/lib/private-key';
import { SelfSignedCert } from '@cdktf/provider-tls/lib/self-signed-cert';
import { Construct } from 'constructs';
import { InputError } from '../errors';
import { protection } from '../protection';
import { Certificate } from './certificate';
import { keySettings, serverUses, type KeyAlgorithm } from './key-algorithm';
import { alternativeNames } from './self-signed-certificate';
import { SubjectNames } from './subject-names';
import { lifetime, serverLifetime, type Validity } from './validity';

/** What an authority is made of. */
export interface CertificateAuthorityProps {
  /** Organisation in the subject, what people see in their trust store. @default "cdktf-git-topology" */
  readonly organization?: string;
  /** A change of it makes a new key, which clients have to trust anew. @default "ECDSA P-256" */
  readonly keyAlgorithm?: KeyAlgorithm;
  /** Days that the authority is valid, from 1. @default 3650 */
  readonly validityDays?: number;
  /**
   * Days before its end in which a deploy makes a new one, of the same key; fewer than it is valid.
   * @default - a third of its life
   */
  readonly renewBefore?: number;
  /**
   * Whether the root signs an authority between it and the servers, which servers send along: one that can be renewed
   * without a change for clients, who trust the root.
   * @default false
   */
  readonly intermediate?: boolean | IntermediateOptions;
}

/** What an authority between the root and the servers is made of. */
export interface IntermediateOptions {
  /** A change of it makes a new key. @default "ECDSA P-256" */
  readonly keyAlgorithm?: KeyAlgorithm;
  /** Days that the intermediate is valid; not more than the root. @default 1825, or as long as the root where that is less */
  readonly validityDays?: number;
  /**
   * Days before its end in which a deploy makes a new one, of the same key; fewer than it is valid.
   * @default - a third of its life
   */
  readonly renewBefore?: number;
}

/** What a certificate is for, and for how long. */
export interface IssueOptions {
  /** DNS names that the certificate is for; "*.example.com" stands for one label. Empty only where there are ipAddresses. */
  readonly hosts: readonly string[];
  /** IPv4 and IPv6 addresses that clients connect to. @default - none */
  readonly ipAddresses?: readonly string[];
  /** A change of it makes a new key. @default "ECDSA P-256" */
  readonly keyAlgorithm?: KeyAlgorithm;
  /** Days that the certificate is valid; at most 825, and not more than the authority. @default 90 */
  readonly validityDays?: number;
  /**
   * Days before its end in which a deploy makes a new one, of the same key; fewer than it is valid.
   * @default - a third of its life
   */
  readonly renewBefore?: number;
}

const KEY_ALGORITHM: KeyAlgorithm = 'ECDSA P-256';
const USES = ['cert_signing', 'crl_signing'];

/** What signs: its certificate, its key, and how long it may sign for. */
interface Issuer {
  readonly what: string;
  readonly certPem: string;
  readonly privateKeyPem: string;
  readonly validityDays: number;
}

/**
 * A certificate authority of the deployment's own. Its key is in the Terraform state. The tls provider can set no path
 * length, so its certificates have none.
 * @see https://registry.terraform.io/providers/hashicorp/tls/latest/docs/resources/self_signed_cert
 */
export class CertificateAuthority extends Construct {
  /** What clients must trust, PEM: the root. */
  public readonly caPem: string;
  /** Whether an authority below the root signs the certificates of servers. */
  public readonly hasIntermediate: boolean;
  private readonly organization: string;
  private readonly issuer: Issuer;
  private readonly intermediatesPem: string;
  private readonly certificates: Certificate[] = [];

  public constructor(scope: Construct, id: string, props: CertificateAuthorityProps = {}) {
    super(scope, id);
    this.organization = props.organization ?? 'cdktf-git-topology';
    const root = this.root(props);
    this.caPem = root.certPem;
    const { intermediate = false } = props;
    this.hasIntermediate = intermediate !== false;
    this.issuer = intermediate === false ? root : this.intermediate(root, intermediate === true ? {} : intermediate);
    this.intermediatesPem = intermediate === false ? '' : this.issuer.certPem;
  }

  /** Certificates that it has issued so far. */
  public get issued(): readonly Certificate[] {
    return [...this.certificates];
  }

  /**
   * A server certificate (serverAuth) of a new key. Refused: an id that is taken, and more days than its issuer has.
   * @param id names the resources; it says what the certificate is for, not the host, which may change
   */
  public issue(id: string, options: IssueOptions): Certificate {
    const where = `${this.node.path}/${id}`;
    if (this.node.tryFindChild(id) !== undefined || id === 'intermediate') {
      throw new InputError(where, 'an id that is taken', 'give each certificate of the authority another one');
    }
    const names = SubjectNames.declared(where, options.hosts, options.ipAddresses);
    const validity: Validity = { validityDays: options.validityDays ?? 90, renewBefore: options.renewBefore };
    const keyAlgorithm = options.keyAlgorithm ?? KEY_ALGORITHM;
    const times = serverLifetime(where, validity);
    this.refuseOutliving(where, validity, this.issuer);
    const scope = new Construct(this, id);
    const key = new PrivateKey(scope, 'key', keySettings(where, keyAlgorithm));
    const { commonName } = names;
    const request = new CertRequest(scope, 'request', {
      privateKeyPem: key.privateKeyPem,
      subject: [{ organization: this.organization, ...(commonName === undefined ? {} : { commonName }) }],
      ...alternativeNames(names),
    });
    const certificate = new LocallySignedCert(scope, 'certificate', {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: this.issuer.privateKeyPem,
      caCertPem: this.issuer.certPem,
      setSubjectKeyId: true,
      allowedUses: serverUses(keyAlgorithm),
      ...times,
    });
    const issued = new Certificate({
      hosts: names.hosts,
      ipAddresses: names.ipAddresses,
      certificatePem: certificate.certPem,
      intermediatesPem: this.intermediatesPem,
      privateKeyPem: key.privateKeyPemPkcs8,
      caPem: this.caPem,
      origin: { kind: 'issued', path: where },
    });
    this.certificates.push(issued);
    return issued;
  }

  private root(props: CertificateAuthorityProps): Issuer {
    const where = this.node.path;
    const validity: Validity = { validityDays: props.validityDays ?? 3650, renewBefore: props.renewBefore };
    const { privateKeyPem } = new PrivateKey(this, 'key', {
      ...keySettings(where, props.keyAlgorithm ?? KEY_ALGORITHM),
      ...protection(this),
    });
    const { certPem } = new SelfSignedCert(this, 'certificate', {
      privateKeyPem,
      subject: [{ commonName: `${this.organization} CA`, organization: this.organization }],
      isCaCertificate: true,
      setSubjectKeyId: true,
      allowedUses: USES,
      ...lifetime(where, validity),
    });
    return { what: 'authority', certPem, privateKeyPem, validityDays: validity.validityDays };
  }

  private intermediate(root: Issuer, options: IntermediateOptions): Issuer {
    const scope = new Construct(this, 'intermediate');
    const where = scope.node.path;
    const validityDays = options.validityDays ?? Math.min(1825, root.validityDays);
    const validity: Validity = { validityDays, renewBefore: options.renewBefore };
    this.refuseOutliving(where, validity, root);
    const { privateKeyPem } = new PrivateKey(scope, 'key', keySettings(where, options.keyAlgorithm ?? KEY_ALGORITHM));
    const { certRequestPem } = new CertRequest(scope, 'request', {
      privateKeyPem,
      subject: [{ commonName: `${this.organization} intermediate CA`, organization: this.organization }],
    });
    const { certPem } = new LocallySignedCert(scope, 'certificate', {
      certRequestPem,
      caPrivateKeyPem: root.privateKeyPem,
      caCertPem: root.certPem,
      isCaCertificate: true,
      setSubjectKeyId: true,
      allowedUses: USES,
      ...lifetime(where, validity),
    });
    return { what: 'intermediate', certPem, privateKeyPem, validityDays };
  }

  private refuseOutliving(where: string, { validityDays }: Validity, issuer: Issuer): void {
    if (validityDays <= issuer.validityDays) return;
    throw new InputError(
      where,
      `validityDays ${validityDays}, more than the ${issuer.validityDays} of the ${issuer.what}`,
      'write at most as many: clients accept no certificate longer than the one of its issuer',
    );
  }
}
