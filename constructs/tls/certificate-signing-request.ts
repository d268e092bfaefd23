import { CertRequest } from '@cdktf/provider-tls/lib/cert-request';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { InputError, quoted } from '../errors';
import { signedValues, type SignedCertificate } from './brought-certificate';
import type { CertificateProps } from './certificate-props';
import {
  alternativeNames,
  keyValues,
  selfSigned,
  serverKey,
  subjectOf,
  type SelfSignedCertificateProps,
} from './self-signed-certificate';
import { SubjectNames } from './subject-names';

/** What a request asks for, and what an authority made of it. */
export interface CertificateRequestProps extends SelfSignedCertificateProps {
  /**
   * What the authority made of the request; it must be of the same key and for the same names. `validityDays` and
   * `renewBefore` are for the self-signed certificate, and count for nothing then.
   * @default - none yet: a self-signed certificate is served
   */
  readonly signed?: SignedCertificate;
}

/** What follows the id in the name of the Terraform output that holds a request. */
const OUTPUT_SUFFIX = '_csr_pem';

/**
 * A key and the request for a certificate of it (PKCS#10, RFC 2986). The request is a Terraform output, `<id>_csr_pem`,
 * of which `npm run up` writes `<id>.csr`.
 */
export class CertificateSigningRequest extends Construct {
  /** The request, PEM. Not secret. */
  public readonly csrPem: string;
  public readonly values: CertificateProps;

  public constructor(scope: Construct, id: string, props: CertificateRequestProps) {
    super(scope, id);
    const names = SubjectNames.declared(this.node.path, props.hosts, props.ipAddresses);
    const key = serverKey(this, props);
    this.csrPem = new CertRequest(this, 'request', {
      privateKeyPem: key.privateKeyPem,
      subject: [subjectOf(names, props)],
      ...alternativeNames(names),
    }).certRequestPem;
    const certificate =
      props.signed === undefined
        ? selfSigned(this, key, names, props)
        : signedValues(this.node.path, props.signed, names);
    const kind = props.signed === undefined ? 'requested' : 'signed';
    this.values = { ...certificate, ...keyValues(key, names), origin: { kind, path: this.node.path } };
    this.declareOutput();
  }

  private declareOutput(): void {
    const { id } = this.node;
    if (!/^[A-Za-z_][\w-]*$/.test(id)) {
      throw new InputError(
        this.node.path,
        `the id ${quoted(id)}`,
        'write letters, digits, "_" and "-": it names an output and the file of the request',
      );
    }
    const twin = TerraformStack.of(this)
      .node.findAll()
      .find((other) => other instanceof CertificateSigningRequest && other !== this && other.node.id === id);
    if (twin !== undefined) {
      throw new InputError(
        this.node.path,
        `the id ${quoted(id)}, which ${twin.node.path} has, too`,
        'write another id: it names the file of the request',
      );
    }
    new TerraformOutput(this, 'csr', { value: this.csrPem }).overrideLogicalId(`${id}${OUTPUT_SUFFIX}`);
  }
}
