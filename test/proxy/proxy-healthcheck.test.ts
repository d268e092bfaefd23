import { proxyHealthcheck } from '../../constructs/proxy/proxy-healthcheck';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { fakeHttpsHost, fakeProxyPass } from '../support/fakes';

const http = PublicUrl.http('git-http.localhost', { port: 8080 });
const hosts = [
  fakeHttpsHost(PublicUrl.https('git.localhost', { contextPath: '/git' })),
  VirtualHost.http(http, { proxyPass: [fakeProxyPass(http)] }),
];

test('asks every virtual host from inside, by name, for what needs no backend', () => {
  const text = proxyHealthcheck(hosts, 'OPTIONS *');
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'fail',
      'fail-early',
      'request-target = "*"',
      'resolve = "git.localhost:443:127.0.0.1"',
      'url = "https://git.localhost:443/"',
      'resolve = "git-http.localhost:8080:127.0.0.1"',
      'url = "http://git-http.localhost:8080/"',
    ]),
  );
});

test('has nothing that only Apache answers, for nginx', () => {
  const text = proxyHealthcheck(hosts, 'GET');
  expect(text).not.toMatch(/^request/m);
  expect(text).toContain('\nfail\n');
  expect(text).toContain('url = "http://git-http.localhost:8080/"');
});
