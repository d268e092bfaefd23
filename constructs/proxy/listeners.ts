import type { VirtualHost } from './virtual-host';

/** A port of a proxy, and what is served there: TLS or plain HTTP, by one or more names. */
export interface Listener {
  readonly port: number;
  /** Virtual hosts whose URL has the port. */
  readonly serving: readonly VirtualHost[];
  /** Virtual hosts to whose URL the port redirects. */
  readonly redirecting: readonly VirtualHost[];
  readonly usesTls: boolean;
}

/** Every port that the virtual hosts need, each once, sorted. */
export function listenersOf(virtualHosts: readonly VirtualHost[]): Listener[] {
  return proxyPorts(virtualHosts).map((port) => {
    const serving = virtualHosts.filter((host) => host.url.port === port);
    return {
      port,
      serving,
      redirecting: virtualHosts.filter((host) => host.tls?.redirectHttpPort === port),
      usesTls: serving.some((host) => host.tls !== undefined),
    };
  });
}

/** The ports of URLs and of redirects. */
export function proxyPorts(virtualHosts: readonly VirtualHost[]): readonly number[] {
  const ports = virtualHosts.flatMap((host) => [
    host.url.port,
    ...(host.tls?.redirectHttpPort === undefined ? [] : [host.tls.redirectHttpPort]),
  ]);
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** A host name that is reserved never to exist (RFC 6761), for what answers to no name. */
export const NO_HOST = 'refused.invalid';
