import { InputError } from '../errors';
import type { Certificate } from './certificate';

/** Refuses a certificate that clients of the host would not accept. */
export function checkCovers(where: string, certificate: Certificate, host: string): void {
  if (certificate.covers(host)) return;
  throw new InputError(
    where,
    `a certificate for ${[...certificate.hosts, ...certificate.ipAddresses].join(', ')}`,
    `give one that is issued for ${host}`,
  );
}
