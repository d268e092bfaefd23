import { apacheConf } from '../../constructs/proxy/apache-conf';
import { nginxConf } from '../../constructs/proxy/nginx-conf';
import { ProxyLoad } from '../../constructs/proxy/proxy-load';
import { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { RequestLimits } from '../../constructs/proxy/request-limits';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { TlsPolicy } from '../../constructs/tls/tls-policy';
import { FAKE_CA, fakeHttpsHost, fakeProxyPass } from '../support/fakes';

const url = PublicUrl.https('git.localhost', { contextPath: '/git' });
const other = PublicUrl.https('git.localhost', { contextPath: '/other' });
const plain = PublicUrl.http('plain.localhost');
const conf = {
  virtualHosts: [
    fakeHttpsHost(url, {
      redirectHttpPort: 80,
      proxyPass: [
        fakeProxyPass(url),
        ProxyPass.to(other, 'https://git-1.example:8443', { backendTls: { ca: FAKE_CA } }),
      ],
    }),
    VirtualHost.http(plain, { proxyPass: [fakeProxyPass(plain)] }),
  ],
  tlsPolicy: TlsPolicy.intermediate,
  load: new ProxyLoad('test', {}),
  limits: new RequestLimits('test', {}, 256),
  filesRoot: '/files/current',
};

// mod_auth_basic and its like in front of Bitbucket or Stash are not supported by Atlassian: the server asks itself.
test('Apache has no module and no directive that asks who a client is', () => {
  const text = apacheConf(conf);
  expect(text).not.toMatch(/LoadModule (auth_|authn_|authnz_|authz_(?!core_)|session|ldap)/);
  expect(text).not.toMatch(
    /^\s*(Auth[A-Z]\w*|Require (?!all )|SSLVerifyClient|SSLUserName|RequestHeader \w+ Authorization)/m,
  );
});

test('nginx has no directive that asks who a client is', () => {
  expect(nginxConf(conf)).not.toMatch(
    /\bauth_|ssl_verify_client|ssl_client_certificate|proxy_set_header Authorization/,
  );
});
