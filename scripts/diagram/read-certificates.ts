import type { IConstruct } from 'constructs';
import type { Certificate } from '../../constructs/tls/certificate';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import type { CertificateOrigin } from '../../constructs/tls/certificate-props';
import type { DiagramEnd } from './diagram';
import type { DiagramBuilder } from './diagram-builder';

/** What a certificate is that no drawn authority has issued. */
const SUBTITLES: Readonly<Record<CertificateOrigin['kind'], string>> = {
  issued: 'certificate',
  selfSigned: 'self-signed certificate',
  requested: 'self-signed, until its request is answered',
  signed: 'certificate that was requested',
  files: 'certificate from files',
  pem: 'certificate from variables',
};

/** Certificates of a diagram, each once: below its authority, or on its own. */
export class DrawnCertificates {
  private readonly ends = new Map<Certificate, DiagramEnd>();

  public constructor(
    private readonly builder: DiagramBuilder,
    root: IConstruct,
  ) {
    for (const authority of root.node.findAll().filter((each) => each instanceof CertificateAuthority)) {
      this.addAuthority(authority);
    }
  }

  /** Where edges of the certificate begin. */
  public endOf(certificate: Certificate): DiagramEnd {
    const drawn = this.ends.get(certificate) ?? this.addAlone(certificate);
    this.ends.set(certificate, drawn);
    return drawn;
  }

  private addAuthority(authority: CertificateAuthority): void {
    const subtitle = `certificate authority${authority.hasIntermediate ? ', with an intermediate' : ''}`;
    const node = this.builder.node(authority.node.path, 'authority', authority.node.id, subtitle);
    for (const certificate of authority.issued) {
      const text = lastPart(certificate.origin.path ?? '');
      this.ends.set(
        certificate,
        this.builder.row(node, { kind: 'certificate', text, note: `for ${namesOf(certificate)}` }),
      );
    }
  }

  private addAlone(certificate: Certificate): DiagramEnd {
    const { kind, path } = certificate.origin;
    const title = path === undefined ? 'brought' : lastPart(path);
    const id = path ?? `certificate ${this.ends.size}`;
    const node = this.builder.node(id, 'certificate', title, SUBTITLES[kind]);
    return this.builder.row(node, { kind: 'certificate', text: `for ${namesOf(certificate)}` });
  }
}

function namesOf({ hosts, ipAddresses }: Certificate): string {
  return [...hosts, ...ipAddresses].join(', ');
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
