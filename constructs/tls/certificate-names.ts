import { InputError, quoted } from '../errors';
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

/** Refuses a certificate that was not issued for the name of a service on its network. */
export function checkIssuedFor(where: string, certificate: Certificate, name: string, service: string): void {
  if (certificate.covers(name)) return;
  throw new InputError(
    where,
    `a certificate for ${certificate.hosts.join(', ')}`,
    `issue one for ${quoted(name)}, the ${service}'s name on its network`,
  );
}
