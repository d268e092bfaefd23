import { ServiceFile } from '../docker/service-file';
import { certificateFiles } from '../tls/certificate-files';
import type { ProxyPass } from './proxy-pass';
import { tlsFolder, type VirtualHost } from './virtual-host';

/** Where the authority of a backend's certificate is among the files of a proxy. */
export function backendCaFile({ url, proxyPass }: VirtualHost, rule: ProxyPass): string {
  return `backend-ca/${url.host}_${url.port}-${proxyPass.indexOf(rule)}.pem`;
}

/** The certificates and authorities that the virtual hosts need, in each kind of proxy. */
export function virtualHostFiles(virtualHosts: readonly VirtualHost[]): ServiceFile[] {
  return virtualHosts.flatMap((host) => [
    ...(host.tls === undefined ? [] : certificateFiles(tlsFolder(host), host.tls.certificate)),
    ...host.proxyPass.flatMap((rule) =>
      rule.backendTls === undefined
        ? []
        : [ServiceFile.reference(backendCaFile(host, rule), rule.backendTls.ca, { isReloaded: true })],
    ),
  ]);
}
