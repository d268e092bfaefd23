import { quoted } from '../errors';
import type { ContainerSettings } from './container-settings';
import { problemIf, type HardeningCheck, type Problem } from './hardening-check';

/** What a container may ask of the kernel. @see https://www.cisecurity.org/benchmark/docker */
export const PRIVILEGE_CHECKS = {
  'CIS-5.2': {
    rule: "AppArmor's profile stays",
    problem: (container) => forbiddenOption(container, /^apparmor[=:]unconfined$/i),
  },
  'CIS-5.3': {
    rule: "SELinux's label stays",
    problem: (container) => forbiddenOption(container, /^label[=:]disable$/i),
  },
  'CIS-5.4': {
    rule: 'all capabilities dropped, none added',
    problem: (container) => {
      const blocks = container.blocks('capabilities');
      const names = (which: string): unknown[] =>
        blocks.flatMap((block) => (block[which] as unknown[] | undefined) ?? []);
      if (!names('drop').includes('ALL')) {
        return { got: 'capabilities that are not dropped', instead: "write capabilities: { drop: ['ALL'] }" };
      }
      const [added] = names('add');
      return problemIf(added !== undefined, `the capability ${String(added)}`, 'leave it out');
    },
  },
  'CIS-5.5': {
    rule: 'not privileged',
    problem: (container) => forbidden(container, 'privileged'),
  },
  'CIS-5.18': {
    rule: 'no devices of the host',
    problem: (container) =>
      problemIf(container.blocks('devices').length > 0, 'devices of the host', 'leave them out') ??
      forbidden(container, 'gpus'),
  },
  'CIS-5.22': {
    rule: "seccomp's default profile stays",
    problem: (container) => forbiddenOption(container, /^seccomp[=:]unconfined$/i),
  },
  'CIS-5.26': {
    rule: 'no new privileges, by setuid programs or otherwise',
    problem: (container) =>
      problemIf(
        !container.texts('security_opts').some((option) => /^no-new-privileges([=:]true)?$/.test(option)),
        'no "no-new-privileges" in securityOpts',
        "write securityOpts: ['no-new-privileges']",
      ),
  },
} as const satisfies Readonly<Record<string, HardeningCheck>>;

function forbiddenOption(container: ContainerSettings, pattern: RegExp): Problem | undefined {
  const option = container.texts('security_opts').find((text) => pattern.test(text));
  return problemIf(option !== undefined, `${quoted(option ?? '')} in securityOpts`, 'leave it out');
}

/** An argument that must be left out, or be false. */
export function forbidden(container: ContainerSettings, argument: string): Problem | undefined {
  return problemIf(container.value(argument) !== undefined, `${argument} ${container.text(argument)}`, 'leave it out');
}
