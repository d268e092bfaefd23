import { Access } from '../../constructs/git/access';
import { NOBODY } from '../../constructs/git/repository';
import { renderServerXml, type ServerXmlProps } from '../../constructs/git/server-xml';
import { LdapDirectory, type LdapDirectoryProps } from '../../constructs/ldap/ldap-directory';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { all, only, parseXml, type Element } from './xml';

const url = PublicUrl.https('git.example.com', { port: 8443, contextPath: '/tools/git' });
const behind = Access.behindProxy(url);

function directory(props: Partial<LdapDirectoryProps> = {}): LdapDirectory {
  return new LdapDirectory({
    name: 'ldap',
    hostname: 'ldap',
    username: 'cn=git,dc=example,dc=com',
    password: 'secret-of-git',
    caPem: 'CA',
    baseDn: 'dc=example,dc=com',
    ...props,
  });
}

function render(props: Partial<ServerXmlProps> = {}, directoryProps: Partial<LdapDirectoryProps> = {}): Element {
  return parseXml(
    renderServerXml({
      connector: behind.connector,
      contextPath: url.contextPath,
      directories: [{ directory: directory(directoryProps), passwordFile: '/files/password' }],
      proxyAddress: '172.30.0.2',
      webapp: '/webapp',
      ...props,
    }),
  );
}

const valve = (server: Element, name: string): Element => {
  const found = all(server, 'Valve').find(({ attributes }) => attributes['className']?.endsWith(`.${name}`));
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const realm = (directoryProps: Partial<LdapDirectoryProps> = {}): Readonly<Record<string, string>> => {
  const [, inner] = all(render({}, directoryProps), 'Realm');
  return inner?.attributes ?? {};
};

describe('connector', () => {
  test('behind a proxy has the five attributes of the value', () => {
    expect(only(render(), 'Connector').attributes).toMatchObject({
      port: '7990',
      proxyName: 'git.example.com',
      proxyPort: '8443',
      scheme: 'https',
      secure: 'true',
      redirectPort: '8443',
    });
  });

  test('reached directly leaves the name and port to each request', () => {
    const { connector } = Access.direct(PublicUrl.http('git.example.com'));
    const { attributes } = only(render({ connector, proxyAddress: undefined }), 'Connector');
    expect(attributes).toMatchObject({ port: '7990', scheme: 'http', secure: 'false' });
    for (const name of ['proxyName', 'proxyPort', 'redirectPort']) expect(attributes).not.toHaveProperty(name);
  });

  test('refuses TRACE and encoded slashes, and has no port for a shutdown', () => {
    const server = render();
    expect(server.attributes['port']).toBe('-1');
    expect(only(server, 'Connector').attributes).toMatchObject({
      allowTrace: 'false',
      encodedSolidusHandling: 'reject',
      bindOnInit: 'false',
    });
  });
});

describe('client address', () => {
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
    expect(() => valve(render({ proxyAddress: undefined }), 'RemoteIpValve')).toThrow('no RemoteIpValve');
  });

  test('is logged to standard output', () => {
    expect(valve(render(), 'AccessLogValve').attributes).toMatchObject({
      directory: '/dev',
      prefix: 'stdout',
      requestAttributesEnabled: 'true',
    });
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
      connector: behind.connector,
      contextPath: '',
      directories: [{ directory: directory(), passwordFile: '/files/password' }],
      proxyAddress: undefined,
      webapp: '/webapp',
    });
    expect(text).not.toContain('secret-of-git');
  });

  test('several directories are asked in order', () => {
    const directories = ['one', 'two'].map((hostname) => ({
      directory: directory({ hostname }),
      passwordFile: hostname,
    }));
    const [, ...inner] = all(render({ directories }), 'Realm');
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
    expect(valve(server, 'BasicAuthenticator').attributes).toMatchObject({ charset: 'UTF-8', cache: 'false' });
    expect(valve(server, 'ErrorReportValve').attributes).toMatchObject({
      showReport: 'false',
      showServerInfo: 'false',
    });
  });
});
