import { checkedPort } from '../proxy/port';
import { checkedHost } from '../proxy/public-url';
import { checkCovers } from '../tls/certificate-names';
import type { Certificate } from '../tls/certificate';

/** How clients beyond the engine reach a directory: LDAPS, on a port of the host. */
export interface PublishedLdapProps {
  /** The name that they connect to. The server's certificate must be issued for it, too. */
  readonly host: string;
  /** Port of the host, 1 to 65535. @default 636 */
  readonly port?: number;
}

/** A directory's way in for others, checked. */
export class PublishedLdap {
  public readonly host: string;
  public readonly port: number;

  public constructor(where: string, props: PublishedLdapProps, certificate: Certificate) {
    this.host = checkedHost(where, props.host);
    this.port = checkedPort(where, props.port ?? 636);
    checkCovers(where, certificate, this.host);
  }

  /** `ldaps://ldap.example.com:636` */
  public get url(): string {
    return `ldaps://${this.host}:${this.port}`;
  }
}
