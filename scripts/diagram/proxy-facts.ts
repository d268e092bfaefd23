import { ApacheProxy } from '../../constructs/proxy/apache-proxy';
import { listenersOf, type Listener } from '../../constructs/proxy/listeners';
import { NginxProxy } from '../../constructs/proxy/nginx-proxy';
import type { ProxyPass } from '../../constructs/proxy/proxy-pass';
import type { ReverseProxy } from '../../constructs/proxy/reverse-proxy';
import type { Asking, Listening, ServiceFacts } from './service-facts';

/** A proxy: a line for each port, and for each rule of its virtual hosts. */
export function proxyFacts(proxy: ReverseProxy): ServiceFacts {
  const hasSeveralHosts = proxy.virtualHosts.length > 1;
  return {
    subtitle: softwareOf(proxy),
    listens: listenersOf(proxy.virtualHosts).map(listening).sort(servingFirst),
    facts: [],
    asks: proxy.proxyPass.map((rule) => asking(rule, hasSeveralHosts)),
  };
}

function softwareOf(proxy: ReverseProxy): string {
  if (proxy instanceof ApacheProxy) return 'reverse proxy: Apache httpd';
  return proxy instanceof NginxProxy ? 'reverse proxy: nginx' : 'reverse proxy';
}

function listening({ port, serving, redirecting, usesTls }: Listener): Listening {
  const serves = serving.map(({ url }) => url.origin);
  const redirects = redirecting.length === 0 ? [] : [`redirects to ${targets(redirecting.length, serving.length)}`];
  return {
    port,
    protocol: usesTls ? 'https' : 'http',
    text: [...serves, ...redirects].join(', '),
    certificates: serving.flatMap(({ tls }) => (tls === undefined ? [] : [tls.certificate])),
    client: 'web',
  };

  function targets(redirected: number, served: number): string {
    return redirected === 1 && served === 0
      ? 'https'
      : `https for ${redirecting.map(({ url }) => url.host).join(', ')}`;
  }
}

/** What users write, before what leads there. */
function servingFirst(one: Listening, other: Listening): number {
  const rank = ({ text }: Listening): number => (text.startsWith('redirects') ? 1 : 0);
  return rank(one) - rank(other);
}

function asking(rule: ProxyPass, withHost: boolean): Asking {
  const { backend, backendTls, path, url } = rule;
  const text = `ProxyPass ${withHost ? url.host : ''}${path}`;
  return {
    kind: 'rule',
    text,
    note: backendTls === undefined ? '' : 'over TLS',
    label: text,
    target: { host: backend.host, port: backend.port, protocol: backend.scheme, subtitle: 'Git server elsewhere' },
  };
}
