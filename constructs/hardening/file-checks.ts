import { quoted } from '../errors';
import type { ContainerSettings } from './container-settings';
import { written } from './container-settings';
import { problemIf, type HardeningCheck, type Problem } from './hardening-check';

/** Folders of a host that nobody else should see or write. */
const SENSITIVE = /^\/(bin|boot|dev|etc|lib\w*|proc|root|run|sbin|sys|usr|var\/lib|var\/run)?(\/|$)/;
const SOCKET = /(docker|containerd|podman|crio)[^/]*\.sock$/;

/** What a container sees and writes of files. @see https://www.cisecurity.org/benchmark/docker */
export const FILE_CHECKS = {
  'CIS-5.6': {
    rule: "no folder of the host's system",
    problem: (container) => {
      const path = hostPaths(container).find((candidate) => SENSITIVE.test(candidate) || !candidate.startsWith('/'));
      return mounted(path, 'mount a named volume, or a folder that holds nothing else');
    },
  },
  'CIS-5.13': {
    rule: 'a root file system that is read-only',
    problem: (container) =>
      problemIf(
        container.value('read_only') !== true,
        'a writable root file system',
        'write readOnly: true, and tmpfs or volumes where it writes',
      ),
  },
  'CIS-5.20': {
    rule: 'no mounts that spread to the host',
    problem: (container) => {
      const modes = container
        .blocks('mounts')
        .flatMap((mount) => [mount['bind_options']].flat() as ({ propagation?: unknown } | undefined)[])
        .flatMap((options) => (options?.propagation === undefined ? [] : [written(options.propagation)]));
      const spreads = modes.find((mode) => !/^(r?private|r?slave)$/.test(mode));
      return problemIf(spreads !== undefined, `mount propagation ${quoted(spreads ?? '')}`, 'leave it out');
    },
  },
  'CIS-5.32': {
    rule: "not the engine's socket",
    problem: (container) =>
      mounted(
        hostPaths(container).find((candidate) => SOCKET.test(candidate)),
        'leave it out: whoever writes to it is root on the host',
      ),
  },
} as const satisfies Readonly<Record<string, HardeningCheck>>;

/** Paths of the host that are mounted, by either kind of block. A volume that is named is none. */
function hostPaths(container: ContainerSettings): string[] {
  const volumes = container.blocks('volumes').map((volume) => volume['host_path']);
  const mounts = container.blocks('mounts').map((mount) => (mount['type'] === 'bind' ? mount['source'] : undefined));
  return [...volumes, ...mounts].flatMap((path) => (path === undefined || path === '' ? [] : [written(path)]));
}

function mounted(path: string | undefined, instead: string): Problem | undefined {
  return problemIf(path !== undefined, `the host's ${quoted(path ?? '')} mounted`, instead);
}
