import { quoted } from '../errors';
import type { ContainerSettings } from './container-settings';
import { written } from './container-settings';
import { problemIf, type HardeningCheck } from './hardening-check';
import { forbidden } from './privilege-checks';

const SSH_PORT = 22;
const FIRST_UNPRIVILEGED_PORT = 1024;
const EVERY_ADDRESS = ['', '0.0.0.0', '::', '[::]'];

/** Who reaches a container. @see https://www.cisecurity.org/benchmark/docker */
export const NETWORK_CHECKS = {
  'CIS-5.7': {
    rule: 'no sshd',
    sameAs: ['DS-0004', 'CKV_DOCKER_1'],
    problem: (container) => {
      const names = [
        container.image.split('/').at(-1) ?? '',
        ...container.texts('command'),
        ...container.texts('entrypoint'),
        ...container.blocks('healthcheck').map(written),
      ];
      const isSsh =
        names.some((name) => /(^|[^a-z])(open)?sshd?([^a-z]|$)/i.test(name)) ||
        container.blocks('ports').some((port) => Number(port['internal']) === SSH_PORT);
      return problemIf(isSsh, 'a server for SSH', 'administer containers by "docker exec"');
    },
  },
  'CIS-5.8': {
    rule: 'no published port below 1024',
    problem: (container) => {
      const port = externalPorts(container).find((candidate) => Number(candidate) < FIRST_UNPRIVILEGED_PORT);
      return problemIf(port !== undefined, `port ${port ?? ''} published`, 'publish another one, from 1024');
    },
  },
  'CIS-5.9': {
    rule: 'each published port is one that was chosen',
    sameAs: ['DS-0008', 'DL3011'],
    problem: (container) =>
      forbidden(container, 'publish_all_ports') ??
      problemIf(
        externalPorts(container).some((port) => !/^[1-9]\d{0,4}$/.test(port)),
        'a published port that is not known at synth',
        'write its number: external: 8443',
      ),
  },
  'CIS-5.14': {
    rule: 'ports are published on one address of the host',
    problem: (container) => {
      const open = container.blocks('ports').find((port) => EVERY_ADDRESS.includes(written(port['ip'] ?? '')));
      return problemIf(
        open !== undefined,
        `port ${written(open?.['external'] ?? 0)} published on every address of the host`,
        'write one, such as ip: "127.0.0.1", or Environment.of(this).bindAddress',
      );
    },
  },
  'CIS-5.30': {
    rule: 'a network of its own, not docker0',
    problem: (container) =>
      problemIf(
        container.text('network_mode') !== 'none' && container.blocks('networks_advanced').length === 0,
        `network ${quoted(container.text('network_mode') || 'bridge')}, where the containers of others are`,
        'give networksAdvanced, or networkMode: "none"',
      ),
  },
} as const satisfies Readonly<Record<string, HardeningCheck>>;

function externalPorts(container: ContainerSettings): string[] {
  return container.blocks('ports').map((port) => written(port['external'] ?? 0));
}
