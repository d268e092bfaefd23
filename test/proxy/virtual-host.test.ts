import { PublicUrl } from '../../constructs/proxy/public-url';
import { Hsts } from '../../constructs/proxy/hsts';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { fakeCertificate, fakeHttpsHost, fakeProxyPass } from '../support/fakes';

const url = PublicUrl.https('git.localhost');

describe('VirtualHost', () => {
  test('over HTTPS has a certificate, two years of HSTS and no redirect, if nothing else is said', () => {
    const certificate = fakeCertificate('git.localhost');
    const host = fakeHttpsHost(url, { certificate });
    expect(host.tls?.certificate).toBe(certificate);
    expect(host.tls).toMatchObject({ hsts: { seconds: 63072000 }, redirectHttpPort: undefined });
    expect(fakeHttpsHost(url, { redirectHttpPort: 80, hsts: Hsts.off() }).tls).toMatchObject({
      hsts: { seconds: undefined },
      redirectHttpPort: 80,
    });
  });

  test('over HTTP has nothing of TLS', () => {
    const http = PublicUrl.http('git.localhost');
    expect(VirtualHost.http(http, { proxyPass: [fakeProxyPass(http)] }).tls).toBeUndefined();
  });

  test('refuses a certificate for another host, and names both', () => {
    expect(() => fakeHttpsHost(url, { certificate: fakeCertificate('a.localhost', 'b.localhost') })).toThrow(
      'VirtualHost.https https://git.localhost: a certificate for a.localhost, b.localhost; give one that is issued for git.localhost',
    );
  });

  test('takes a certificate for all hosts of the domain', () => {
    const below = PublicUrl.https('pr-42.git.localhost');
    expect(fakeHttpsHost(below, { certificate: fakeCertificate('*.git.localhost') }).url).toBe(below);
  });

  test.each([0, 65536, 1.5])('refuses to redirect from port %d', (redirectHttpPort) => {
    expect(() => fakeHttpsHost(url, { redirectHttpPort })).toThrow(/port .*; write a whole number from 1 to 65535/);
  });

  test('refuses to redirect from its own port', () => {
    expect(() => fakeHttpsHost(url, { redirectHttpPort: 443 })).toThrow(
      /redirectHttpPort 443, which is the port of the URL itself/,
    );
  });

  test('refuses to be without a rule', () => {
    expect(() => fakeHttpsHost(url, { proxyPass: [] })).toThrow(
      /no ProxyPass; give the proxyPass\(\) of at least one Git server/,
    );
  });

  test.each([
    PublicUrl.https('other.localhost'),
    PublicUrl.https('git.localhost', { port: 8443 }),
    PublicUrl.http('git.localhost', { port: 443 }),
  ])('refuses the rule of a server that believes to be at $origin', (other) => {
    expect(() => fakeHttpsHost(url, { proxyPass: [fakeProxyPass(other)] })).toThrow(
      `VirtualHost.https https://git.localhost: the proxyPass() of test/env/git, whose base URL is ${other.base}; ` +
        `make that server with Access.behindProxy of a URL at https://git.localhost, or give its rule to the virtual host of ${other.origin}`,
    );
  });

  test('serves several context paths of one origin', () => {
    const rules = ['/a', '/b', '/a.b', '/tools/git', '/tools/git-2'].map((contextPath) =>
      fakeProxyPass(PublicUrl.https('git.localhost', { contextPath })),
    );
    expect(fakeHttpsHost(url, { proxyPass: rules }).proxyPass).toEqual(rules);
  });

  test.each([
    ['', ''],
    ['/git', '/git'],
    ['', '/git'],
    ['/git', '/git/tools'],
  ])('refuses the overlapping context paths %j and %j, in either order', (one, two) => {
    const rules = [one, two].map((contextPath, index) =>
      fakeProxyPass(PublicUrl.https('git.localhost', { contextPath }), { servedBy: `server ${index + 1}` }),
    );
    expect(() => fakeHttpsHost(url, { proxyPass: rules })).toThrow(
      `VirtualHost.https https://git.localhost: the overlapping paths "${one}/" of server 1 and "${two}/" of server 2; ` +
        'give each server a context path of its own, none below another',
    );
    expect(() => fakeHttpsHost(url, { proxyPass: rules.reverse() })).toThrow(/the overlapping paths/);
  });
});

describe('Hsts', () => {
  test.each([1, 63072000, 3153600000])('takes %d seconds', (seconds) => {
    expect(Hsts.maxAge(seconds).seconds).toBe(seconds);
  });

  test.each([0, -1, 1.5, 3153600001, Number.NaN])('refuses %d seconds', (seconds) => {
    expect(() => Hsts.maxAge(seconds)).toThrow(/^Hsts\.maxAge: .* seconds; write a whole number from 1/);
  });
});
