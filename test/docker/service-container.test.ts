import { ServiceContainer, type ServiceContainerProps } from '../../constructs/docker/service-container';
import { ServiceFile } from '../../constructs/docker/service-file';
import { ServiceFiles } from '../../constructs/docker/service-files';
import { ServiceImage } from '../../constructs/docker/service-image';
import { ServiceVolume } from '../../constructs/docker/service-volume';
import { HardeningException } from '../../constructs/hardening/hardening-exception';
import type { Environment } from '../../constructs/environment';
import { synth, testEnvironment, type Resource } from '../support/synth';

type Props = Partial<ServiceContainerProps>;

function make(environment: Environment, props: Props, id = 'web'): ServiceContainer {
  return new ServiceContainer(environment, id, {
    name: id,
    image: ServiceImage.named(environment, `${id}-image`, 'web:1'),
    user: 10042,
    networks: [{ network: environment.front, alias: id }],
    files: new ServiceFiles(environment, `${id}-files`, {
      name: id,
      owner: 10042,
      files: [ServiceFile.text('a', 'x', { isReloaded: true })],
    }),
    memory: 128,
    healthcheck: { command: ['true'] },
    ...props,
  });
}

function container(props: Props | ((environment: Environment) => Props) = {}): Resource {
  return synth((environment) => {
    const given = typeof props === 'function' ? props(environment) : props;
    const made = make(environment, given);
    if (given.capabilities !== undefined) {
      HardeningException.of(made, { check: 'CIS-5.4', reason: 'the capabilities of a test, which nobody deploys' });
    }
  }).one('docker_container', 'env/web');
}

function labels(resource: Resource): Record<string, string> {
  return Object.fromEntries(
    (resource['labels'] as { label: string; value: string }[]).map(({ label, value }) => [label, value]),
  );
}

describe('ServiceContainer', () => {
  const plain = container();

  test('is hardened', () => {
    expect(plain).toMatchObject({
      name: 't1-web',
      hostname: 'web',
      user: '10042:10042',
      read_only: true,
      capabilities: { drop: ['ALL'] },
      security_opts: ['no-new-privileges'],
      tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=64m' },
      ulimit: [
        { name: 'nofile', soft: 16384, hard: 16384 },
        { name: 'nproc', soft: 8192, hard: 8192 },
      ],
    });
    expect(plain['capabilities']).not.toHaveProperty('add.0');
    expect(plain).not.toHaveProperty('privileged');
  });

  test('is kept running, logs within bounds, stops gracefully', () => {
    expect(plain).toMatchObject({
      restart: 'unless-stopped',
      must_run: true,
      log_driver: 'json-file',
      log_opts: { 'max-file': '3', 'max-size': '10m' },
      stop_signal: 'SIGTERM',
      stop_timeout: 60,
      destroy_grace_seconds: 60,
      wait: true,
      wait_timeout: 600,
      network_mode: 'bridge',
    });
  });

  test('sees its files read-only, and waits for them', () => {
    expect(plain['volumes']).toEqual([
      {
        container_path: '/files',
        read_only: true,
        volume_name: expect.stringMatching(/^\$\{docker_volume\.env_web-files_volume_\w+\.name\}$/) as string,
      },
    ]);
    expect(plain['depends_on']).toEqual([
      expect.stringMatching(/^docker_container\.env_web-files_loader_\w+$/) as string,
    ]);
  });

  test('memory has no swap beyond it', () => {
    expect(container({ memory: 333 })).toMatchObject({ memory: 333, memory_swap: 333 });
  });

  test.each<[string, Props, Resource]>([
    ['command', { command: ['serve', '--x'] }, { command: ['serve', '--x'] }],
    ['user', { user: 1 }, { user: '1:1' }],
    ['tmpfs', { tmpfs: { '/run': 'rw' } }, { tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,size=64m', '/run': 'rw' } }],
    [
      'capabilities',
      { capabilities: ['CAP_SYS_B', 'CAP_A'] },
      { capabilities: { add: ['CAP_A', 'CAP_SYS_B'], drop: ['ALL'] } },
    ],
    [
      'stop',
      { stopTimeout: 99, stopSignal: 'SIGWINCH' },
      { stop_timeout: 99, destroy_grace_seconds: 99, stop_signal: 'SIGWINCH' },
    ],
    ['environment', { environment: { A: '1', B: 'x=y' } }, { env: ['A=1', 'B=x=y'] }],
    [
      'limits',
      { openFiles: 5, processes: 6 },
      {
        ulimit: [
          { name: 'nofile', soft: 5, hard: 5 },
          { name: 'nproc', soft: 6, hard: 6 },
        ],
      },
    ],
    [
      'healthcheck',
      { healthcheck: { command: ['a', 'b'], interval: 1, timeout: 2, retries: 3, startPeriod: 90, waitTimeout: 7 } },
      {
        wait_timeout: 7,
        healthcheck: { test: ['CMD', 'a', 'b'], interval: '1s', timeout: '2s', retries: 3, start_period: '1m30s' },
      },
    ],
    [
      'healthcheck defaults',
      {},
      { healthcheck: { test: ['CMD', 'true'], interval: '5s', timeout: '5s', retries: 5, start_period: '2m0s' } },
    ],
  ])('takes %s', (_name, props, expected) => {
    expect(container(props)).toMatchObject(expected);
  });

  test('mounts data by path, and depends on what it is told to', () => {
    const made = container((environment) => {
      const data = new ServiceVolume(environment, 'data', 'web-data');
      return { data: { '/var/data': data }, dependsOn: [make(environment, {}, 'first').container] };
    });
    expect(made['volumes']).toContainEqual({
      container_path: '/var/data',
      volume_name: expect.stringMatching(/^\$\{docker_volume\.env_data_/) as string,
    });
    expect(made['depends_on']).toContainEqual(expect.stringMatching(/^docker_container\.env_first_\w+$/));
  });

  test('publishes ports on the bind address, and attaches networks by alias and address', () => {
    const made = synth(
      (environment) =>
        make(environment, {
          ports: [{ external: 8443, internal: 443 }],
          networks: [
            { network: environment.front, alias: 'web', address: '172.30.0.3' },
            { network: environment.directory, alias: 'web' },
          ],
        }),
      { bindAddress: '127.0.0.9' },
    ).one('docker_container', 'env/web');
    expect(made['ports']).toEqual([{ external: 8443, internal: 443, ip: '127.0.0.9', protocol: 'tcp' }]);
    expect(made['networks_advanced']).toEqual([
      {
        name: expect.stringMatching(/docker_network\.env_front_/) as string,
        aliases: ['web'],
        ipv4_address: '172.30.0.3',
      },
      { name: expect.stringMatching(/docker_network\.env_directory_/) as string, aliases: ['web'] },
    ]);
  });

  test('is replaced when a setting changes that the provider cannot update', () => {
    const settings = (props: Props): string | undefined => labels(container(props))['cdktf-git-topology.settings'];
    const before = settings({});
    expect(before).toMatch(/^[0-9a-f]{12}$/);
    expect(settings({ memory: 999 })).toBe(before);
    for (const props of [
      { healthcheck: { command: ['false'] } },
      { healthcheck: { command: ['true'], interval: 6 } },
      { healthcheck: { command: ['true'], retries: 6 } },
      { tmpfs: { '/run': 'rw' } },
    ]) {
      expect(settings(props)).not.toBe(before);
    }
    expect(settings({ healthcheck: { command: ['true'], waitTimeout: 1 } })).toBe(before);
  });

  test('is replaced for changed files only when it cannot reload them', () => {
    expect(labels(plain)).toMatchObject({ 'cdktf-git-topology.environment': 't1', 'cdktf-git-topology.role': 'web' });
    expect(labels(plain)).not.toHaveProperty(['cdktf-git-topology.files']);
    const read = container((environment) => ({
      files: new ServiceFiles(environment, 'read', { name: 'r', owner: 1, files: [ServiceFile.text('a', 'x')] }),
    }));
    expect(labels(read)['cdktf-git-topology.files']).toMatch(/^\$\{random_id\.env_read_revision_\w+\.hex\}$/);
  });

  test.each([0, -1])('refuses user %d', (user) => {
    expect(() => make(testEnvironment(), { user })).toThrow(
      /^test\/env\/web: user .*; write the number of an unprivileged user$/,
    );
  });

  test('refuses to mount data at a path that is none', () => {
    const environment = testEnvironment();
    const volume = new ServiceVolume(environment, 'data', 'data');
    expect(() => make(environment, { data: { 'var/data': volume } })).toThrow(
      /the mount path "var\/data"; write an absolute path/,
    );
  });

  test('refuses a port or an alias that another service has', () => {
    const environment = testEnvironment();
    make(environment, { ports: [{ external: 80, internal: 80 }] });
    expect(() => make(environment, { ports: [{ external: 80, internal: 81 }] }, 'other')).toThrow(
      /^test\/env\/other: port 80 of 127\.0\.0\.1, which test\/env\/web publishes already; choose another port/,
    );
    expect(() => make(environment, { networks: [{ network: environment.front, alias: 'web' }] }, 'third')).toThrow(
      /^test\/env\/third: the network alias "web" that test\/env\/web has already/,
    );
  });

  test.each([0, 65536])('refuses to publish port %d', (external) => {
    expect(() => make(testEnvironment(), { ports: [{ external, internal: 80 }] })).toThrow(
      /^test\/env\/web: port .*; write a whole number from 1 to 65535/,
    );
  });

  test('says where it is', () => {
    const environment = testEnvironment();
    const data = { '/data': new ServiceVolume(environment, 'data', 'web-data') };
    const ports = [{ external: 8080, internal: 80 }];
    const networks = [{ network: environment.front, alias: 'web' }];
    expect(make(environment, { data, ports, networks })).toMatchObject({ name: 'web', data, ports, networks });
    expect(make(environment, {}, 'other')).toMatchObject({ name: 'other', data: {}, ports: [] });
  });

  test('refuses a name that is too long with that of its environment', () => {
    expect(() => make(testEnvironment({ name: 'e'.repeat(45) }), { name: 'n'.repeat(30) })).toThrow(
      /of 76 characters; make it 63 or fewer/,
    );
  });
});
