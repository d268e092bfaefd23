import { Token } from 'cdktf';
import { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { FAKE_CA, fakeProxyPass } from '../support/fakes';

const root = PublicUrl.https('git.localhost');

describe('ProxyPass', () => {
  test('path and backend URL are the same below the origin, with a slash at the end', () => {
    expect(fakeProxyPass(root)).toMatchObject({ path: '/', backendUrl: 'http://git:7990/' });
    expect(fakeProxyPass(PublicUrl.https('git.localhost', { contextPath: '/a/git' }))).toMatchObject({
      path: '/a/git/',
      backendUrl: 'http://git:7990/a/git/',
      backendOrigin: 'http://git:7990',
    });
  });

  test('waits 5 s for a connection and 300 s for an answer, if nothing else is said', () => {
    expect(fakeProxyPass(root)).toMatchObject({ connectionTimeout: 5, timeout: 300 });
    expect(fakeProxyPass(root, { connectionTimeout: 7, timeout: 600 })).toMatchObject({
      connectionTimeout: 7,
      timeout: 600,
    });
  });

  test.each([0, -1, 1.5, 86401, Number.NaN])('refuses %d seconds', (seconds) => {
    expect(() => fakeProxyPass(root, { timeout: seconds })).toThrow(
      /^test\/env\/git: the ProxyPass timeout .*; write a whole number of seconds from 1 to 86400$/,
    );
    expect(() => fakeProxyPass(root, { connectionTimeout: seconds })).toThrow(/the ProxyPass connectionTimeout/);
  });

  test('waits no longer for a connection than nginx can', () => {
    expect(fakeProxyPass(root, { connectionTimeout: 75 }).connectionTimeout).toBe(75);
    expect(() => fakeProxyPass(root, { connectionTimeout: 76 })).toThrow(/seconds from 1 to 75$/);
  });

  test.each([
    'git:7990',
    'http://git',
    'https://git:7990',
    'http://git:7990/',
    'http://git:7990" x',
    'http://git:70000',
    'http://g it:1',
    'ajp://git:8009',
    'http://${x}:1',
    'http://999.1.1.1:80',
    'http://user@git:7990',
    'HTTP://git:7990',
  ])('refuses the backend %j', (backendOrigin) => {
    expect(() => fakeProxyPass(root, { backendOrigin })).toThrow(/^test\/env\/git: /);
  });

  test('of a server that was not deployed here has its URL, and names itself by the backend', () => {
    const url = PublicUrl.https('git.localhost', { contextPath: '/git' });
    const rule = ProxyPass.to(url, 'http://Git-1.example:7990', { connectionTimeout: 7, timeout: 600 });
    expect(rule).toMatchObject({
      url,
      path: '/git/',
      backend: { scheme: 'http', host: 'git-1.example', port: 7990 },
      backendUrl: 'http://git-1.example:7990/git/',
      backendTls: undefined,
      connectionTimeout: 7,
      timeout: 600,
      servedBy: 'ProxyPass.to "http://Git-1.example:7990"',
    });
  });

  test('has a backend by IPv4 address, and refuses one by IPv6 address with the reason', () => {
    expect(ProxyPass.to(root, 'http://192.0.2.7:80').backendOrigin).toBe('http://192.0.2.7:80');
    expect(() => ProxyPass.to(root, 'http://[2001:db8::1]:7990')).toThrow(
      `ProxyPass.to "http://[2001:db8::1]:7990": the backend "http://[2001:db8::1]:7990"; write its host name or IPv4 address: the proxy's network has IPv4 only`,
    );
  });

  test('refuses TLS to the backend that nobody verifies, and an authority without TLS', () => {
    expect(() => ProxyPass.to(root, 'https://git-1.example:8443')).toThrow(
      /without backendTls; write "http:\/\/\.\.\.", as Atlassian recommends .*, or give backendTls: \{ ca \}/,
    );
    expect(() => ProxyPass.to(root, 'http://git-1.example:7990', { backendTls: { ca: FAKE_CA } })).toThrow(
      /backendTls for the backend "http:\/\/git-1\.example:7990"; write "https:\/\/\.\.\.", or leave backendTls out/,
    );
    expect(() => ProxyPass.to(root, 'https://192.0.2.7:8443', { backendTls: { ca: FAKE_CA } })).toThrow(
      /TLS to the address "https:\/\/192\.0\.2\.7:8443"; write its host name/,
    );
    expect(() => ProxyPass.to(root, 'https://git-1.example:8443', { backendTls: { ca: 'ca.pem' } })).toThrow(
      /a backendTls\.ca without a certificate; give the PEM text/,
    );
  });

  test.each([FAKE_CA, Token.asString({ reference: 'of a resource' })])('verifies TLS to the backend with %j', (ca) => {
    expect(ProxyPass.to(root, 'https://git-1.example:8443', { backendTls: { ca } })).toMatchObject({
      backendTls: { ca },
      backendUrl: 'https://git-1.example:8443/',
    });
  });
});
