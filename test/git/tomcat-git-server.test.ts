import { AnnotationMetadataEntryType } from 'cdktf';
import type { Construct } from 'constructs';
import { ServiceImage } from '../../constructs/docker/service-image';
import type { Environment } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { DirectAccess } from '../../constructs/git/direct-access';
import { ExternalProxy } from '../../constructs/git/external-proxy';
import { Repository } from '../../constructs/git/repository';
import { TomcatGitServer, type TomcatGitServerProps } from '../../constructs/git/tomcat-git-server';
import type { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { Hsts } from '../../constructs/proxy/hsts';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { ReverseProxy } from '../../constructs/proxy/reverse-proxy';
import type { VirtualHost } from '../../constructs/proxy/virtual-host';
import type { Certificate } from '../../constructs/tls/certificate';
import { fakeCertificate, fakeDirectory, fakeHttpsHost } from '../support/fakes';
import { synth, testEnvironment, type Synthesised } from '../support/synth';
import { only, parseXml, all, service } from './xml';

const directory = (password = 'pw'): LdapDirectory =>
  fakeDirectory({
    password,
    caPem: '-----BEGIN CERTIFICATE-----\n',
    additionalUserDn: 'ou=people',
    additionalGroupDn: 'ou=groups',
  });
class AnyProxy extends ReverseProxy {
  public constructor(scope: Construct, id: string, host: VirtualHost) {
    super(scope, id, { virtualHosts: [host] });
  }
}

const direct = Access.direct(PublicUrl.http('git.example.com', { port: 7999, contextPath: '/git' }));
const hello = new Repository('demo/hello', { readers: ['r'], writers: ['w'], readme: '# ${x} %{y}\n' });

function make(environment: Environment, props: Partial<TomcatGitServerProps> = {}): TomcatGitServer {
  return new TomcatGitServer(environment, 'git', { access: direct, directories: [directory()], ...props });
}

function built(props: Partial<TomcatGitServerProps> = {}): Synthesised {
  return synth((environment) => make(environment, props));
}

const container = (props: Partial<TomcatGitServerProps> = {}): Readonly<Record<string, unknown>> =>
  built(props).one('docker_container', 'env/git/container');
const file = (path: string, props: Partial<TomcatGitServerProps> = {}): string => built(props).file('env/git', path);

describe('container', () => {
  test('is hardened, kept, and checked at its context path', () => {
    expect(container()).toMatchObject({
      name: 't1-git',
      user: '10001:10001',
      read_only: true,
      capabilities: { drop: ['ALL'] },
      healthcheck: {
        test: [
          ...['CMD', 'curl', '-fsS', '-o', '/dev/null', '--resolve', 'git.example.com:7990:127.0.0.1'],
          'http://git.example.com:7990/git/status',
        ],
      },
      destroy_grace_seconds: 60,
      tmpfs: { '/run/git-server': 'rw,nosuid,nodev,noexec,uid=10001,gid=10001,mode=0700,size=64m' },
    });
  });

  test('is on both networks and keeps its repositories in a volume', () => {
    expect(container()['networks_advanced']).toMatchObject([{ aliases: ['git'] }, { aliases: ['git'] }]);
    expect(container()['volumes']).toContainEqual(
      expect.objectContaining({ container_path: '/var/lib/git-repositories' }),
    );
    expect(built().one('docker_volume', 'env/git/data')['name']).toBe('t1-git-data');
  });

  test('publishes a port only where users reach it directly', () => {
    expect(container()['ports']).toEqual([{ ip: '127.0.0.1', external: 7999, internal: 7990, protocol: 'tcp' }]);
  });

  test('has the memory it is given', () => {
    expect(container()['memory']).toBe(1024);
    expect(container({ memory: 2048 })).toMatchObject({ memory: 2048, memory_swap: 2048 });
  });

  test('has the image it is given', () => {
    const stack = synth((environment) => {
      make(environment, { image: ServiceImage.named(environment, 'own', 'registry.example.com/git:1') });
    });
    expect(stack.one('docker_image', 'env/own')['name']).toBe('registry.example.com/git:1');
    expect(stack.all('docker_image')).not.toHaveProperty('env/git/image');
  });
});

describe('files', () => {
  test('server.xml has the connector of the access', () => {
    const server = parseXml(file('server.xml'));
    expect(only(service(server), 'Connector').attributes).toMatchObject({ scheme: 'http', port: '7990' });
    expect(only(server, 'Context').attributes['path']).toBe('/git');
  });

  test('behind a proxy, the fixed address of the proxy is the one that is believed', () => {
    const url = PublicUrl.https('git.example.com');
    const stack = synth(
      (environment) => {
        const git = make(environment, { access: Access.behindProxy(url) });
        new AnyProxy(environment, 'proxy', fakeHttpsHost(url, { proxyPass: [git.proxyPass()] }));
      },
      { subnetPool: '10.20.0.0/16', subnetSlot: 3 },
    );
    expect(stack.one('docker_container', 'env/git/container')['ports']).toEqual([]);
    const server = parseXml(stack.file('env/git', 'server.xml'));
    expect(only(service(server), 'Connector').attributes).toMatchObject({
      proxyName: 'git.example.com',
      proxyPort: '443',
    });
    const addresses = all(server, 'Valve').flatMap(({ attributes }) => attributes['internalProxies'] ?? []);
    expect(addresses).toEqual(['10\\.20\\.0\\.98']);
  });

  test('the declared repositories are listed, granted and described', () => {
    const props = { repositories: [hello] };
    expect(file('repositories.tsv', props)).toBe('demo/hello\tread\tr\tw\ndemo/hello\twrite\tw\n');
    expect(file('web.xml', props)).toContain('/scm/demo/hello.git/info/refs');
    expect(file('readme/demo/hello.git', props)).toBe('# ${x} %{y}\n');
    expect(file('cgitrc', props)).toContain('clone-url=http://git.example.com:7999/git/scm/$CGIT_REPO_URL');
  });

  test('the password is a file of its own, for the server alone', () => {
    const password = `a&"<'\${x}%{y}\\`;
    const stack = built({ directories: [directory(password)] });
    expect(stack.file('env/git', 'directories/1/password')).toBe(password);
    const uploads = stack.one('docker_container', 'env/git/files/loader')['upload'] as readonly {
      file: string;
      permissions: string;
    }[];
    const secret = uploads.filter(({ permissions }) => permissions === '0600').map((upload) => upload.file);
    expect(secret).toEqual(['/staging/directories/1/password']);
    const [, , realm] = all(parseXml(stack.file('env/git', 'server.xml')), 'Realm');
    expect(realm?.attributes['passwordFile']).toBe('/files/current/directories/1/password');
  });

  test('the authority of the directory is there', () => {
    expect(file('directories/1/ca.pem')).toBe('-----BEGIN CERTIFICATE-----\n');
  });
});

describe('direct HTTPS', () => {
  const url = PublicUrl.https('git.example.com', { port: 8443, contextPath: '/git' });
  const stack = built({
    access: Access.direct(url, fakeCertificate(url.host), { hsts: Hsts.maxAge(77) }),
    maxThreads: 55,
    limits: { headerSize: 4096 },
  });
  const loaded = (path: string): string => stack.file('env/git', path);

  test('is published on the port of the URL, and checked with TLS from inside', () => {
    expect(stack.one('docker_container', 'env/git/container')).toMatchObject({
      ports: [{ ip: '127.0.0.1', external: 8443, internal: 7990 }],
      healthcheck: {
        test: [
          ...['CMD', 'curl', '-fsS', '-o', '/dev/null', '--resolve', 'git.example.com:7990:127.0.0.1', '--insecure'],
          'https://git.example.com:7990/git/status',
        ],
      },
    });
  });

  test('has the certificate, the options of Java, and what server.xml says of both', () => {
    expect(loaded('tls/chain.pem')).toContain('certificate of git.example.com');
    expect(loaded('tls/key.pem')).toContain('key of git.example.com');
    expect(loaded('java.options')).toContain('-Djdk.tls.namedGroups=');
    const server = parseXml(loaded('server.xml'));
    expect(only(server, 'Certificate').attributes['certificateFile']).toBe('/files/current/tls/chain.pem');
    expect(only(service(server), 'Connector').attributes).toMatchObject({
      maxThreads: '55',
      maxHttpRequestHeaderSize: '4096',
    });
    expect(all(service(server), 'Host').map(({ attributes }) => attributes['name'])).toContain('git.example.com');
    const valves = all(server, 'Valve').map(({ attributes }) => attributes);
    expect(valves).toContainEqual({ className: 'gitserver.HstsValve', maxAge: '77' });
    expect(valves).toContainEqual({ className: 'gitserver.AddressLimitValve', limit: '48' });
  });

  test('a renewed certificate does not restart the server', () => {
    const revision = (certificate: Certificate): unknown =>
      built({ access: Access.direct(url, certificate) }).one('random_id', 'env/git/files/revision')['keepers'];
    expect(revision(fakeCertificate(url.host, 'renewed.example.com'))).toEqual(revision(fakeCertificate(url.host)));
  });

  test('HSTS can be off', () => {
    const access = Access.direct(url, fakeCertificate(url.host), { hsts: Hsts.off() });
    expect(file('server.xml', { access })).not.toContain('HstsValve');
  });

  test('without TLS there is neither certificate nor option', () => {
    expect(() => file('java.options')).toThrow(/no file java\.options/);
    expect(() => file('tls/chain.pem')).toThrow(/no file tls\/chain\.pem/);
  });
});

describe('beside a proxy', () => {
  const url = PublicUrl.https('git.example.com');
  const behind = (access: Access): Synthesised =>
    synth((environment) => {
      const git = make(environment, { access });
      new AnyProxy(environment, 'proxy', fakeHttpsHost(url, { proxyPass: [git.proxyPass()] }));
    });

  test('the redirecting port leads to its own connector, and everything is confidential', () => {
    const stack = behind(Access.behindProxy(url, DirectAccess.redirect(7001)));
    expect(stack.one('docker_container', 'env/git/container')['ports']).toMatchObject([
      { ip: '127.0.0.1', external: 7001, internal: 7991 },
    ]);
    expect(stack.file('env/git', 'web.xml')).toContain('CONFIDENTIAL');
    expect(all(service(parseXml(stack.file('env/git', 'server.xml'))), 'Connector')).toHaveLength(2);
  });

  test('the open port warns of what crosses it', () => {
    const access = Access.behindProxy(url, DirectAccess.open(7002));
    const stack = behind(access);
    expect(stack.one('docker_container', 'env/git/container')['ports']).toMatchObject([
      { external: 7002, internal: 7992 },
    ]);
    expect(stack.file('env/git', 'web.xml')).not.toContain('CONFIDENTIAL');
    expect(warnings(access)).toEqual([
      'port 7002 is open beside the proxy: passwords cross it unencrypted, and pages and clone URLs there still lead to https://git.example.com',
    ]);
  });

  test('an external proxy reaches the server at the address of the host, and is the one believed', () => {
    const access = Access.behindProxy(
      url,
      ExternalProxy.at({ bind: '10.0.0.1', port: 7003, allowFrom: ['10.0.0.2', '10.9.0.0/16'] }),
    );
    const stack = built({ access });
    expect(stack.one('docker_container', 'env/git/container')['ports']).toMatchObject([
      { ip: '10.0.0.1', external: 7003, internal: 7990 },
    ]);
    const valves = all(parseXml(stack.file('env/git', 'server.xml')), 'Valve').map((v) => v.attributes);
    expect(valves).toContainEqual(expect.objectContaining({ allow: '127.0.0.1,10.0.0.2,10.9.0.0/16' }));
    expect(warnings(access)).toEqual([]);
  });

  test('a server of an external proxy is not for a proxy here', () => {
    const access = Access.behindProxy(url, ExternalProxy.at({ bind: '10.0.0.1', allowFrom: ['10.0.0.2'] }));
    expect(() => make(testEnvironment(), { access }).proxyPass()).toThrow(
      /proxyPass\(\) of a server that is reached by an external proxy; make it with Access\.behindProxy\(url\)/,
    );
  });

  test('plain HTTP warns beyond this machine', () => {
    const http = PublicUrl.http('git.example.com');
    const text =
      'http://git.example.com is plain HTTP on 10.0.0.1: passwords can be read on the way; use PublicUrl.https beyond this machine';
    expect(warnings(Access.direct(http), '10.0.0.1')).toEqual([text]);
    expect(warnings(Access.behindProxy(http), '10.0.0.1')).toEqual([text]);
    expect(warnings(Access.direct(http), '127.0.0.2')).toEqual([]);
    expect(warnings(Access.behindProxy(url), '10.0.0.1')).toEqual([]);
  });
});

const WARNING: string = AnnotationMetadataEntryType.WARN;

/** The warnings of a server with this access. */
function warnings(access: Access, bindAddress = '127.0.0.1'): unknown[] {
  const git = make(testEnvironment({ bindAddress }), { access });
  return git.node.metadata.filter(({ type }) => type === WARNING).map(({ data }) => data as unknown);
}

describe('public values', () => {
  test('clone URLs start with the base URL', () => {
    synth((environment) => {
      expect(make(environment).cloneUrl).toBe('http://git.example.com:7999/git/scm/<repository>.git');
    });
  });
});

describe('bad input', () => {
  const refused = (props: Partial<TomcatGitServerProps>): (() => unknown) => {
    return () => built(props);
  };

  test.each([
    ['no directory', { directories: [] }, /test\/env\/git: no directory; give at least one/],
    [
      'two directories of a name',
      { directories: [directory(), directory()] },
      /two directories named "ldap"; give each/,
    ],
    ['a repository twice', { repositories: [hello, hello] }, /the repository "demo\/hello" twice; give each a path/],
    [
      'repositories that differ in case',
      { repositories: [hello, new Repository('Demo/Hello', { readers: ['r'] })] },
      /the repositories "demo\/hello" and "Demo\/Hello"; give each a path/,
    ],
    ['too little memory', { memory: 100 }, /memory 100; write a whole number of MiB from 512/],
    ['hardly a thread', { maxThreads: 9 }, /maxThreads 9; write a whole number from 10 to 4096/],
    ['too many threads', { maxThreads: 5000 }, /maxThreads 5000/],
    [
      'a limit for addresses where all come from one',
      { access: Access.behindProxy(PublicUrl.https('git.example.com')), limits: { perAddress: 5 } },
      /test\/env\/git limits: perAddress 5 behind a proxy; give it to the proxy/,
    ],
    ['a header without room', { limits: { headerSize: 10 } }, /limits: headerSize 10; write a whole number from 1024/],
    ['half a megabyte', { memory: 600.5 }, /memory 600.5; write a whole number/],
  ])('%s', (_, props, message) => {
    expect(refused(props)).toThrow(message);
  });
});
