import { ServiceFile } from '../docker/service-file';
import type { Certificate } from './certificate';

/** Names of a certificate's files, below the folder that it has among the files of a service. */
export const CERTIFICATE_FILES = { chain: 'chain.pem', key: 'key.pem', authority: 'ca.pem' } as const;

/** A certificate with its chain and key, for a service that takes up a renewed one by itself. */
export function certificateFiles(folder: string, certificate: Certificate): ServiceFile[] {
  const isReloaded = true;
  return [
    ServiceFile.reference(`${folder}/${CERTIFICATE_FILES.chain}`, certificate.chainPem, { isReloaded }),
    ServiceFile.secret(`${folder}/${CERTIFICATE_FILES.key}`, certificate.privateKeyPem, { isReloaded }),
    ServiceFile.reference(`${folder}/${CERTIFICATE_FILES.authority}`, certificate.caPem, { isReloaded }),
  ];
}
