import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';

export interface Handshake {
  readonly serial: string;
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKey: string;
  readonly issuer: string;
}

/** One handshake, in which chain and name must verify with this authority alone. */
export function handshake(options: {
  readonly host?: string;
  readonly port: number;
  readonly servername: string;
  readonly caPem: string;
}): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const { host = '127.0.0.1', port, servername, caPem } = options;
    const socket = connect({ host, port, servername, ca: caPem, timeout: 10_000 }, () => {
      const leaf = new X509Certificate(socket.getPeerCertificate().raw);
      const publicKey = leaf.publicKey.export({ type: 'spki', format: 'pem' }).toString();
      socket.end();
      resolve({ serial: leaf.serialNumber, publicKey, issuer: leaf.issuer });
    });
    socket.on('timeout', () => socket.destroy(new Error(`no answer of ${host}:${port} within 10 s`)));
    socket.on('error', reject);
  });
}
