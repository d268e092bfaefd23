import { Access } from '../../constructs/git/access';
import { ServiceVolume } from '../../constructs/docker/service-volume';
import { SshEndpoint } from '../../constructs/git/ssh-endpoint';
import { TomcatGitServer } from '../../constructs/git/tomcat-git-server';
import type { Environment } from '../../constructs/environment';
import { ApacheProxy } from '../../constructs/proxy/apache-proxy';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { fakeDirectory } from '../support/fakes';
import { synth, testEnvironment } from '../support/synth';

const EXISTING = {
  existingNetworks: { front: { name: 'old-front', proxyAddress: '10.1.2.3' }, directory: { name: 'old-directory' } },
  existingVolumes: { 'git-data': 'old-repositories' },
};

function build(env: Environment): void {
  const url = PublicUrl.http('git.example.com', { port: 8080 });
  const git = new TomcatGitServer(env, 'git', {
    access: Access.behindProxy(url),
    directories: [fakeDirectory()],
    ssh: SshEndpoint.on(7999),
  });
  new ApacheProxy(env, 'proxy', { virtualHosts: [VirtualHost.http(url, { proxyPass: [git.proxyPass()] })] });
}

describe("what exists already is used, and is nobody's to change", () => {
  const stack = synth(build, EXISTING);
  const data = (JSON.parse(stack.text) as { data: { docker_network: Record<string, Record<string, unknown>> } }).data;
  const networksOf = (path: string): unknown[] =>
    (stack.one('docker_container', path)['networks_advanced'] as { name: string; ipv4_address?: string }[]).map(
      ({ name, ipv4_address }) => [name.replace(/_[0-9A-F]{8}/, ''), ipv4_address],
    );

  test('networks are looked up by name, and must be of the right kind', () => {
    expect(stack.all('docker_network')).toEqual({});
    expect(Object.values(data.docker_network)).toEqual([
      expect.objectContaining({ name: 'old-directory', lifecycle: expect.anything() as unknown }),
      expect.objectContaining({ name: 'old-front', lifecycle: expect.anything() as unknown }),
    ]);
    expect(stack.text).toContain('"condition": "${self.internal}"');
    expect(stack.text).toContain('"condition": "${!self.internal}"');
    expect(networksOf('env/git/container')).toEqual([
      ['${data.docker_network.env_front_existing.name}', undefined],
      ['${data.docker_network.env_directory_existing.name}', undefined],
    ]);
  });

  test('the proxy has the address that was said, and the Git server trusts it', () => {
    expect(networksOf('env/proxy/container')).toEqual([['${data.docker_network.env_front_existing.name}', '10.1.2.3']]);
    expect(stack.file('env/git', 'server.xml')).toContain('10\\.1\\.2\\.3');
  });

  test('a volume is mounted by its name, in both containers that have it, and is no resource', () => {
    expect(stack.all('docker_volume')).not.toHaveProperty('env/git/data');
    for (const path of ['env/git/container', 'env/git/ssh/container']) {
      expect(stack.one('docker_container', path)['volumes']).toContainEqual({
        container_path: '/var/lib/git-repositories',
        volume_name: 'old-repositories',
      });
    }
    expect(Object.keys(stack.all('docker_volume')).sort()).toEqual([
      'env/git/access',
      'env/git/files/volume',
      'env/git/ssh/files/volume',
      'env/proxy/files/volume',
    ]);
  });
});

test('networks and volumes say whether they existed, and what is special about them', () => {
  for (const [props, isExisting] of [[EXISTING, true] as const, [{}, false] as const]) {
    const environment = testEnvironment(props);
    const { front, directory } = environment;
    expect([front, directory].map((network) => [network.internal, network.isOneWay, network.isExisting])).toEqual([
      [false, false, isExisting],
      [true, false, isExisting],
    ]);
    const data = new ServiceVolume(environment, 'data', 'git-data');
    const files = new ServiceVolume(environment, 'files', 'git-files', { holdsData: false });
    expect([data, files].map(({ name, holdsData, isExisting: existed }) => [name, holdsData, existed])).toEqual([
      ['git-data', true, isExisting],
      ['git-files', false, false],
    ]);
  }
  expect(testEnvironment().published.isOneWay).toBe(true);
});

test('a volume that no service has as its data is refused', () => {
  expect(() => synth(build, { existingVolumes: { 'git-date': 'x' } })).toThrow(
    'existingVolumes of "git-date", which is no data of a service here; write one of git-data',
  );
  expect(() => synth(build, { existingVolumes: { 'git-files': 'x' } })).toThrow('write one of git-data');
});

test('an address that is none, and what nobody but the engine knows', () => {
  const existingNetworks = { front: { name: 'old', proxyAddress: 'proxy' }, directory: { name: 'old-directory' } };
  expect(() => testEnvironment({ existingNetworks })).toThrow('the proxyAddress "proxy"; write an IPv4 address');
  const environment = testEnvironment(EXISTING);
  expect(() => environment.front.subnet).toThrow('ask the engine for it');
  expect(() => environment.directory.proxyAddress).toThrow('give one with its name');
});
