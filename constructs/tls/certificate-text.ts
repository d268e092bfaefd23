import { X509Certificate } from 'node:crypto';
import { InputError } from '../errors';
import { SubjectNames } from './subject-names';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in its order. What stands between them is left out, as every server does. */
export function readCertificates(where: string, text: string): X509Certificate[] {
  const found = text.match(PEM_CERTIFICATE) ?? [];
  const begun = text.split('-----BEGIN CERTIFICATE-----').length - 1;
  if (begun === 0) {
    throw new InputError(
      where,
      'no PEM certificate',
      'give one that starts with "-----BEGIN CERTIFICATE-----", as openssl x509 -inform der makes of DER',
    );
  }
  return Array.from({ length: begun }, (_, index) => {
    try {
      return new X509Certificate(found[index] ?? '');
    } catch {
      throw new InputError(
        where,
        `certificate ${index + 1} of ${begun}, which cannot be read`,
        'give it whole, as PEM',
      );
    }
  });
}

/** Certificates as a server reads them: PEM, and nothing between them. */
export function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map((certificate) => certificate.toString()).join('');
}

/** A certificate's subject on one line, for people. */
export function subjectText(certificate: X509Certificate): string {
  // Undefined where it is empty, whatever the types say.
  const subject = certificate.subject as string | undefined;
  return subject === undefined ? 'no subject' : subject.split('\n').join(', ');
}

/** The names that a certificate is for; the common name is none (RFC 9525, 2). */
export function namesOf(certificate: X509Certificate): SubjectNames {
  const names = (certificate.subjectAltName ?? '').split(', ');
  const after = (prefix: string): string[] =>
    names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length).toLowerCase());
  return new SubjectNames(after('DNS:'), after('IP Address:'));
}

/** Whether it names an OCSP responder, in its authority information access (RFC 5280, 4.2.2.1). */
export function hasOcspResponder(certificate: X509Certificate): boolean {
  return /^OCSP - URI:/m.test(certificate.infoAccess ?? '');
}
