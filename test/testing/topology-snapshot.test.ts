import { DataDockerImage } from '@cdktf/provider-docker/lib/data-docker-image';
import { TerraformOutput, TerraformStack, Testing } from 'cdktf';
import { join } from 'node:path';
import { Secret } from '../../constructs/docker/secret';
import { Repository } from '../../constructs/git/repository';
import { Ldif } from '../../constructs/ldap/ldif';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { synthesised, topologySerializer, topologySnapshot } from '../../constructs/testing';
import { GitTopology } from '../../constructs/topology';
import { PROJECT } from '../../stacks/settings';
import { TestFolder } from '../support/test-certificates';

const folder = new TestFolder();
afterAll(() => folder.remove());

const BRANCHES = ['people', 'groups'].map(
  (ou) => `dn: ou=${ou},dc=example,dc=com\nobjectClass: organizationalUnit\nou: ${ou}\n`,
);

/** A topology with everything in it that differs between machines and releases. */
function declared(): { stack: TerraformStack; topology: GitTopology } {
  folder.write('password', 'kept out');
  const stack = new TerraformStack(Testing.app({ stubVersion: false }), 'test');
  const topology = new GitTopology(stack, 'topology', {
    name: 'demo',
    url: PublicUrl.https('git.example.com'),
    baseDn: 'dc=example,dc=com',
    seed: Ldif.parse(BRANCHES.join('\n'), 'seed'),
    passwords: {
      'ou=people,dc=example,dc=com': Secret.fromFile(join(folder.path, 'password')),
      'ou=groups,dc=example,dc=com': 'written-out',
    },
    repositories: [new Repository('demo/hello', { readers: ['git-readers'], readme: `see ${PROJECT}/README.md` })],
  });
  new TerraformOutput(stack, 'url', { value: topology.git.url.base, staticId: true });
  new TerraformOutput(stack, 'secret', { value: 'written-out', sensitive: true, staticId: true });
  new DataDockerImage(stack, 'looked-up', { name: 'debian:trixie-slim' });
  return { stack, topology };
}

const { stack, topology } = declared();
const snapshot = topologySnapshot(stack);
const text = String(snapshot);

describe('topologySnapshot', () => {
  test('has resources, data and outputs by address, and files by service', () => {
    const addresses = Object.keys(snapshot.resources);
    expect(addresses.some((address) => /^docker_container\.topology_environment_proxy_/.test(address))).toBe(true);
    expect(addresses).toContain('data.docker_image.looked-up');
    expect(addresses).toEqual([...addresses].sort());
    expect(snapshot.files['topology/environment/git']?.['server.xml']).toContain('proxyName="git.example.com"');
    expect(snapshot.outputs).toEqual({ secret: '(sensitive)', url: 'https://git.example.com' });
  });

  test('has no absolute path, no version of a provider, no token and no hash', () => {
    expect(synthesised(stack).text).toContain(folder.path);
    expect(text).not.toContain(folder.path);
    expect(text).not.toContain(PROJECT);
    expect(text).not.toMatch(/TfToken|TOKEN\.|required_providers|terraform\.tfstate|"\/\/"/);
    expect(text).not.toMatch(/\b[0-9a-f]{12,}\b/);
    expect(text).not.toMatch(/4\.1\.0|3\.6\.2/);
  });

  test('has images with their hash where it is asked for', () => {
    const images = (options?: { imageHashes: boolean }): unknown[] =>
      Object.entries(topologySnapshot(stack, options).resources)
        .filter(([address]) => address.startsWith('docker_image.'))
        .map(([, { name }]) => name);
    expect(images()).toContain('cdktf-git-topology/apache');
    expect(images({ imageHashes: true })).toContainEqual(
      expect.stringMatching(/^cdktf-git-topology\/apache:[0-9a-f]{12}$/),
    );
  });

  test('has references to secrets, and no secret', () => {
    expect(text).not.toMatch(/written-out|kept out/);
    const ldap = snapshot.files['topology/environment/ldap'];
    expect(ldap?.['accounts/service-account/password']).toMatch(
      /^\$\{random_password\.\w+service-account_\w+\.result\}$/,
    );
    expect([ldap?.['accounts/0001/password'], ldap?.['accounts/0002/password']].sort()).toEqual([
      '(secret)',
      '(the file password)',
    ]);
  });

  test('is the same of the same declarations, and another one of others', () => {
    expect(String(topologySnapshot(declared().stack))).toBe(text);
    const other = declared().stack;
    new TerraformOutput(other, 'more', { value: 'x', staticId: true });
    expect(String(topologySnapshot(other))).not.toBe(text);
  });

  test('fails like a synth where a validation does', () => {
    const broken = declared().stack;
    broken.node.addValidation({ validate: () => ['the reason'] });
    expect(() => topologySnapshot(broken)).toThrow('the reason');
  });
});

test('the serializer writes snapshots of topologies alone, files as their text', () => {
  expect([topologySerializer.test(snapshot), topologySerializer.test(Object.assign({}, snapshot))]).toEqual([
    true,
    false,
  ]);
  expect(topologySerializer.serialize(snapshot)).toContain(
    '\n=== topology/environment/git: repositories.tsv\ndemo/hello',
  );
});

describe('synthesised', () => {
  const made = synthesised(stack);

  test('finds a service by its construct, its path and the end of it', () => {
    const file = made.file(topology.git, 'server.xml');
    expect(file).toContain('<Connector');
    expect(made.file('topology/environment/git', 'server.xml')).toBe(file);
    expect(made.files('git')['server.xml']).toBe(file);
    expect(made.container('proxy')).toMatchObject({ name: 'demo-proxy' });
  });

  test('a file has its text as it arrives', () => {
    expect(made.file('proxy', 'httpd.conf')).toContain('%{THE_REQUEST}');
    expect(made.file('proxy', 'httpd.conf')).not.toContain('%%{');
  });

  test.each([
    ['service', () => made.container('nothing'), 'no service nothing; there are topology/environment/'],
    ['file', () => made.file('git', 'nothing'), 'no file nothing of git; there are server.xml, '],
    ['resource', () => made.one('tls_private_key', 'x'), 'no tls_private_key at x; there are topology/environment/ca/'],
    ['type', () => made.one('aws_instance', 'x'), 'no aws_instance at x; there are none'],
  ])('what does not exist is refused with what does: %s', (_what, find, message) => {
    expect(find).toThrow(message);
  });

  test('a name of two services is refused', () => {
    new GitTopology(stack, 'second', {
      name: 'second',
      subnetSlot: 1,
      url: PublicUrl.http('second.example.com', { port: 8080 }),
      baseDn: 'dc=example,dc=com',
      seed: Ldif.parse(BRANCHES.join('\n'), 'seed'),
      repositories: [],
    });
    expect(() => synthesised(stack).container('git')).toThrow(
      '2 services git; write one of topology/environment/git, second/environment/git',
    );
  });
});
