import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeed } from './command';

export interface MadeCertificate {
  /** PEM, all of them. */
  readonly ca: string;
  readonly caKey: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * A certificate for a host name, of an authority made for it, for a server of the test.
 * @param ocsp URL of the responder that the certificate names; none without
 */
export async function makeCertificate(host: string, ocsp?: string): Promise<MadeCertificate> {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const openssl = (...args: readonly string[]): Promise<string> => succeed('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  try {
    await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test');
    await openssl('req', ...key, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', `/CN=${host}`);
    const access = ocsp === undefined ? '' : `authorityInfoAccess = OCSP;URI:${ocsp}\n`;
    writeFileSync(join(folder, 'extensions'), `subjectAltName = DNS:${host}\nbasicConstraints = CA:FALSE\n${access}`);
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions'];
    await openssl('x509', '-req', '-in', 'request.pem', ...signing, '-out', 'cert.pem');
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
    return { ca: read('ca.pem'), caKey: read('ca.key'), cert: read('cert.pem'), key: read('key.pem') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
