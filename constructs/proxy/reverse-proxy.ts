import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import { Environment } from '../environment';
import { InputError } from '../errors';
import { TlsPolicy } from '../tls/tls-policy';
import { ProxyLoad, type ProxyLoadProps } from './proxy-load';
import type { ProxyPass } from './proxy-pass';
import { RequestLimits, type ProxyLimitsProps } from './request-limits';
import type { VirtualHost } from './virtual-host';

/** What every kind of reverse proxy is told. */
export interface ReverseProxyProps extends ProxyLoadProps {
  /** At least one. Refused: two of the same host and port, and a port with HTTPS and plain HTTP. */
  readonly virtualHosts: readonly VirtualHost[];
  /** Protocols, ciphers and key exchange of the HTTPS virtual hosts. @default TlsPolicy.intermediate */
  readonly tlsPolicy?: TlsPolicy;
  /** What a request, and the clients of one address, may ask for. @default - as ProxyLimitsProps says */
  readonly limits?: ProxyLimitsProps;
}

/**
 * A reverse proxy of any kind: the virtual hosts it serves, and every rule in them. Refused: a second one in an environment, because Git
 * servers believe one address.
 */
export abstract class ReverseProxy extends Construct {
  /** What it serves. */
  public readonly virtualHosts: readonly VirtualHost[];
  /** The rules of all virtual hosts. */
  public readonly proxyPass: readonly ProxyPass[];
  /** What it offers in the handshakes of all its HTTPS virtual hosts. */
  public readonly tlsPolicy: TlsPolicy;
  /** How much it works on at once. */
  public readonly load: ProxyLoad;
  /** What a request, and the clients of one address, may ask for. */
  public readonly limits: RequestLimits;

  protected constructor(scope: Construct, id: string, props: ReverseProxyProps) {
    super(scope, id);
    if (props.virtualHosts.length === 0) {
      throw new InputError(
        this.node.path,
        'no virtual host',
        'give at least one VirtualHost.https or VirtualHost.http',
      );
    }
    this.refuseSecondProxy();
    const served = new Map<string, string>();
    const schemes = new Map<number, string>();
    for (const { url, tls } of props.virtualHosts) {
      this.claimHost(served, url.host, url.port, `the virtual host of ${url.origin}`);
      this.claimScheme(schemes, url.port, url.scheme);
      if (tls?.redirectHttpPort === undefined) continue;
      this.claimHost(served, url.host, tls.redirectHttpPort, `the redirect to ${url.origin}`);
      this.claimScheme(schemes, tls.redirectHttpPort, 'http');
    }
    this.virtualHosts = props.virtualHosts;
    this.proxyPass = props.virtualHosts.flatMap((host) => host.proxyPass);
    this.tlsPolicy = props.tlsPolicy ?? TlsPolicy.intermediate;
    this.load = new ProxyLoad(this.node.path, props);
    this.limits = new RequestLimits(`${this.node.path} limits`, props.limits ?? {}, this.load.maxRequests);
    for (const rule of this.proxyPass.filter((candidate) => candidate.backendTls !== undefined)) {
      Annotations.of(this).addWarning(
        `TLS between the proxy and ${rule.backendOrigin}: Atlassian calls it unusual and does not recommend it; plain HTTP in a network of their own is the rule`,
      );
    }
  }

  /** Git servers trust the forwarded headers of one address, which one proxy has. */
  private refuseSecondProxy(): void {
    const other = Environment.of(this)
      .node.findAll()
      .find((construct) => construct instanceof ReverseProxy && construct !== this);
    if (other !== undefined) {
      throw new InputError(
        this.node.path,
        `a second proxy beside ${other.node.path}`,
        'give its virtual hosts to that one: a proxy serves any number of them',
      );
    }
  }

  /** A host and port is served by one virtual host or redirect; of two, the second would never be reached. */
  private claimHost(served: Map<string, string>, host: string, port: number, by: string): void {
    const name = `${host}:${port}`;
    const other = served.get(name);
    if (other !== undefined) {
      throw new InputError(
        this.node.path,
        `${name} for both ${other} and ${by}`,
        'put all rules of one host and port into one virtual host, and redirect from a port that is free for that host',
      );
    }
    served.set(name, by);
  }

  /** A port speaks TLS or plain HTTP, not both. */
  private claimScheme(schemes: Map<number, string>, port: number, scheme: string): void {
    const other = schemes.get(port);
    if (other !== undefined && other !== scheme) {
      throw new InputError(
        this.node.path,
        `port ${port} for both ${other} and ${scheme}`,
        'give one of the two another port',
      );
    }
    schemes.set(port, scheme);
  }
}
