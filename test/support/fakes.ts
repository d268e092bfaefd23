import type { DnDirectorySettings } from '../../constructs/ldap/directory-settings';
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { type HttpsUrl, type PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost, type HttpsVirtualHostProps } from '../../constructs/proxy/virtual-host';
import { Certificate } from '../../constructs/tls/certificate';
import type { CertificateProps } from '../../constructs/tls/certificate-props';

/** What passes for an authority's PEM text. */
export const FAKE_CA = '-----BEGIN CERTIFICATE-----\nauthority\n-----END CERTIFICATE-----\n';

/** A certificate whose values say what they are. */
export function fakeCertificate(...hosts: readonly string[]): Certificate {
  return new Certificate(certificateValues(hosts));
}

/** The same, of an authority that answers for its certificates (OCSP). */
export function fakeStapledCertificate(...hosts: readonly string[]): Certificate {
  return new Certificate({ ...certificateValues(hosts), ocspResponder: true });
}

function certificateValues(hosts: readonly string[]): CertificateProps {
  return {
    hosts,
    certificatePem: `certificate of ${hosts.join()}\n`,
    intermediatesPem: 'intermediate\n',
    privateKeyPem: `key of ${hosts.join()}\n`,
    caPem: 'authority\n',
  };
}

/** The rule of a server at `http://git:7990` that believes to be at the URL. */
export function fakeProxyPass(
  url: PublicUrl,
  props: Partial<ConstructorParameters<typeof ProxyPass>[0]> = {},
): ProxyPass {
  return new ProxyPass({ url, backendOrigin: 'http://git:7990', servedBy: 'test/env/git', ...props });
}

/** An HTTPS virtual host with a certificate and a rule of its own. */
export function fakeHttpsHost(url: HttpsUrl, props: Partial<HttpsVirtualHostProps> = {}): VirtualHost {
  return VirtualHost.https(url, { certificate: fakeCertificate(url.host), proxyPass: [fakeProxyPass(url)], ...props });
}

/** What every connection to a directory needs. */
export const FAKE_CONNECTION = {
  name: 'ldap',
  hostname: 'ldap',
  username: 'cn=git,dc=example,dc=com',
  password: 'secret-of-git',
  caPem: 'CA',
  baseDn: 'dc=example,dc=com',
} as const;

/** A connection to an OpenLDAP server whose people log in with their uid, and whose groups are groupOfNames. */
export function fakeDirectory(settings: Partial<DnDirectorySettings> = {}): LdapDirectory {
  return LdapDirectory.openLdap({
    ...FAKE_CONNECTION,
    userNameAttribute: 'uid',
    groupObjectFilter: '(objectClass=groupOfNames)',
    groupMembersAttribute: 'member',
    ...settings,
  });
}
