import { bitbucketProperties, secretBitbucketProperties } from '../../constructs/bitbucket/bitbucket-properties';
import { BitbucketDatabase } from '../../constructs/bitbucket/bitbucket-database';
import { Access } from '../../constructs/git/access';
import { DirectAccess } from '../../constructs/git/direct-access';
import { ExternalProxy } from '../../constructs/git/external-proxy';
import { SshEndpoint } from '../../constructs/git/ssh-endpoint';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { TlsPolicy } from '../../constructs/tls/tls-policy';
import { fakeCertificate } from '../support/fakes';

const administrator = { username: 'admin', displayName: 'Administrator', emailAddress: 'admin@example.com' };
type Props = Parameters<typeof bitbucketProperties>[0];
const properties = (access: Access, props: Partial<Props> = {}): Readonly<Record<string, string>> =>
  bitbucketProperties({
    access,
    ssh: undefined,
    database: undefined,
    administrator,
    displayName: 'Bitbucket',
    keyStore: '/k.p12',
    sidecarTemporaryFolder: undefined,
    ...props,
  });

const https = PublicUrl.https('git.example.com', { contextPath: '/bitbucket' });
const http = PublicUrl.http('git.example.com', { port: 8080 });

/**
 * Where each key is from: Atlassian's image and its documentation (`environment`), its Helm chart (`chart`), its cloud
 * images and public files of users (`examples`), Atlassian's knowledge base (`knowledge`), or Spring's own documentation of
 * what Bitbucket passes on to it (`spring`).
 */
const SOURCES: Readonly<Record<string, 'environment' | 'chart' | 'examples' | 'knowledge' | 'spring'>> = {
  'server.port': 'chart',
  'server.context-path': 'chart',
  'server.scheme': 'environment',
  'server.secure': 'environment',
  'server.proxy-name': 'environment',
  'server.proxy-port': 'environment',
  'server.redirect-port': 'examples',
  'server.require-ssl': 'examples',
  'server.ssl.enabled': 'examples',
  'server.ssl.key-store': 'examples',
  'server.ssl.key-store-type': 'examples',
  'server.ssl.key-store-password': 'examples',
  'server.ssl.key-password': 'examples',
  'server.ssl.enabled-protocols': 'spring',
  'server.ssl.ciphers': 'spring',
  'server.additional-connector.1.port': 'examples',
  'server.additional-connector.1.scheme': 'examples',
  'server.additional-connector.1.secure': 'examples',
  'server.additional-connector.1.proxy-name': 'examples',
  'server.additional-connector.1.proxy-port': 'examples',
  'server.additional-connector.1.redirect-port': 'examples',
  'plugin.ssh.port': 'chart',
  'plugin.ssh.baseurl': 'chart',
  'plugin.bitbucket-git.mesh.sidecar.jvm-args[0]': 'knowledge',
  'setup.displayName': 'environment',
  'setup.baseUrl': 'environment',
  'setup.license': 'environment',
  'setup.sysadmin.username': 'environment',
  'setup.sysadmin.password': 'environment',
  'setup.sysadmin.displayName': 'environment',
  'setup.sysadmin.emailAddress': 'environment',
  'jdbc.driver': 'environment',
  'jdbc.url': 'environment',
  'jdbc.user': 'environment',
  'jdbc.password': 'environment',
};

const behindHttps = {
  'server.port': '7990',
  'server.context-path': '/bitbucket',
  'server.scheme': 'https',
  'server.secure': 'true',
  'server.proxy-name': 'git.example.com',
  'server.proxy-port': '443',
  'server.redirect-port': '443',
  'server.require-ssl': 'true',
};

const TOPOLOGIES: readonly (readonly [string, Access, Readonly<Record<string, string>>])[] = [
  [
    'direct HTTP',
    Access.direct(http),
    {
      'server.port': '7990',
      'server.context-path': '/',
      'server.scheme': 'http',
      'server.secure': 'false',
      'server.require-ssl': 'false',
    },
  ],
  [
    'direct HTTPS',
    Access.direct(https, fakeCertificate('git.example.com'), { tlsPolicy: TlsPolicy.intermediate }),
    {
      'server.port': '7990',
      'server.context-path': '/bitbucket',
      'server.scheme': 'https',
      'server.secure': 'true',
      'server.require-ssl': 'true',
      'server.ssl.enabled': 'true',
      'server.ssl.key-store': '/k.p12',
      'server.ssl.key-store-type': 'PKCS12',
      'server.ssl.enabled-protocols': 'TLSv1.2,TLSv1.3',
      'server.ssl.ciphers': [
        'TLS_AES_128_GCM_SHA256',
        'TLS_AES_256_GCM_SHA384',
        'TLS_CHACHA20_POLY1305_SHA256',
        'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
        'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
        'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
        'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
        'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
      ].join(','),
    },
  ],
  [
    'direct HTTPS, modern',
    Access.direct(https, fakeCertificate('git.example.com'), { tlsPolicy: TlsPolicy.modern }),
    {
      'server.port': '7990',
      'server.context-path': '/bitbucket',
      'server.scheme': 'https',
      'server.secure': 'true',
      'server.require-ssl': 'true',
      'server.ssl.enabled': 'true',
      'server.ssl.key-store': '/k.p12',
      'server.ssl.key-store-type': 'PKCS12',
      'server.ssl.enabled-protocols': 'TLSv1.3',
      'server.ssl.ciphers': 'TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,TLS_CHACHA20_POLY1305_SHA256',
    },
  ],
  [
    'reverse proxy HTTP',
    Access.behindProxy(http),
    {
      'server.port': '7990',
      'server.context-path': '/',
      'server.scheme': 'http',
      'server.secure': 'false',
      'server.proxy-name': 'git.example.com',
      'server.proxy-port': '8080',
      'server.redirect-port': '8080',
      'server.require-ssl': 'false',
    },
  ],
  ['reverse proxy HTTPS', Access.behindProxy(https), behindHttps],
  [
    'an external proxy',
    Access.behindProxy(https, ExternalProxy.at({ bind: '10.0.0.1', allowFrom: ['10.0.0.2'] })),
    behindHttps,
  ],
  [
    'reverse proxy HTTPS, whose port redirects',
    Access.behindProxy(https, DirectAccess.redirect()),
    {
      ...behindHttps,
      'server.additional-connector.1.port': '7991',
      'server.additional-connector.1.scheme': 'http',
      'server.additional-connector.1.secure': 'false',
      'server.additional-connector.1.proxy-name': 'git.example.com',
      'server.additional-connector.1.proxy-port': '443',
      'server.additional-connector.1.redirect-port': '443',
    },
  ],
  [
    'reverse proxy HTTPS, whose port is open',
    Access.behindProxy(https, DirectAccess.open()),
    {
      ...behindHttps,
      'server.require-ssl': 'false',
      'server.additional-connector.1.port': '7992',
      'server.additional-connector.1.scheme': 'http',
      'server.additional-connector.1.secure': 'false',
    },
  ],
];

test.each(TOPOLOGIES)('%s', (_, access, expected) => {
  const server = Object.entries(properties(access)).filter(([key]) => key.startsWith('server.'));
  expect(Object.fromEntries(server)).toEqual(expected);
});

test('what the first start sets up', () => {
  expect(properties(Access.behindProxy(https), { displayName: 'Ours' })).toMatchObject({
    'setup.displayName': 'Ours',
    'setup.baseUrl': 'https://git.example.com/bitbucket',
    'setup.sysadmin.username': 'admin',
    'setup.sysadmin.displayName': 'Administrator',
    'setup.sysadmin.emailAddress': 'admin@example.com',
  });
});

test('SSH', () => {
  const ssh = (port: number): unknown => properties(Access.behindProxy(https), { ssh: SshEndpoint.on(port) });
  expect(ssh(7999)).toMatchObject({ 'plugin.ssh.port': '7999', 'plugin.ssh.baseurl': 'ssh://git.example.com:7999/' });
  expect(properties(Access.behindProxy(https))).not.toHaveProperty(['plugin.ssh.port']);
});

const database = BitbucketDatabase.postgresql({ url: 'jdbc:postgresql://db/bitbucket', user: 'u', password: 'p' });

test('a database', () => {
  expect(properties(Access.behindProxy(https), { database })).toMatchObject({
    'jdbc.driver': 'org.postgresql.Driver',
    'jdbc.url': 'jdbc:postgresql://db/bitbucket',
    'jdbc.user': 'u',
  });
});

test.each([
  ['jdbc:postgresql://db/bitbucket', 'db', 'bitbucket'],
  ['jdbc:postgresql://db.example.com:6432/git?sslmode=verify-full', 'db.example.com:6432', 'git'],
])('the server and the name of %s are known', (url, server, name) => {
  expect(BitbucketDatabase.postgresql({ url, user: 'u', password: 'p' })).toMatchObject({ url, server, name });
});

const secrets = { licence: 'L', administratorPassword: 'A', keyStorePassword: 'K', database };

test('secrets are apart', () => {
  expect(secretBitbucketProperties(secrets)).toEqual({
    'setup.license': 'L',
    'setup.sysadmin.password': 'A',
    'server.ssl.key-store-password': 'K',
    'server.ssl.key-password': 'K',
    'jdbc.password': 'p',
  });
  expect(secretBitbucketProperties({ ...secrets, keyStorePassword: undefined, database: undefined })).toEqual({
    'setup.license': 'L',
    'setup.sysadmin.password': 'A',
  });
});

test('every key has a source, and every source a key', () => {
  const all = TOPOLOGIES.flatMap(([, access]) =>
    Object.keys(properties(access, { database, ssh: SshEndpoint.on(7999), sidecarTemporaryFolder: '/tmp' })),
  );
  expect(new Set([...all, ...Object.keys(secretBitbucketProperties(secrets))])).toEqual(new Set(Object.keys(SOURCES)));
});

/** As Atlassian's image documents them. */
const VARIABLES = [
  ...['SERVER_PROXY_NAME', 'SERVER_PROXY_PORT', 'SERVER_SCHEME', 'SERVER_SECURE'],
  ...['SETUP_DISPLAYNAME', 'SETUP_BASEURL', 'SETUP_LICENSE', 'SETUP_SYSADMIN_USERNAME', 'SETUP_SYSADMIN_PASSWORD'],
  ...['SETUP_SYSADMIN_DISPLAYNAME', 'SETUP_SYSADMIN_EMAILADDRESS'],
  ...['JDBC_DRIVER', 'JDBC_URL', 'JDBC_USER', 'JDBC_PASSWORD'],
];

test("keys are the variables of Atlassian's image, in Spring's other form", () => {
  const ofImage = Object.keys(SOURCES).filter((key) => SOURCES[key] === 'environment');
  expect(ofImage.map((key) => key.replace(/[.-]/g, '_').toUpperCase()).sort()).toEqual([...VARIABLES].sort());
});

test.each([
  ['jdbc:mysql://db/bitbucket', 'the URL "jdbc:mysql://db/bitbucket"; write "jdbc:postgresql'],
  ['jdbc:postgresql://u:secret@db/x', 'the URL "jdbc:postgresql://...@db/x"; write'],
  ['jdbc:postgresql://db/x?user=u', 'an account in the URL; give user and password as properties'],
])('the database %s is refused', (url, message) => {
  expect(() => BitbucketDatabase.postgresql({ url, user: 'u', password: 'p' })).toThrow(message);
});
