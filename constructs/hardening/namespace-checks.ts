import { quoted } from '../errors';
import type { ContainerSettings } from './container-settings';
import { problemIf, type HardeningCheck, type Problem } from './hardening-check';
import { forbidden } from './privilege-checks';

/** What a container shares with its host and with others. @see https://www.cisecurity.org/benchmark/docker */
export const NAMESPACE_CHECKS = {
  'CIS-5.10': {
    rule: "not the host's network, nor another container's",
    problem: (container) => shared(container, 'network_mode'),
  },
  'CIS-5.16': {
    rule: "not the host's processes, nor another container's",
    problem: (container) => shared(container, 'pid_mode'),
  },
  'CIS-5.17': {
    rule: "not the host's shared memory, nor another container's",
    problem: (container) => shared(container, 'ipc_mode'),
  },
  'CIS-5.25': {
    rule: "the engine's own control group",
    problem: (container) => forbidden(container, 'cgroup_parent') ?? shared(container, 'cgroupns_mode'),
  },
  'CIS-5.31': {
    rule: 'the user namespace that the engine was told to use',
    problem: (container) => shared(container, 'userns_mode'),
  },
} as const satisfies Readonly<Record<string, HardeningCheck>>;

/** `host`, `container:name`, `shareable` and what is not known yet. */
function shared(container: ContainerSettings, argument: string): Problem | undefined {
  const mode = container.text(argument);
  return problemIf(!/^(|default|bridge|none|private)$/.test(mode), `${argument} ${quoted(mode)}`, 'leave it out');
}
