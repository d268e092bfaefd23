import { ServiceImage } from '../../constructs/docker/service-image';
import { DirectoryReplica, type DirectoryReplicaProps } from '../../constructs/ldap/directory-replica';
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { LdapSchema } from '../../constructs/ldap/ldap-schema';
import { Ldif } from '../../constructs/ldap/ldif';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { FAKE_CONNECTION, fakeCertificate, fakeDirectory } from '../support/fakes';
import { synth, type Synthesised } from '../support/synth';

const SOURCE = fakeDirectory({ name: 'Staff', hostname: 'ldap.example.com', nestedGroups: true });
const LOADER = 'env/copy/files/loader';

function build(props: Partial<DirectoryReplicaProps> = {}): { stack: Synthesised; replica: DirectoryReplica } {
  let replica: DirectoryReplica | undefined;
  const stack = synth((env) => {
    const image = ServiceImage.named(env, 'image', 'registry.example.com/openldap:1');
    replica = new DirectoryReplica(env, 'copy', {
      source: SOURCE,
      certificate: fakeCertificate('copy'),
      image,
      ...props,
    });
  });
  if (replica === undefined) throw new Error('not built');
  return { stack, replica };
}

const file = (props: Partial<DirectoryReplicaProps>, path: string): string => build(props).stack.file('env/copy', path);
const container = (props: Partial<DirectoryReplicaProps> = {}) =>
  build(props).stack.one('docker_container', 'env/copy/container');

test('directory() is the source, served by the replica', () => {
  const { replica } = build();
  expect(replica.url).toBe('ldaps://copy:636');
  expect(replica.directory()).toMatchObject({
    name: 'Staff',
    type: SOURCE.type,
    schema: SOURCE.schema,
    baseDn: SOURCE.baseDn,
    nestedGroups: true,
    url: 'ldaps://copy:636',
    username: 'cn=git-server,cn=accounts',
    caPem: 'authority\n',
  });
  expect(replica.directory().password).not.toBe(SOURCE.password);
  const startTls = fakeDirectory({ hostname: 'ldap.example.com', secure: 'startTls', port: 10389 });
  expect(build({ source: startTls }).replica.directory().url).toBe('ldaps://copy:636');
});

test('secrets are in files that slapd alone reads', () => {
  const { stack } = build();
  const uploads = stack.one('docker_container', LOADER)['upload'] as { file: string; permissions: string }[];
  const modes = Object.fromEntries(uploads.map(({ file: path, permissions }) => [path, permissions]));
  expect(modes).toMatchObject({
    '/staging/replication/password': '0600',
    '/staging/accounts/service-account/password': '0600',
    '/staging/tls/key.pem': '0600',
    '/staging/slapd.conf': '0644',
    '/staging/replication/ca.pem': '0644',
  });
  expect(stack.file('env/copy', 'replication/password')).toBe('secret-of-git');
  expect(stack.file('env/copy', 'replication/ca.pem')).toBe('CA');
  expect(stack.text.split('secret-of-git')).toHaveLength(2);
});

test('the container: nothing published, data in a named volume, healthy once the first copy is complete', () => {
  expect(container()).toMatchObject({
    command: ['start-replica'],
    ports: [],
    user: '10002:10002',
    read_only: true,
    healthcheck: { test: ['CMD', 'check-replica', 'ldaps://copy:636', 'service-account'] },
    wait_timeout: 600,
  });
  expect(JSON.stringify(container()['volumes'])).toContain('/var/lib/openldap');
});

describe('networks', () => {
  const aliases = (stack: Synthesised): unknown =>
    stack.one('docker_container', 'env/copy/container')['networks_advanced'];

  test('a source elsewhere is reached by a network of the replicas alone', () => {
    const { stack } = build();
    expect(JSON.stringify(aliases(stack))).toMatch(/env_directory.*env_outside/);
    expect(stack.one('docker_network', 'env/outside')).toMatchObject({
      name: 't1-outside',
      internal: false,
      ipam_config: [expect.objectContaining({ subnet: '172.30.255.240/28' })],
    });
  });

  test('a source of the same environment is reached on the network `directory`', () => {
    const stack = synth((env) => {
      const ldap = new OpenLdapServer(env, 'ldap', {
        baseDn: 'dc=example,dc=com',
        certificate: fakeCertificate('ldap'),
        seed: Ldif.fromFile('directory.ldif'),
        replication: {},
      });
      new DirectoryReplica(env, 'copy', { source: ldap.replicationSource(), certificate: fakeCertificate('copy') });
    });
    expect(aliases(stack)).toHaveLength(1);
    expect(Object.keys(stack.all('docker_network'))).toEqual(['env/front', 'env/directory']);
  });
});

describe('every prop reaches the output', () => {
  test('source: its timeouts and its interval', () => {
    const source = fakeDirectory({ hostname: 'h', synchronisationInterval: 7, searchTimeout: 11 });
    expect(file({ source }, 'replication/settings')).toMatch(/^interval='420'$/m);
    expect(file({ source }, 'replication/syncrepl')).toContain(' timelimit=11 ');
  });

  test('passwords, base, filter and attributes', () => {
    expect(file({ passwords: 'replicated' }, 'slapd.conf')).not.toContain('back_ldap');
    expect(file({ passwords: 'replicated' }, 'replication/syncrepl')).toContain(',userPassword"');
    expect(file({ filter: '(uid=a*)' }, 'replication/settings')).toContain("filter='(uid=a*)'");
    expect(file({ attributes: ['l'] }, 'replication/syncrepl')).toContain(',l"');
    const source = fakeDirectory({ hostname: 'h', additionalUserDn: 'ou=a', additionalGroupDn: 'ou=a' });
    expect(file({ source, base: 'ou=a,dc=example,dc=com' }, 'replication/settings')).toContain("base='ou=a,dc=");
  });

  test('schema', () => {
    const schema = [LdapSchema.parse("attributetype ( 1.2.3 NAME 'x' SUP name )")];
    expect(file({ schema }, 'schema/1.schema')).toContain("NAME 'x'");
    expect(file({ schema }, 'slapd.conf')).toContain('include /files/current/schema/1.schema');
  });

  test('mode, interval, retryIntervals and leastShare', () => {
    expect(file({ interval: 5 }, 'replication/settings')).toMatch(/^interval='300'$/m);
    expect(file({ retryIntervals: [3, 9] }, 'replication/settings')).toMatch(/^retries='3 9'$/m);
    expect(file({ leastShare: 0.9 }, 'replication/settings')).toMatch(/^least_percent='90'$/m);
    expect(file({ mode: 'refreshAndPersist' }, 'replication/settings')).toMatch(/^mode='refreshAndPersist'$/m);
    expect(file({ mode: 'refreshAndPersist' }, 'replication/syncrepl')).toContain('type=refreshAndPersist');
  });

  test('memory, maxSize, image and firstSynchronisationTimeout', () => {
    const replica = container({ memory: 256, firstSynchronisationTimeout: 90 });
    expect(replica).toMatchObject({ memory: 256, wait_timeout: 90, healthcheck: { start_period: '1m30s' } });
    expect(replica['image']).toContain('docker_image.env_image');
    expect(file({ maxSize: 32 }, 'slapd.conf')).toContain('maxsize 33554432');
  });
});

test.each<[string, Partial<DirectoryReplicaProps>, string]>([
  [
    'a certificate for another host',
    { certificate: fakeCertificate('git') },
    'env/copy: a certificate for git; issue one for "copy"',
  ],
  ['a type that cannot be copied', { source: LdapDirectory.activeDirectory(FAKE_CONNECTION) }, 'DirSync'],
  ['an interval while connected', { mode: 'refreshAndPersist', interval: 5 }, 'interval 5 with refreshAndPersist'],
  ['an interval of nothing', { interval: 0 }, 'interval 0'],
  ['no retry', { retryIntervals: [] }, 'retryIntervals without any'],
  ['a retry at once', { retryIntervals: [5, 0] }, 'retryIntervals 0'],
  ['a share of more than all', { leastShare: 1.1 }, 'leastShare 1.1'],
  ['no share', { leastShare: Number.NaN }, 'leastShare NaN'],
  ['too little memory', { memory: 64 }, 'memory 64'],
  ['a size of nothing', { maxSize: 1 }, 'maxSize 1'],
  ['no time', { firstSynchronisationTimeout: 0 }, 'firstSynchronisationTimeout 0'],
])('refuses %s', (_, props, message) => {
  expect(() => build(props)).toThrow(message);
});
