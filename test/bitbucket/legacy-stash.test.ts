import { BitbucketDatabase } from '../../constructs/bitbucket/bitbucket-database';
import { LegacyStash, type LegacyStashProps } from '../../constructs/bitbucket/legacy-stash';
import { renderStashServerXml } from '../../constructs/bitbucket/stash-server-xml';
import { ServiceImage } from '../../constructs/docker/service-image';
import { Access } from '../../constructs/git/access';
import { DirectAccess } from '../../constructs/git/direct-access';
import { ExternalProxy } from '../../constructs/git/external-proxy';
import { SshEndpoint } from '../../constructs/git/ssh-endpoint';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { all, only, parseXml } from '../git/xml';
import { fakeCertificate } from '../support/fakes';
import { synth, type Synthesised } from '../support/synth';

const https = PublicUrl.https('git.example.com', { contextPath: '/stash' });
const external = ExternalProxy.at({ bind: '10.0.0.1', allowFrom: ['10.0.0.2'] });

const built = (props: Partial<LegacyStashProps> = {}): Synthesised =>
  synth((environment) => {
    new LegacyStash(environment, 'stash', {
      access: Access.behindProxy(https, external),
      image: ServiceImage.named(environment, 'image', 'registry.example.com/stash:3.11.6'),
      user: 1001,
      ...props,
    });
  });
const file = (path: string, props: Partial<LegacyStashProps> = {}): string => built(props).file('env/stash', path);
const container = (props: Partial<LegacyStashProps> = {}): Readonly<Record<string, unknown>> =>
  built(props).one('docker_container', 'env/stash/container');

test('server.xml: the connector of the base URL, as the documents of Stash have it', () => {
  const server = parseXml(file('server.xml'));
  expect(only(server, 'Connector').attributes).toEqual({
    port: '7990',
    protocol: 'HTTP/1.1',
    connectionTimeout: '20000',
    useBodyEncodingForURI: 'true',
    redirectPort: '443',
    compression: 'on',
    compressableMimeType:
      'text/html,text/xml,text/plain,text/css,application/json,application/javascript,application/x-javascript',
    secure: 'true',
    scheme: 'https',
    proxyName: 'git.example.com',
    proxyPort: '443',
  });
  expect(only(server, 'Context').attributes).toMatchObject({
    path: '/stash',
    docBase: '${catalina.home}/atlassian-stash',
  });
});

test('server.xml: plain HTTP without a proxy', () => {
  const access = Access.direct(PublicUrl.http('git.example.com', { port: 7990 }));
  const { attributes } = only(parseXml(file('server.xml', { access })), 'Connector');
  expect(attributes).toMatchObject({ port: '7990', scheme: 'http', secure: 'false', redirectPort: '8443' });
  expect(attributes).not.toHaveProperty('proxyName');
  expect(container({ access })['ports']).toEqual([
    { ip: '127.0.0.1', external: 7990, internal: 7990, protocol: 'tcp' },
  ]);
});

test('server.xml: a second connector for those inside', () => {
  const access = Access.behindProxy(PublicUrl.http('git.example.com'), DirectAccess.open());
  const xml = renderStashServerXml({ connectors: access.connectors, contextPath: '' });
  expect(all(parseXml(xml), 'Connector').map(({ attributes }) => attributes['port'])).toEqual(['7990', '7992']);
});

test('stash-config.properties: the database', () => {
  const database = BitbucketDatabase.postgresql({ url: 'jdbc:postgresql://db/stash', user: 'u', password: 'p' });
  expect(file('stash-config.properties', { database })).toBe(
    'jdbc.driver=org.postgresql.Driver\njdbc.url=jdbc:postgresql://db/stash\njdbc.user=u\n',
  );
  expect(file('stash-config.properties.secrets/jdbc.password', { database })).toBe('p');
});

test('container', () => {
  expect(container({ ssh: SshEndpoint.on(22), memory: 1024 })).toMatchObject({
    user: '1001:1001',
    entrypoint: ['sh'],
    command: [
      ...['/files/current/start-stash', '/var/atlassian/application-data/stash'],
      ...['/opt/atlassian/stash/bin/start-stash.sh', '-fg'],
    ],
    memory: 1024,
    ports: [
      { ip: '10.0.0.1', external: 7990, internal: 7990, protocol: 'tcp' },
      { ip: '127.0.0.1', external: 22, internal: 7999, protocol: 'tcp' },
    ],
    healthcheck: { test: ['CMD', 'sh', '/files/current/check-stash', 'http://127.0.0.1:7990/stash/status'] },
  });
  expect(container({ home: '/stash', command: ['run'] })).toMatchObject({
    command: ['/files/current/start-stash', '/stash', 'run'],
    env: ['STASH_HOME=/stash'],
    volumes: expect.arrayContaining([expect.objectContaining({ container_path: '/stash' })]) as unknown,
  });
});

test('what Tomcat writes to in its installation is in memory, and the rest read-only', () => {
  const writable = (props: Partial<LegacyStashProps>): [boolean, Record<string, string>] => {
    const { read_only: readOnly, tmpfs } = container(props) as { read_only: boolean; tmpfs: Record<string, string> };
    return [readOnly, tmpfs];
  };
  const options = (execution: string): string => `rw,nosuid,nodev,${execution},uid=1001,gid=1001,mode=0700,size=64m`;
  expect(writable({})).toEqual([
    true,
    {
      '/tmp': 'rw,nosuid,nodev,noexec,size=64m',
      '/opt/atlassian/stash/conf/Catalina': options('noexec'),
      '/opt/atlassian/stash/logs': options('noexec'),
      '/opt/atlassian/stash/temp': options('exec'),
      '/opt/atlassian/stash/work': options('noexec'),
    },
  ]);
  expect(Object.keys(writable({ installation: '/stash-3' })[1])).toContain('/stash-3/work');
  expect(container({ installation: '/stash-3' })['command']).toContain('/stash-3/bin/start-stash.sh');
});

test.each<[string, Partial<LegacyStashProps>]>([
  ["TLS of Stash's own Tomcat", { access: Access.direct(https, fakeCertificate('git.example.com')) }],
  ['DirectAccess.redirect(); leave the port closed', { access: Access.behindProxy(https, DirectAccess.redirect()) }],
  ['the mount path "stash/conf/Catalina"; write an absolute path', { installation: 'stash' }],
  ['memory 512; write a whole number of MiB from 1024', { memory: 512 }],
])('refused: %s', (message, props) => {
  expect(() => built(props)).toThrow(message);
});
