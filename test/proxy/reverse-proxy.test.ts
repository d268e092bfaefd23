import type { Construct } from 'constructs';
import { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { ReverseProxy, type ReverseProxyProps } from '../../constructs/proxy/reverse-proxy';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { TlsPolicy } from '../../constructs/tls/tls-policy';
import { FAKE_CA, fakeHttpsHost, fakeProxyPass } from '../support/fakes';
import { testEnvironment } from '../support/synth';

class TestProxy extends ReverseProxy {
  public constructor(scope: Construct, id: string, props: ReverseProxyProps) {
    super(scope, id, props);
  }
}

function proxy(...virtualHosts: readonly VirtualHost[]): TestProxy {
  return new TestProxy(testEnvironment(), 'proxy', { virtualHosts });
}

const a = PublicUrl.https('a.localhost');
const b = PublicUrl.https('b.localhost');
const plain = PublicUrl.http('a.localhost');

describe('ReverseProxy', () => {
  test('knows its virtual hosts and all their rules', () => {
    const hosts = [fakeHttpsHost(a, { redirectHttpPort: 80 }), fakeHttpsHost(b, { redirectHttpPort: 80 })];
    const made = proxy(...hosts);
    expect(made.virtualHosts).toEqual(hosts);
    expect(made.proxyPass.map((rule) => rule.url)).toEqual([a, b]);
  });

  test("has Mozilla's intermediate policy, or the one it is given", () => {
    expect(proxy(fakeHttpsHost(a)).tlsPolicy).toBe(TlsPolicy.intermediate);
    const modern = new TestProxy(testEnvironment(), 'proxy', {
      virtualHosts: [fakeHttpsHost(a)],
      tlsPolicy: TlsPolicy.modern,
    });
    expect(modern.tlsPolicy).toBe(TlsPolicy.modern);
  });

  test('knows its load', () => {
    const made = new TestProxy(testEnvironment(), 'proxy', {
      virtualHosts: [fakeHttpsHost(a)],
      cores: 4,
      maxRequests: 8,
    });
    expect(made.load).toMatchObject({ cores: 4, maxRequests: 8, memory: 194 });
    expect(proxy(fakeHttpsHost(a)).load).toMatchObject({ cores: 2, maxRequests: 256, memory: 256 });
  });

  test('warns of TLS to a backend, and of nothing else', () => {
    const warnings = (rule: ProxyPass): string[] =>
      proxy(fakeHttpsHost(a, { proxyPass: [rule] })).node.metadata.map(({ data }) => String(data));
    expect(warnings(ProxyPass.to(a, 'https://git-1.example:8443', { backendTls: { ca: FAKE_CA } }))).toEqual([
      expect.stringMatching(/^TLS between the proxy and https:\/\/git-1\.example:8443: Atlassian calls it unusual/),
    ]);
    expect(warnings(ProxyPass.to(a, 'http://git-1.example:7990'))).toEqual([]);
  });

  test('refuses to serve nothing', () => {
    expect(() => proxy()).toThrow(/^test\/env\/proxy: no virtual host; give at least one/);
  });

  test('refuses two virtual hosts for one host and port', () => {
    expect(() => proxy(fakeHttpsHost(a), fakeHttpsHost(a))).toThrow(
      /a\.localhost:443 for both the virtual host of https:\/\/a\.localhost and the virtual host of https:\/\/a\.localhost; put all rules/,
    );
  });

  test('refuses two redirects of one host from one port', () => {
    const other = PublicUrl.https('a.localhost', { port: 8443 });
    expect(() =>
      proxy(fakeHttpsHost(a, { redirectHttpPort: 80 }), fakeHttpsHost(other, { redirectHttpPort: 80 })),
    ).toThrow(
      /a\.localhost:80 for both the redirect to https:\/\/a\.localhost and the redirect to https:\/\/a\.localhost:8443/,
    );
  });

  test('refuses a redirect from where a virtual host is, in either order', () => {
    const hosts = [
      VirtualHost.http(plain, { proxyPass: [fakeProxyPass(plain)] }),
      fakeHttpsHost(a, { redirectHttpPort: 80 }),
    ];
    expect(() => proxy(...hosts)).toThrow(/a\.localhost:80 for both/);
    expect(() => proxy(...hosts.reverse())).toThrow(/a\.localhost:80 for both/);
  });

  test('refuses TLS and plain HTTP on one port', () => {
    const mixed = PublicUrl.http('c.localhost', { port: 443 });
    expect(() => proxy(fakeHttpsHost(a), VirtualHost.http(mixed, { proxyPass: [fakeProxyPass(mixed)] }))).toThrow(
      /port 443 for both https and http/,
    );
    expect(() =>
      proxy(fakeHttpsHost(a), fakeHttpsHost(PublicUrl.https('c.localhost', { port: 8443 }), { redirectHttpPort: 443 })),
    ).toThrow(/port 443 for both https and http/);
  });

  test('refuses to be the second of an environment', () => {
    const environment = testEnvironment();
    new TestProxy(environment, 'proxy', { virtualHosts: [fakeHttpsHost(a)] });
    expect(() => new TestProxy(environment, 'other', { virtualHosts: [fakeHttpsHost(b)] })).toThrow(
      /^test\/env\/other: a second proxy beside test\/env\/proxy; give its virtual hosts to that one/,
    );
  });
});
