import { ServiceFile } from '../docker/service-file';
import type { Certificate } from './certificate';

/**
 * Names of a certificate's files, below the folder that it has among the files of a service. The loader
 * (images/loader) knows the same: a folder with chain and names is one that it checks.
 */
export const CERTIFICATE_FILES = {
  chain: 'chain.pem',
  key: 'key.pem',
  /** Opens the key; the loader uses it and takes it away. */
  passphrase: 'passphrase',
  /** What the chain leads to. */
  authority: 'ca.pem',
  /** What the certificate must be for, a line each: `DNS:git.example.com` or `IP:192.0.2.1`. */
  names: 'names',
  /** Asks the loader for a key store, and is taken away. */
  keyStorePassword: 'keystore-password',
  /** Certificate and key as PKCS#12, where they are asked for. */
  keyStore: 'keystore.p12',
} as const;

/**
 * A certificate with its chain and key, for a service that takes up a renewed one by itself. The loader checks them
 * before the service sees them, and makes the key an unencrypted one of PKCS#8.
 * @param keyStorePassword of a key store, for a service that wants one and starts anew for another certificate
 */
export function certificateFiles(folder: string, certificate: Certificate, keyStorePassword?: string): ServiceFile[] {
  const isReloaded = keyStorePassword === undefined;
  const path = (file: keyof typeof CERTIFICATE_FILES): string => `${folder}/${CERTIFICATE_FILES[file]}`;
  const names = [
    ...certificate.hosts.map((host) => `DNS:${host}\n`),
    ...certificate.ipAddresses.map((address) => `IP:${address}\n`),
  ];
  return [
    ServiceFile.reference(path('chain'), certificate.chainPem, { isReloaded }),
    ServiceFile.secret(path('key'), certificate.privateKeyPem, { isReloaded }),
    ...(certificate.passphrase === undefined
      ? []
      : [ServiceFile.secret(path('passphrase'), certificate.passphrase, { isReloaded })]),
    ServiceFile.reference(path('authority'), certificate.caPem, { isReloaded }),
    ServiceFile.text(path('names'), names.join(''), { isReloaded }),
    ...(keyStorePassword === undefined ? [] : [ServiceFile.secret(path('keyStorePassword'), keyStorePassword)]),
  ];
}
