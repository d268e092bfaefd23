import { Access } from '../../constructs/git/access';
import { DirectAccess } from '../../constructs/git/direct-access';
import { renderJavaOptions } from '../../constructs/git/java-options';
import { renderServerXml, type ServerXmlProps } from '../../constructs/git/server-xml';
import type { DnDirectorySettings } from '../../constructs/ldap/directory-settings';
import { NOBODY } from '../../constructs/ldap/group-name';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { TlsPolicy } from '../../constructs/tls/tls-policy';
import { fakeCertificate, fakeDirectory } from '../support/fakes';
import { all, only, parseXml, service, type Element } from './xml';

const url = PublicUrl.https('git.example.com', { port: 8443, contextPath: '/tools/git' });
const behind = Access.behindProxy(url);
const PATHS = { passwordFile: '/files/password', trustStore: '/run/authorities', localGroups: undefined };

function render(props: Partial<ServerXmlProps> = {}, directoryProps: Partial<DnDirectorySettings> = {}): Element {
  return parseXml(
    renderServerXml({
      connectors: behind.connectors,
      maxThreads: 200,
      headerSize: 8192,
      perAddress: undefined,
      hostName: undefined,
      tlsFolder: '/files/tls',
      hstsSeconds: undefined,
      contextPath: url.contextPath,
      directories: [{ ...PATHS, directory: fakeDirectory(directoryProps) }],
      licensedGroups: undefined,
      trustedProxies: { addresses: ['172.30.0.2'], refuseOthers: false },
      webapp: '/webapp',
      accessSocket: '/access/socket',
      repositoryList: '/files/repositories',
      ...props,
    }),
  );
}

const valve = (server: Element, name: string): Element => {
  const found = all(server, 'Valve').find(({ attributes }) => attributes['className']?.endsWith(`.${name}`));
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const realm = (directoryProps: Partial<DnDirectorySettings> = {}): Readonly<Record<string, string>> => {
  const [, , inner] = all(render({}, directoryProps), 'Realm');
  return inner?.attributes ?? {};
};

describe('connector', () => {
  test('behind a proxy has the five attributes of the value', () => {
    expect(only(service(render()), 'Connector').attributes).toMatchObject({
      port: '7990',
      proxyName: 'git.example.com',
      proxyPort: '8443',
      scheme: 'https',
      secure: 'true',
      redirectPort: '8443',
    });
  });

  test('reached directly leaves the name and port to each request', () => {
    const { connectors } = Access.direct(PublicUrl.http('git.example.com'));
    const { attributes } = only(service(render({ connectors, trustedProxies: undefined })), 'Connector');
    expect(attributes).toMatchObject({ port: '7990', scheme: 'http', secure: 'false' });
    for (const name of ['proxyName', 'proxyPort', 'redirectPort']) expect(attributes).not.toHaveProperty(name);
  });

  test('refuses TRACE and encoded slashes, and has no port for a shutdown', () => {
    const server = render();
    expect(server.attributes['port']).toBe('-1');
    expect(only(service(server), 'Connector').attributes).toMatchObject({
      allowTrace: 'false',
      encodedSolidusHandling: 'reject',
      bindOnInit: 'false',
    });
  });
});

describe('TLS of its own', () => {
  const https = PublicUrl.https('git.example.com');
  const rendered = (policy?: TlsPolicy): Element => {
    const access = Access.direct(https, fakeCertificate(https.host), policy === undefined ? {} : { tlsPolicy: policy });
    return render({ connectors: access.connectors, trustedProxies: undefined, hostName: https.host, hstsSeconds: 9 });
  };

  test('has the certificate with its chain, and is read again when it is renewed', () => {
    const server = rendered();
    expect(only(service(server), 'Connector').attributes).toMatchObject({
      port: '7990',
      scheme: 'https',
      secure: 'true',
      SSLEnabled: 'true',
    });
    expect(only(server, 'Certificate').attributes).toEqual({
      certificateFile: '/files/tls/chain.pem',
      certificateKeyFile: '/files/tls/key.pem',
    });
    expect(all(server, 'Listener').map(({ attributes }) => attributes['className'])).toContain(
      'gitserver.CertificateReload',
    );
    expect(server.attributes['periodicEventDelay']).toBe('2');
    expect(all(render(), 'Listener')).toHaveLength(1);
  });

  test('has protocols and ciphers of the policy', () => {
    const { attributes } = only(rendered(), 'SSLHostConfig');
    expect(attributes).toMatchObject({ protocols: 'TLSv1.2+TLSv1.3', honorCipherOrder: 'false' });
    expect(attributes['ciphers']).toMatch(/^TLS_AES_128_GCM_SHA256:.*:ECDHE-RSA-CHACHA20-POLY1305$/);
    const modern = only(rendered(TlsPolicy.modern), 'SSLHostConfig').attributes;
    expect(modern).toMatchObject({
      protocols: 'TLSv1.3',
      ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
    });
  });

  test('groups of the key exchange, and what else is of the process, are options of Java', () => {
    expect(renderJavaOptions(TlsPolicy.intermediate)).toBe(
      '-Djdk.tls.namedGroups=x25519,secp256r1,secp384r1\n-Djdk.tls.rejectClientInitiatedRenegotiation=true\n-Djdk.tls.server.enableSessionTicketExtension=false\n',
    );
  });

  test('answers its own host name alone, and tells browsers to stay with HTTPS', () => {
    const server = rendered();
    expect(only(service(server), 'Engine').attributes['defaultHost']).toBe('refused.invalid');
    const hosts = all(service(server), 'Host');
    expect(hosts.map((host) => [host.attributes['name'], all(host, 'Context').length])).toEqual([
      ['refused.invalid', 0],
      ['git.example.com', 1],
    ]);
    expect(valve(server, 'HstsValve').attributes['maxAge']).toBe('9');
    expect(() => valve(render(), 'HstsValve')).toThrow('no HstsValve');
  });
});

describe('beside the connector of the proxy', () => {
  const https = PublicUrl.https('git.example.com', { port: 8443 });
  const connectors = (access: Access): readonly Readonly<Record<string, string>>[] =>
    all(service(render({ connectors: access.connectors })), 'Connector').map(({ attributes }) => attributes);

  test('one that is not secure redirects to the URL', () => {
    expect(connectors(Access.behindProxy(https, DirectAccess.redirect()))).toMatchObject([
      { port: '7990', secure: 'true' },
      { port: '7991', scheme: 'http', secure: 'false', proxyName: 'git.example.com', redirectPort: '8443' },
    ]);
  });

  test('an open one knows of no proxy', () => {
    const [, open] = connectors(Access.behindProxy(https, DirectAccess.open()));
    expect(open).toMatchObject({ port: '7992', scheme: 'http', secure: 'false' });
    expect(open).not.toHaveProperty('proxyName');
  });

  test('all have the same number of threads', () => {
    const [main] = all(service(render({ maxThreads: 31 })), 'Connector');
    expect(main?.attributes['maxThreads']).toBe('31');
  });
});

describe('client address', () => {
  test('an external proxy is believed, and nobody else is let in', () => {
    const trustedProxies = {
      addresses: ['10.1.2.3', '10.4.0.0/16', '10.5.6.128/25', '10.8.0.0/14'],
      refuseOthers: true,
    };
    const server = render({ trustedProxies });
    expect(valve(server, 'RemoteCIDRValve').attributes).toMatchObject({
      allow: '127.0.0.1,10.1.2.3,10.4.0.0/16,10.5.6.128/25,10.8.0.0/14',
      usePeerAddress: 'true',
    });
    const pattern = new RegExp(`^(?:${valve(server, 'RemoteIpValve').attributes['internalProxies'] ?? ''})$`);
    const believed = ['10.1.2.3', '10.4.255.1', '10.5.6.128', '10.5.6.255', '10.8.0.1', '10.11.255.255'];
    const others = ['10.1.2.4', '110.1.2.3', '10.5.0.1', '10.5.6.127', '10.7.255.255', '10.12.0.0', '10.1x2.3'];
    expect(believed.filter((address) => pattern.test(address))).toEqual(believed);
    expect(others.filter((address) => pattern.test(address))).toEqual([]);
    expect(() => valve(render(), 'RemoteCIDRValve')).toThrow('no RemoteCIDRValve');
  });

  test('comes from the proxy alone, and nothing but the address does', () => {
    const { attributes } = valve(render(), 'RemoteIpValve');
    expect(attributes).toEqual({
      className: 'org.apache.catalina.valves.RemoteIpValve',
      internalProxies: '172\\.30\\.0\\.2',
      remoteIpHeader: 'X-Forwarded-For',
      protocolHeader: '',
    });
  });

  test('without a proxy nobody is believed', () => {
    expect(() => valve(render({ trustedProxies: undefined }), 'RemoteIpValve')).toThrow('no RemoteIpValve');
  });

  test('is logged to standard output as JSON, without query strings', () => {
    const { pattern = '', ...attributes } = valve(render(), 'AccessLogValve').attributes;
    expect(attributes).toMatchObject({ directory: '/dev', prefix: 'stdout', requestAttributesEnabled: 'true' });
    expect(JSON.parse(pattern.replace(/:(%(\{ms\})?[BT])/g, ':"$1"'))).toEqual({
      time: "%{yyyy-MM-dd'T'HH:mm:ss.SSSXXX}t",
      client: '%a',
      user: '%u',
      method: '%m',
      path: '%U',
      protocol: '%H',
      status: '%s',
      host: '%v',
      agent: '%{User-Agent}i',
      out: '%B',
      ms: '%{ms}T',
    });
  });

  test('has bounds for its size, for connections, and where there is no proxy for an address', () => {
    expect(only(service(render({ headerSize: 16384 })), 'Connector').attributes).toMatchObject({
      maxHttpRequestHeaderSize: '16384',
      maxHeaderCount: '100',
      maxConnections: '8192',
    });
    expect(valve(render({ perAddress: 175 }), 'AddressLimitValve').attributes).toMatchObject({ limit: '175' });
    expect(() => valve(render(), 'AddressLimitValve')).toThrow('no AddressLimitValve');
  });
});

describe('accounts', () => {
  test('are locked after five wrong passwords for five minutes', () => {
    const [outer] = all(render(), 'Realm');
    expect(outer?.attributes).toMatchObject({
      className: 'gitserver.AccountLockRealm',
      failureCount: '5',
      lockOutTime: '300',
    });
  });

  test('are looked up as the directory says', () => {
    expect(
      realm({
        hostname: 'ldap.example.com',
        port: 1636,
        additionalUserDn: 'ou=people',
        additionalGroupDn: 'ou=groups',
        userObjectFilter: '(objectClass=person)',
        userNameAttribute: 'sAMAccountName',
        groupObjectFilter: '(objectClass=group)',
        groupNameAttribute: 'name',
        groupMembersAttribute: 'uniqueMember',
        readTimeout: 7,
        connectionTimeout: 3,
      }),
    ).toMatchObject({
      connectionURL: 'ldaps://ldap.example.com:1636',
      connectionName: 'cn=git,dc=example,dc=com',
      passwordFile: '/files/password',
      connectionTimeout: '3000',
      readTimeout: '7000',
      userBase: 'ou=people,dc=example,dc=com',
      userSearch: '(&(objectClass=person)(sAMAccountName={0}))',
      userSubtree: 'true',
      roleBase: 'ou=groups,dc=example,dc=com',
      roleName: 'name',
      roleSearch: `(&(objectClass=group)(uniqueMember={0})(!(name=${NOBODY})))`,
      roleSubtree: 'true',
    });
  });

  test('the role of nobody is never handed out', () => {
    expect(realm()['roleSearch']).toContain(`(!(cn=${NOBODY}))`);
  });

  test('names with characters of XML, JNDI, MessageFormat and Tomcat arrive as themselves', () => {
    const attributes = realm({
      additionalGroupDn: `ou=a/b '{c}' <&> \${user.home}`.replace(/[<>]/g, '\\$&'),
      userObjectFilter: `(cn=it's {x} <&> \${y})`,
    });
    expect(attributes['roleBase']).toBe(`ou=a\\/b '''{'c'}''' \\\\<&\\\\> $'{'user.home'}',dc=example,dc=com`);
    expect(attributes['userSearch']).toBe(`(&(cn=it''s '{'x'}' <&> $'{'y'}')(uid={0}))`);
  });

  test('no password is in the file', () => {
    const text = renderServerXml({
      connectors: behind.connectors,
      maxThreads: 200,
      headerSize: 8192,
      perAddress: undefined,
      hostName: undefined,
      tlsFolder: '/files/tls',
      hstsSeconds: undefined,
      contextPath: '',
      directories: [{ ...PATHS, directory: fakeDirectory() }],
      licensedGroups: undefined,
      trustedProxies: undefined,
      webapp: '/webapp',
      accessSocket: '/access/socket',
      repositoryList: '/files/repositories',
    });
    expect(text).not.toContain('secret-of-git');
  });

  test('several directories are asked in order', () => {
    const directories = ['one', 'two'].map((hostname) => ({
      ...PATHS,
      directory: fakeDirectory({ hostname }),
    }));
    const [, , ...inner] = all(render({ directories }), 'Realm');
    expect(inner.map(({ attributes }) => attributes['connectionURL'])).toEqual(['ldaps://one:636', 'ldaps://two:636']);
  });
});

describe('application', () => {
  test.each(['', '/git', '/tools/git'])('is at the context path %j', (contextPath) => {
    const context = only(render({ contextPath }), 'Context');
    expect(context.attributes).toMatchObject({ path: contextPath, docBase: '/webapp' });
  });

  test('reads names and passwords as UTF-8, and says nothing of itself in error pages', () => {
    const server = render();
    expect(valve(server, 'DirectoryAuthenticator').attributes).toMatchObject({ charset: 'UTF-8', cache: 'false' });
    expect(valve(server, 'ErrorReportValve').attributes).toMatchObject({
      showReport: 'false',
      showServerInfo: 'false',
    });
  });
});
