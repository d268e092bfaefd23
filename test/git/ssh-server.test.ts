import { ServiceImage } from '../../constructs/docker/service-image';
import type { Environment } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { Repository } from '../../constructs/git/repository';
import { SshEndpoint } from '../../constructs/git/ssh-endpoint';
import { TomcatGitServer, type TomcatGitServerProps } from '../../constructs/git/tomcat-git-server';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { fakeDirectory } from '../support/fakes';
import { synth, type Synthesised } from '../support/synth';

const access = Access.direct(PublicUrl.http('git.example.com', { port: 7990, contextPath: '/git' }));

function make(environment: Environment, props: Partial<TomcatGitServerProps> = {}, grants = {}): TomcatGitServer {
  const directory = fakeDirectory({ password: 'p"w${x}', caPem: 'CA\n' });
  return new TomcatGitServer(environment, 'git', {
    access,
    directories: [directory],
    repositories: [new Repository('demo/hello', { readers: ['r'], writers: ['w'], ...grants })],
    ssh: SshEndpoint.on(7998),
    ...props,
  });
}

const built = (props: Partial<TomcatGitServerProps> = {}, grants = {}): Synthesised =>
  synth((environment) => make(environment, props, grants));
const container = (stack = built()): Readonly<Record<string, unknown>> =>
  stack.one('docker_container', 'env/git/ssh/container');
const file = (path: string, stack = built()): string => stack.file('env/git/ssh', path);

test('URLs', () => {
  synth((environment) => {
    const git = make(environment);
    expect(git.sshUrl).toBe('ssh://git@git.example.com:7998');
    expect(git.sshCloneUrl).toBe('ssh://git@git.example.com:7998/<repository>.git');
    expect(git.ssh?.port).toBe(7998);
  });
});

test('without ssh there is nothing of it', () => {
  const stack = synth((environment) => {
    const git = make(environment, { ssh: undefined });
    expect([git.sshUrl, git.sshCloneUrl, git.sshServer]).toEqual([undefined, undefined, undefined]);
  });
  expect(stack.text).not.toContain('git-ssh');
  expect(stack.all('tls_private_key')).toEqual({});
});

test('a container of its own: published directly, away from the directory, the same user, the same volumes', () => {
  const stack = built();
  expect(container(stack)).toMatchObject({
    name: 't1-git-ssh',
    user: '10001:10001',
    read_only: true,
    capabilities: { add: [], drop: ['ALL'] },
    security_opts: ['no-new-privileges'],
    ports: [{ ip: '127.0.0.1', external: 7998, internal: 7999, protocol: 'tcp' }],
    networks_advanced: [{ aliases: ['git-ssh'] }],
    healthcheck: { test: ['CMD', '/opt/git-ssh/check-sshd'] },
    destroy_grace_seconds: 60,
    tmpfs: { '/run/git-ssh': 'rw,nosuid,nodev,noexec,uid=10001,gid=10001,mode=0700,size=1m' },
  });
  expect(JSON.stringify(container(stack)['networks_advanced'])).not.toContain('directory');
  const mounted = (path: string, folder: string): unknown =>
    (stack.one('docker_container', path)['volumes'] as { container_path: string }[]).find(
      (volume) => volume.container_path === folder,
    );
  for (const folder of ['/var/lib/git-repositories', '/run/git-access']) {
    expect(mounted('env/git/ssh/container', folder)).toEqual(mounted('env/git/container', folder));
    expect(mounted('env/git/container', folder)).toBeDefined();
  }
});

test('it starts beside the server, and asks it from then on', () => {
  expect(container()['depends_on']).toEqual([expect.stringMatching(/^docker_container.env_git_ssh_files_loader_/)]);
});

test('host keys: two resources, secret files, the public parts at hand', () => {
  const stack = synth((environment) => {
    const git = make(environment);
    expect(git.sshServer?.hostKeys).toHaveLength(2);
  });
  expect(stack.one('tls_private_key', 'env/git/ssh/host-key-ed25519')).toMatchObject({ algorithm: 'ED25519' });
  expect(stack.one('tls_private_key', 'env/git/ssh/host-key-ecdsa')).toMatchObject({
    algorithm: 'ECDSA',
    ecdsa_curve: 'P256',
  });
  expect(file('host-keys/ed25519', stack)).toMatch(/^\$\{tls_private_key\..*private_key_openssh\}$/);
  expect(file('sshd_config', stack)).toContain(
    'HostKey /files/current/host-keys/ed25519\nHostKey /files/current/host-keys/ecdsa\n',
  );
  const uploads = stack.one('docker_container', 'env/git/ssh/files/loader')['upload'] as {
    file: string;
    permissions: string;
  }[];
  expect(uploads.filter(({ permissions }) => permissions === '0600').map((upload) => upload.file)).toEqual([
    '/staging/host-keys/ed25519',
    '/staging/host-keys/ecdsa',
  ]);
});

test('the configuration of git is that of the Git server; nothing of the directory or the grants is there', () => {
  const stack = built();
  expect(file('gitconfig', stack)).toBe(stack.file('env/git', 'gitconfig'));
  const uploads = JSON.stringify(stack.one('docker_container', 'env/git/ssh/files/loader')['upload']);
  for (const secret of ['directories', 'p\\"w', 'demo/hello']) expect(uploads).not.toContain(secret);
});

test("without SSH, the folder of the socket is in memory and the server's alone", () => {
  const git = built({ ssh: undefined }).one('docker_container', 'env/git/container');
  expect(git['tmpfs']).toMatchObject({
    '/run/git-access': 'rw,nosuid,nodev,noexec,uid=10001,gid=10001,mode=0700,size=1m',
  });
  expect(built().one('docker_container', 'env/git/container')['tmpfs']).not.toHaveProperty('/run/git-access');
});

test('other grants or another directory need no other container, another configuration of sshd would', () => {
  const keepers = (stack: Synthesised): unknown => stack.one('random_id', 'env/git/ssh/files/revision')['keepers'];
  expect(keepers(built({}, { readers: ['other'] }))).toEqual(keepers(built()));
  expect(JSON.stringify(container(built({}, { readers: ['other'] })))).toBe(JSON.stringify(container()));
  expect(Object.keys(keepers(built()) as object).sort()).toEqual(['host-keys/ecdsa', 'host-keys/ed25519', 'known']);
});

test('memory says how many sessions work at once; the image can be another', () => {
  expect([container()['memory'], file('places')]).toEqual([512, '24']);
  const large = built({ sshServer: { memory: 1024 } });
  expect([container(large)['memory'], file('places', large)]).toEqual([1024, '56']);
  const other = synth((environment) => {
    const image = ServiceImage.named(environment, 'own', 'registry.example.com/ssh:1');
    make(environment, { sshServer: { image } });
  });
  expect(container(other)['image']).toContain('docker_image.env_own');
  expect(other.all('docker_image')).not.toHaveProperty('env/git/ssh/image');
});

test('bad input', () => {
  expect(() => built({ sshServer: { memory: 100 } })).toThrow(
    /env\/git\/ssh: memory 100; write a whole number of MiB from 144/,
  );
  expect(() => built({ sshServer: { memory: 200.5 } })).toThrow(/memory 200.5/);
  expect(() => built({ ssh: SshEndpoint.on(7990) })).toThrow(/port 7990 of 127\.0\.0\.1, which .*env\/git\/container/);
});
