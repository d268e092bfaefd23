/**
 * What cannot work does not compile: this file is checked by `tsc --noEmit`, which fails where an expected error is
 * missing. It is never run.
 */
/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- it refuses the same as the compiler */
import type { Construct } from 'constructs';
import { Access } from '../../constructs/git/access';
import { DirectAccess } from '../../constructs/git/direct-access';
import type { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { Certificate } from '../../constructs/tls/certificate';
import type { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { TlsPolicy } from '../../constructs/tls/tls-policy';

declare const certificate: Certificate;
declare const proxyPass: readonly ProxyPass[];

const https = PublicUrl.https('git.localhost');
const http = PublicUrl.http('git.localhost');

VirtualHost.https(https, { certificate, proxyPass });
VirtualHost.http(http, { proxyPass });
Access.behindProxy(https);
Access.behindProxy(http);
Access.direct(http);
Access.direct(https, certificate);
Access.behindProxy(https, DirectAccess.redirect());
Access.behindProxy(http, DirectAccess.open());

// @ts-expect-error HTTPS needs a certificate.
VirtualHost.https(https, { proxyPass });
// @ts-expect-error A certificate does not make HTTPS of an HTTP URL.
VirtualHost.https(http, { certificate, proxyPass });
// @ts-expect-error An HTTPS URL is not served over plain HTTP.
VirtualHost.http(https, { proxyPass });
// @ts-expect-error Plain HTTP has no use for a certificate.
VirtualHost.http(http, { certificate, proxyPass });
// @ts-expect-error There is nothing to redirect plain HTTP to.
VirtualHost.http(http, { proxyPass, redirectHttpPort: 80 });
// @ts-expect-error A virtual host serves something.
VirtualHost.https(https, { certificate });
// @ts-expect-error HTTPS without a proxy needs a certificate.
Access.direct(https);
// @ts-expect-error Plain HTTP has no use for a certificate.
Access.direct(http, certificate);
// @ts-expect-error There is nothing confidential to redirect to.
Access.behindProxy(http, DirectAccess.redirect());
// @ts-expect-error A URL is made with PublicUrl, which checks it.
Access.behindProxy('https://git.localhost');
// @ts-expect-error A port is a number.
PublicUrl.https('git.localhost', { port: '443' });
// @ts-expect-error There are these policies and no others.
new TlsPolicy();

declare const env: Construct;
declare const ca: CertificateAuthority;

ca.issue('proxy', { hosts: [https.host], keyAlgorithm: 'RSA 2048' });
// @ts-expect-error Clients refuse smaller keys.
ca.issue('proxy', { hosts: [https.host], keyAlgorithm: 'RSA 1024' });
// @ts-expect-error A certificate is for something.
Certificate.selfSigned(env, 'server', {});
// @ts-expect-error What an authority signed comes with the authority.
Certificate.request(env, 'server', { hosts: [https.host], signed: { certificatePem: 'x' } });
// @ts-expect-error A certificate without its key serves nobody.
Certificate.fromFiles({ certificate: 'server.crt', ca: 'ca.pem' });
