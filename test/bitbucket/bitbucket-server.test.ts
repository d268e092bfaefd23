import { AnnotationMetadataEntryType, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import { BitbucketDatabase } from '../../constructs/bitbucket/bitbucket-database';
import { BitbucketServer, type BitbucketServerProps } from '../../constructs/bitbucket/bitbucket-server';
import { ServiceImage } from '../../constructs/docker/service-image';
import type { Environment } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { DirectAccess } from '../../constructs/git/direct-access';
import { GlobalPermissions } from '../../constructs/git/global-permissions';
import { SshEndpoint } from '../../constructs/git/ssh-endpoint';
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { Ldif } from '../../constructs/ldap/ldif';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { ReverseProxy } from '../../constructs/proxy/reverse-proxy';
import type { VirtualHost } from '../../constructs/proxy/virtual-host';
import { FAKE_CONNECTION, fakeCertificate, fakeDirectory, fakeHttpsHost } from '../support/fakes';
import { synth, testEnvironment, type Synthesised } from '../support/synth';

class AnyProxy extends ReverseProxy {
  public constructor(scope: Construct, id: string, host: VirtualHost) {
    super(scope, id, { virtualHosts: [host] });
  }
}

const url = PublicUrl.http('git.example.com', { contextPath: '/bitbucket' });
const https = PublicUrl.https('git.example.com', { contextPath: '/bitbucket' });
const branches = { additionalUserDn: 'ou=people', additionalGroupDn: 'ou=groups' };
const directories = [fakeDirectory({ ...branches }), fakeDirectory({ ...branches, name: 'second' })];
const globalPermissions = new GlobalPermissions({ licensedUser: { groups: ['readers'] }, sysAdmin: ['admins'] });
const database = BitbucketDatabase.postgresql({
  url: 'jdbc:postgresql://db/bitbucket',
  user: 'u',
  password: 'db-secret',
});

function make(environment: Environment, props: Partial<BitbucketServerProps> = {}): BitbucketServer {
  return new BitbucketServer(environment, 'git', {
    access: Access.direct(url),
    directories,
    licence: 'licence-text',
    administrator: { emailAddress: 'admin@example.com', password: 'admin-secret' },
    globalPermissions,
    database,
    ...props,
  });
}

const built = (props: Partial<BitbucketServerProps> = {}): Synthesised =>
  synth((environment) => {
    make(environment, props);
  });
const container = (props: Partial<BitbucketServerProps> = {}): Readonly<Record<string, unknown>> =>
  built(props).one('docker_container', 'env/git/container');
const properties = (props: Partial<BitbucketServerProps> = {}): string =>
  built(props).file('env/git', 'bitbucket.properties');
const provisioned = (props: Partial<BitbucketServerProps> = {}): Record<string, unknown> =>
  JSON.parse(built(props).file('env/git/provisioner', 'provision.json')) as Record<string, unknown>;

describe('container', () => {
  test("runs Atlassian's image as its own user, hardened, and waits for RUNNING", () => {
    expect(container()).toMatchObject({
      name: 't1-git',
      user: '2003:2003',
      read_only: true,
      capabilities: { drop: ['ALL'] },
      command: ['sh', '/files/current/start-bitbucket'],
      destroy_grace_seconds: 120,
      healthcheck: {
        test: ['CMD', 'sh', '/files/current/check-bitbucket', 'http://127.0.0.1:7990/bitbucket/status'],
      },
      wait_timeout: 900,
    });
    expect(built().one('docker_image', 'env/git/image')['name']).toBe('atlassian/bitbucket:9.4.16');
    expect(container()['volumes']).toContainEqual(
      expect.objectContaining({ container_path: '/var/atlassian/application-data/bitbucket' }),
    );
  });

  test('publishes what it serves itself, and SSH', () => {
    const port = (external: number, internal: number): object => ({
      ip: '127.0.0.1',
      external,
      internal,
      protocol: 'tcp',
    });
    expect(container({ ssh: SshEndpoint.on(7999) })['ports']).toEqual([port(80, 7990), port(7999, 7999)]);
  });

  test('has the memory it is given, and Java half of it', () => {
    expect(container()).toMatchObject({ memory: 3072, memory_swap: 3072 });
    expect(container()['env']).toContain('JVM_MAXIMUM_MEMORY=1536m');
    expect(container({ memory: 4096 })['env']).toContain('JVM_MAXIMUM_MEMORY=2048m');
  });

  test('searches with a server of its own before 10.0 alone, where that is off', () => {
    expect(container()['env']).toContain('SEARCH_ENABLED=false');
    expect(container({ version: '10.1.0' })['env']).not.toContain('SEARCH_ENABLED=false');
  });
});

describe('files', () => {
  test('the properties of the access, for the name that it is given', () => {
    expect(properties({ displayName: 'Ours' })).toMatch(/^server\.port=7990\nserver\.context-path=\/bitbucket\n/);
    expect(properties({ displayName: 'Ours' })).toContain('\nsetup.displayName=Ours\n');
    expect(properties({ administrator: { emailAddress: 'a@b', username: 'root', displayName: 'Root' } })).toMatch(
      /\nsetup\.sysadmin\.username=root\nsetup\.sysadmin\.displayName=Root\nsetup\.sysadmin\.emailAddress=a@b\n/,
    );
  });

  test('the sidecar, which 8.0 brought, has its temporary files in the home, where native libraries may be run', () => {
    const line =
      'plugin.bitbucket-git.mesh.sidecar.jvm-args[0]=-Djava.io.tmpdir=/var/atlassian/application-data/bitbucket/tmp\n';
    expect(properties()).toContain(line);
    expect(properties({ version: '8.0.0' })).toContain(line);
    expect(properties({ version: '7.21.23' })).not.toContain('sidecar');
  });

  test.each(['licence-text', 'admin-secret', 'db-secret', 'secret-of-git'])(
    'the secret %s is in files of one user alone',
    (secret) => {
      const stack = built();
      const containers = Object.values(stack.all('docker_container'));
      const uploads = containers.flatMap(
        ({ upload }) => (upload ?? []) as readonly { content: string; permissions: string }[],
      );
      const holding = uploads.filter(({ content }) => content.includes(secret));
      expect(holding.length).toBeGreaterThan(0);
      expect(holding.filter(({ permissions }) => permissions !== '0600')).toEqual([]);
      expect(JSON.stringify(containers.map((one) => ({ ...one, upload: [] })))).not.toContain(secret);
    },
  );

  test('a server that speaks TLS has a key store, and its password', () => {
    const access = Access.direct(https, fakeCertificate('git.example.com'));
    const stack = built({ access });
    const file = (path: string): string => stack.file('env/git', path);
    expect(file('tls/keystore-password')).toMatch(/^\$\{random_password\.env_git_key-store.*\.result\}$/);
    expect(file('bitbucket.properties.secrets/server.ssl.key-store-password')).toBe(file('tls/keystore-password'));
    expect(file('bitbucket.properties')).toContain('server.ssl.key-store=/files/current/tls/keystore.p12\n');
  });

  test('authorities of the directories, each once', () => {
    const third = fakeDirectory({ ...branches, name: 'third', caPem: 'other CA' });
    const stack = built({ directories: [...directories, third] });
    expect(stack.file('env/git', 'authorities/1.pem')).toBe('CA');
    expect(stack.file('env/git', 'authorities/2.pem')).toBe('other CA');
    expect(() => stack.file('env/git', 'authorities/3.pem')).toThrow('no file');
  });
});

describe('provisioner', () => {
  test('has the image that it is given', () => {
    const stack = synth((environment) => {
      const provisionerImage = ServiceImage.named(environment, 'own', 'registry.example.com/provisioner:1');
      make(environment, { provisionerImage });
    });
    expect(stack.one('docker_container', 'env/git/provisioner')['image']).toMatch(
      /^\$\{docker_image\.env_own_\w+\.name\}$/,
    );
    expect(stack.all('docker_image')).not.toHaveProperty(['env/git/provisioner/image']);
  });

  test('is told where the server is, what it calls itself, and what is wanted', () => {
    expect(provisioned()).toMatchObject({
      server: 'http://git:7990/bitbucket',
      baseUrl: 'http://git.example.com/bitbucket',
      login: 'basic',
      administrator: { username: 'admin', passwordFile: 'administrator-password' },
      directories: [
        {
          path: 'ldap',
          name: 'ldap',
          passwordFile: 'directories/1/password',
          authorityFile: 'directories/1/ca.pem',
        },
        { path: 'ldap', name: 'second', passwordFile: 'directories/2/password' },
      ],
      permissions: { LICENSED_USER: ['readers'], PROJECT_CREATE: [], ADMIN: [], SYS_ADMIN: ['admins'] },
    });
    expect(provisioned({ version: '10.0.0' })['login']).toBe('session');
  });

  test('has the authority of each directory, by which it sees whether the connection has to be tested again', () => {
    const stack = built({ directories: [...directories, fakeDirectory({ name: 'third', caPem: 'other CA' })] });
    const file = (path: string): string => stack.file('env/git/provisioner', path);
    expect([1, 2, 3].map((number) => file(`directories/${number}/ca.pem`))).toEqual(['CA', 'CA', 'other CA']);
  });

  test('trusts the certificate of a server that speaks TLS, under its own name', () => {
    const access = Access.direct(https, fakeCertificate('git.example.com'));
    expect(provisioned({ access })).toMatchObject({
      server: 'https://git:7990/bitbucket',
      tls: { caFile: 'ca.pem', name: 'git.example.com' },
    });
    expect(built({ access }).file('env/git/provisioner', 'ca.pem')).toBe('authority\n');
  });

  test('runs once, after the server and the directories that are deployed with it, on its network', () => {
    const stack = synth((environment) => {
      const ldap = new OpenLdapServer(environment, 'ldap', {
        baseDn: 'dc=example,dc=com',
        certificate: fakeCertificate('ldap'),
        additionalUserDn: '',
        additionalGroupDn: '',
        seed: Ldif.parse('dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n'),
      });
      make(environment, { directories: [ldap.directory(), fakeDirectory({ name: 'elsewhere' })] });
    });
    expect(stack.one('docker_container', 'env/git/provisioner')).toMatchObject({
      name: 't1-git-provisioner',
      must_run: false,
      attach: true,
      restart: 'no',
      user: '10001:10001',
      read_only: true,
      depends_on: [
        expect.stringMatching(/^docker_container\.env_git_provisioner_files_loader_\w+$/),
        expect.stringMatching(/^docker_container\.env_git_container_\w+$/),
        expect.stringMatching(/^docker_container\.env_ldap_container_\w+$/),
      ],
      lifecycle: { replace_triggered_by: [expect.stringMatching(/^docker_container\.env_git_container_\w+$/)] },
    });
  });
});

test('behind a proxy nothing is published, and the proxy reaches it', () => {
  const stack = synth((environment) => {
    const git = make(environment, { access: Access.behindProxy(https) });
    new AnyProxy(environment, 'proxy', fakeHttpsHost(https, { proxyPass: [git.proxyPass()] }));
  });
  expect(stack.one('docker_container', 'env/git/container')['ports']).toEqual([]);
});

test('the licence may be a variable', () => {
  const stack = synth((environment) => {
    const licence = new TerraformVariable(environment, 'licence', { type: 'string', sensitive: true });
    make(environment, { licence: licence.stringValue });
  });
  expect(stack.file('env/git', 'bitbucket.properties.secrets/setup.license')).toMatch(/^\$\{var\./);
});

test.each<[string, Partial<BitbucketServerProps>]>([
  ['no licence; give its text', { licence: ' ' }],
  ['the version "latest"; write a whole version such as "9.4.16"', { version: 'latest' }],
  ['the version "9.4"; write a whole version', { version: '9.4' }],
  ['the version "4.14.12"; use LegacyStash', { version: '4.14.12' }],
  ['port 22 for SSH; write one from 1024 to 65535', { ssh: SshEndpoint.on(22) }],
  ['memory 1024; write a whole number of MiB from 2048', { memory: 1024 }],
  ['two directories named "LDAP"', { directories: [fakeDirectory(), fakeDirectory({ name: 'LDAP' })] }],
  [
    'env/git/provisioner: StartTLS of the directory "ldap"; write secure: "ssl": the form of Bitbucket has no StartTLS',
    { directories: [fakeDirectory({ secure: 'startTls' })] },
  ],
  [
    'members of localGroups of the directory "ldap"; write localGroups: {} for "Read Only, with Local Groups", and keep such groups in Bitbucket itself',
    { directories: [fakeDirectory({ localGroups: { 'git-helpers': ['jan'] } })] },
  ],
  ['the emailAddress "admin"', { administrator: { emailAddress: 'admin' } }],
  ['the administrator "a b"', { administrator: { emailAddress: 'a@b', username: 'a b' } }],
  ['an empty displayName', { displayName: '' }],
  [
    'limit 5 of licensedUser; leave it out: the licence itself says for how many',
    { globalPermissions: new GlobalPermissions({ licensedUser: { groups: ['readers'], limit: 5 } }) },
  ],
])('%s', (message, props) => {
  expect(() => built(props)).toThrow(message);
});

const warnings = (props: Partial<BitbucketServerProps>): string[] =>
  make(testEnvironment(), props)
    .node.metadata.filter(({ type }) => type === (AnnotationMetadataEntryType.WARN as string))
    .map(({ data }) => String(data));

test.each<[RegExp, Partial<BitbucketServerProps>]>([
  [/the built-in database is for evaluation only/, { database: undefined }],
  [/nobody of the directories may log in/, { globalPermissions: undefined }],
  [
    /directory "ldap": defaults of Generic Posix.* that are derived/,
    { directories: [LdapDirectory.genericPosix(FAKE_CONNECTION)] },
  ],
])('warns: %p', (message, props) => {
  expect(warnings(props)).toContainEqual(expect.stringMatching(message));
});

test('a port beside the proxy that redirects', () => {
  const git = make(testEnvironment(), { access: Access.behindProxy(https, DirectAccess.redirect()) });
  expect(git.cloneUrl).toBe('https://git.example.com/bitbucket/scm/<repository>.git');
});
