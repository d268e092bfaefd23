import { X509Certificate } from 'node:crypto';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { DirectoryOutput } from '../../../stacks/directory-outputs';

/** What a handshake gave; as a TLS socket has it. */
export type Handshake = Pick<TLSSocket, 'authorized' | 'authorizationError' | 'getPeerCertificate' | 'getProtocol'>;

/** Says what the certificate is; an error that says why where the Git server would refuse it. */
export function trustedOrRefused(
  { hostname, caPem }: Pick<DirectoryOutput, 'hostname' | 'caPem'>,
  socket: Handshake,
): string {
  const certificate = socket.getPeerCertificate(true);
  if (socket.authorized) {
    const issuer = named(certificate.issuer);
    return `${socket.getProtocol() ?? 'TLS'}, certificate for ${names(certificate)}, signed by ${issuer}, until ${day(certificate.valid_to)}`;
  }
  throw new Error(reason(String(socket.authorizationError), certificate, hostname, caPem));
}

function reason(code: string, certificate: PeerCertificate, hostname: string, caPem: string): string {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate is for ${names(certificate)}, and not for ${hostname}; name the server as its certificate does, or give it one for this name`;
    case 'CERT_HAS_EXPIRED':
      return `the certificate, or one above it, has expired (its own date: ${day(certificate.valid_to)}); renew it`;
    case 'CERT_NOT_YET_VALID':
      return `the certificate is not valid before ${day(certificate.valid_from)}; look at the clocks of both machines`;
    default:
      return `the certificate for ${names(certificate)} is signed by ${named(certificate.issuer)}, which leads to no authority in caPem (${authorities(caPem)}): ${code}; give caPem the authority that signed it`;
  }
}

function names({ subject, subjectaltname }: PeerCertificate): string {
  return subjectaltname?.replaceAll('IP Address:', '').replaceAll('DNS:', '') ?? named(subject);
}

/** The name that people know an authority by. */
function named(subject: PeerCertificate['subject'] | undefined): string {
  const { CN, O, OU } = (subject ?? {}) as Partial<PeerCertificate['subject']>;
  return JSON.stringify([CN ?? OU ?? O ?? 'nobody'].flat().join(' '));
}

function authorities(caPem: string): string {
  const blocks = caPem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((pem) => new X509Certificate(pem).subject.replaceAll('\n', ', ')).join('; ') || 'none';
}

function day(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}
