import { quoted } from '../errors';
import type { ContainerSettings } from './container-settings';
import { ContainerSettings as Settings, written } from './container-settings';
import { problemIf, type HardeningCheck, type Problem } from './hardening-check';

const MOST_RESTARTS = 5;

/** What a container may use up, and what becomes of it when it fails. @see https://www.cisecurity.org/benchmark/docker */
export const RESOURCE_CHECKS = {
  'CIS-5.11': {
    rule: 'bounded memory, and no swap beyond it',
    problem: (container) => {
      const memory = container.text('memory');
      const isKnown = Settings.isReference(memory) || container.number('memory') > 0;
      if (!isKnown) return { got: 'no bound of memory', instead: 'write memory and memorySwap, in MiB' };
      const swap = container.text('memory_swap');
      return problemIf(
        swap !== memory,
        `memorySwap ${swap || 'left out'} with memory ${memory}`,
        'write the same for both: the engine would add as much swap',
      );
    },
  },
  'CIS-5.12': {
    rule: 'a share of the processors',
    problem: (container) =>
      problemIf(
        !['cpu_shares', 'cpu_quota', 'cpu_set', 'cpus'].some((name) => !/^0?$/.test(container.text(name))),
        'no share of the processors',
        'write cpuShares, or cpuSet',
      ),
  },
  'CIS-5.15': {
    rule: `after failures, started again ${MOST_RESTARTS} times at most`,
    problem: (container) => {
      const restart = container.text('restart');
      const times = container.number('max_retry_count');
      const isBounded =
        restart === '' || restart === 'no' || (restart === 'on-failure' && times > 0 && times <= MOST_RESTARTS);
      return problemIf(
        !isBounded,
        `restart ${quoted(restart)}${restart === 'on-failure' ? ` with maxRetryCount ${times}` : ''}`,
        `write restart: "on-failure" and maxRetryCount: ${MOST_RESTARTS}`,
      );
    },
  },
  'CIS-5.19': {
    rule: 'bounded open files',
    problem: (container) => limited(container, 'nofile'),
  },
  'CIS-5.27': {
    rule: 'a check of its health',
    sameAs: ['CIS-4.6', 'DS-0026', 'CKV_DOCKER_2'],
    problem: (container) => {
      const test = container.blocks('healthcheck').flatMap((check) => (check['test'] as unknown[] | undefined) ?? []);
      return problemIf(
        test.length === 0 || test[0] === 'NONE',
        'no check of its health',
        "write healthcheck: { test: ['CMD', ...] }",
      );
    },
  },
  'CIS-5.29': {
    rule: 'bounded processes',
    problem: (container) => limited(container, 'nproc'),
  },
  'GT-1': {
    rule: 'bounded logs',
    problem: (container) => {
      const driver = container.text('log_driver');
      const isBounded =
        /^(json-file|local)$/.test(driver) &&
        ['max-size', 'max-file'].every((option) =>
          /^[1-9]\d*[kmg]?$/.test(written(container.map('log_opts')[option] ?? '')),
        );
      return problemIf(
        !isBounded,
        `logs of driver ${quoted(driver)} that may fill the disk`,
        "write logDriver: 'json-file', logOpts: { 'max-size': '10m', 'max-file': '3' }",
      );
    },
  },
} as const satisfies Readonly<Record<string, HardeningCheck>>;

/** The provider has no argument for the engine's pids limit, so processes are bounded by nproc, too. */
function limited(container: ContainerSettings, name: string): Problem | undefined {
  const limit = container.blocks('ulimit').find((candidate) => candidate['name'] === name);
  return problemIf(
    !(Number(limit?.['hard']) > 0),
    `no ulimit ${name}`,
    `write ulimit: [{ name: '${name}', soft: 8192, hard: 8192 }]`,
  );
}
