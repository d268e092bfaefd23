import { violationsOf } from '../../constructs/hardening/assert-hardening';
import { HARDENING_CHECKS, type HardeningCheckId } from '../../constructs/hardening/checks';
import { ContainerSettings } from '../../constructs/hardening/container-settings';

type Arguments = Readonly<Record<string, unknown>>;

/** Breaks no check. */
const GOOD: Arguments = {
  user: '10001:10001',
  env: ['A=1', 'DB_PASSWORD_FILE=/files/current/password', 'KEYBOARD=de'],
  command: ['serve'],
  capabilities: { add: [], drop: ['ALL'] },
  security_opts: ['no-new-privileges'],
  read_only: true,
  tmpfs: { '/tmp': 'rw' },
  memory: 128,
  memory_swap: 128,
  cpu_shares: 512,
  restart: 'on-failure',
  max_retry_count: 5,
  ulimit: [
    { name: 'nofile', soft: 1024, hard: 1024 },
    { name: 'nproc', soft: 64, hard: 64 },
  ],
  healthcheck: { test: ['CMD', 'true'] },
  log_driver: 'json-file',
  log_opts: { 'max-size': '10m', 'max-file': '3' },
  network_mode: 'bridge',
  networks_advanced: [{ name: '${docker_network.front.name}', aliases: ['web'] }],
  ports: [{ external: 8443, internal: 8443, ip: '127.0.0.1' }],
  volumes: [
    { volume_name: 'data', container_path: '/data' },
    { host_path: '/srv/shared', container_path: '/shared' },
  ],
  mounts: [{ type: 'bind', source: '/srv/more', target: '/more', bind_options: { propagation: 'rprivate' } }],
  labels: [{ label: 'a', value: '${random_id.revision.hex}' }],
};

function broken(changed: Arguments, image = 'registry.example.com:5000/team/web:1.2'): readonly string[] {
  return violationsOf(new ContainerSettings({ ...GOOD, ...changed }, image, ['token'])).map(({ check }) => check);
}

/** By check, what breaks it and no other. */
const BROKEN: Readonly<Record<HardeningCheckId, readonly (Arguments | string)[]>> = {
  'CIS-4.1': [
    ...['', 'root', '0', '0:0', '10001:0', '10001:root', '${var.user}', '00'].map((user) => ({ user })),
    { user: undefined },
  ],
  'CIS-4.10': [
    { env: ['DB_PASSWORD=x'] },
    { env: ['aws_access_key=x'] },
    { env: ['URL=https://user:pass@host/'] },
    { env: ['X=${random_password.ldap.result}'] },
    { env: ['X=${var.token}'] },
    { env: ['X=-----BEGIN EC PRIVATE KEY-----'] },
    { command: ['serve', '--password', '${random_password.ldap.result}'] },
    { entrypoint: ['sh', '-c', 'curl https://a:b@c'] },
    { labels: [{ label: 'hash', value: '${sha256(random_password.ldap.result)}' }] },
    { labels: [{ label: 'key', value: '${tls_private_key.a.private_key_pem}' }] },
    { healthcheck: { test: ['CMD', 'curl', 'ldap://a:b@c'] } },
  ],
  'DS-0001': ['web', 'registry.example.com:5000/web', 'web:latest', 'a/b:latest', '${docker_image.web.name}', ''],
  'CIS-5.2': [{ security_opts: ['no-new-privileges', 'apparmor=unconfined'] }],
  'CIS-5.3': [
    { security_opts: ['no-new-privileges', 'label=disable'] },
    { security_opts: ['no-new-privileges', 'label:disable'] },
  ],
  'CIS-5.4': [
    { capabilities: undefined },
    { capabilities: { drop: ['CAP_CHOWN'] } },
    { capabilities: [{ drop: ['ALL'], add: ['CAP_NET_ADMIN'] }] },
    { capabilities: { drop: ['ALL'], add: '${var.capabilities}' } },
  ],
  'CIS-5.5': [{ privileged: true }, { privileged: '${var.privileged}' }],
  'CIS-5.6': [
    ...['/', '/etc', '/etc/ssl', '/var/lib/docker', '/proc', 'relative', '${var.path}', '/lib64'].map((host_path) => ({
      volumes: [{ host_path, container_path: '/x' }],
    })),
    { mounts: [{ type: 'bind', source: '/dev', target: '/x' }] },
    {
      volumes: undefined,
      dynamic: { volumes: { for_each: '${var.v}', content: { host_path: '/root', container_path: '/x' } } },
    },
  ],
  'CIS-5.7': [
    { ports: [{ external: 2222, internal: 22, ip: '127.0.0.1' }] },
    { command: ['/usr/sbin/sshd', '-D'] },
    { healthcheck: { test: ['CMD', '/opt/check-sshd'] } },
    'registry.example.com/openssh-server:9',
    'cdktf-git-topology/git-ssh:0123456789ab',
  ],
  'CIS-5.8': [{ ports: [{ external: 443, internal: 8443, ip: '127.0.0.1' }] }],
  'CIS-5.9': [{ publish_all_ports: true }, { ports: [{ external: '${var.port}', internal: 1, ip: '127.0.0.1' }] }],
  'CIS-5.10': [{ network_mode: 'host' }, { network_mode: 'container:other' }, { network_mode: '${var.mode}' }],
  'CIS-5.11': [
    { memory: undefined, memory_swap: undefined },
    { memory: 0 },
    { memory_swap: undefined },
    { memory_swap: -1 },
    { memory_swap: 256 },
  ],
  'CIS-5.12': [{ cpu_shares: undefined }, { cpu_shares: 0 }],
  'CIS-5.13': [{ read_only: undefined }, { read_only: false }, { read_only: '${var.x}' }],
  'CIS-5.14': [
    { ports: [{ external: 8443, internal: 1 }] },
    { ports: [{ external: 8443, internal: 1, ip: '0.0.0.0' }] },
    { ports: [{ external: 8443, internal: 1, ip: '::' }] },
    { dynamic: { ports: { for_each: '${var.p}', content: [{ external: 8444, internal: 1 }] } } },
  ],
  'CIS-5.15': [
    { restart: 'always' },
    { restart: 'unless-stopped' },
    { restart: 'on-failure', max_retry_count: 6 },
    { restart: 'on-failure', max_retry_count: undefined },
  ],
  'CIS-5.16': [{ pid_mode: 'host' }, { pid_mode: 'container:other' }],
  'CIS-5.17': [{ ipc_mode: 'host' }, { ipc_mode: 'shareable' }],
  'CIS-5.18': [{ devices: [{ host_path: '/dev/sda' }] }, { gpus: 'all' }],
  'CIS-5.19': [
    { ulimit: [{ name: 'nproc', soft: 1, hard: 1 }] },
    {
      ulimit: [
        { name: 'nproc', soft: 1, hard: 1 },
        { name: 'nofile', soft: -1, hard: -1 },
      ],
    },
  ],
  'CIS-5.20': [
    { mounts: [{ type: 'bind', source: '/srv/x', target: '/x', bind_options: [{ propagation: 'rshared' }] }] },
  ],
  'CIS-5.22': [{ security_opts: ['no-new-privileges', 'seccomp=unconfined'] }],
  'CIS-5.25': [{ cgroup_parent: '/other' }, { cgroupns_mode: 'host' }],
  'CIS-5.26': [{ security_opts: undefined }, { security_opts: ['no-new-privileges=false'] }],
  'CIS-5.27': [{ healthcheck: undefined }, { healthcheck: { test: ['NONE'] } }],
  'CIS-5.29': [{ ulimit: [{ name: 'nofile', soft: 1, hard: 1 }] }],
  'CIS-5.30': [{ networks_advanced: undefined }, { networks_advanced: [], network_mode: undefined }],
  'CIS-5.31': [{ userns_mode: 'host' }],
  'CIS-5.32': [
    { volumes: [{ host_path: '/srv/docker.sock', container_path: '/x' }] },
    { mounts: [{ type: 'bind', source: '/srv/containerd.sock', target: '/x' }] },
  ],
  'GT-1': [
    { log_driver: 'syslog' },
    { log_driver: undefined },
    { log_opts: { 'max-size': '10m' } },
    { log_opts: { 'max-size': '-1', 'max-file': '3' } },
  ],
};

test('a container that is as it should be breaks no check', () => {
  expect(broken({})).toEqual([]);
});

test.each<Arguments | string>([
  'web:1@sha256:0123',
  'sha256:0123',
  'localhost:5000/web:1',
  { user: 'web' },
  { restart: 'no' },
  { restart: undefined },
  { network_mode: 'none', networks_advanced: undefined },
  { log_driver: 'local' },
  { cpu_shares: undefined, cpu_set: '0-1' },
  { memory: '${var.memory}', memory_swap: '${var.memory}' },
  { env: ['X=${var.other}', 'Y=${docker_network.a.name}', 'TOKEN='] },
  { security_opts: ['no-new-privileges:true', 'seccomp={}'] },
  { privileged: false, devices: [], pid_mode: '', ipc_mode: 'private', cgroupns_mode: 'private' },
  { labels: [{ label: 'regex', value: '$${random_password.x}' }] },
])('nor does one with %j', (changed) => {
  expect(typeof changed === 'string' ? broken({}, changed) : broken(changed)).toEqual([]);
});

describe.each(Object.entries(BROKEN))('%s', (check, cases) => {
  test.each(cases)('is broken by %j', (changed) => {
    expect(typeof changed === 'string' ? broken({}, changed) : broken(changed)).toEqual([check]);
  });
});

test('every check says what must be so, by a number that no other one has', () => {
  const names = Object.entries(HARDENING_CHECKS).flatMap(([id, { sameAs }]) => [id, ...(sameAs ?? [])]);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^(CIS-[45]\.\d+|D[SL]-?\d{4}|CKV_DOCKER_\d+|GT-\d)$/);
  expect(Object.keys(BROKEN).sort()).toEqual(Object.keys(HARDENING_CHECKS).sort());
});
