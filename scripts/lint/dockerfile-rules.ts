import type { Dockerfile } from './dockerfile';

export interface DockerfileRule {
  readonly says: string;
  /** The same rule by its other numbers. */
  readonly sameAs: readonly string[];
  readonly isBroken: (file: Dockerfile) => boolean;
}

const SETUID_REMOVED = /find \/ -xdev -type f -perm \/6000 -exec chmod a-s \{\} \+/;
const INSTALL = /apt-get [^&;|]*\binstall\b/;
const SYSTEM_FOLDERS = /^\/(bin|boot|dev|etc|lib|proc|root|run|sbin|sys|usr)?\/?$/;

const runs = (file: Dockerfile, pattern: RegExp): boolean => file.all('RUN').some((text) => pattern.test(text));

/**
 * What scanners of Dockerfiles agree on, by the numbers of the CIS Docker Benchmark 1.6 (CIS), trivy (DS) and hadolint (DL),
 * each as far as it can concern an image that is built from here.
 * @see https://github.com/hadolint/hadolint#rules
 * @see https://avd.aquasec.com/misconfig/dockerfile/general/
 */
export const DOCKERFILE_RULES = {
  'CIS-4.1': {
    says: 'USER of a number other than 0 in the end',
    sameAs: ['DS-0002', 'DL3002', 'CKV_DOCKER_3', 'CKV_DOCKER_8'],
    isBroken: (file) => !/^[1-9]\d*:[1-9]\d*$/.test(file.last('USER').at(-1) ?? ''),
  },
  'CIS-4.6': {
    says: 'one HEALTHCHECK',
    sameAs: ['DS-0023', 'DS-0026', 'DL3012', 'CKV_DOCKER_2'],
    isBroken: (file) => file.last('HEALTHCHECK').length !== 1,
  },
  'CIS-4.7': {
    says: 'apt-get update in the same RUN as an install',
    sameAs: ['DS-0017', 'CKV_DOCKER_5'],
    isBroken: (file) => file.all('RUN').some((text) => /apt-get update/.test(text) && !INSTALL.test(text)),
  },
  'CIS-4.8': {
    says: 'no setuid or setgid programs: find / -xdev -type f -perm /6000 -exec chmod a-s {} + after the last install',
    sameAs: [],
    isBroken: (file) => {
      const texts = file
        .last('RUN')
        .map((text) => ({ install: text.search(INSTALL), removal: text.search(SETUID_REMOVED) }));
      const removed = texts.findLastIndex(({ removal }) => removal >= 0);
      const installed = texts.findLastIndex(({ install }) => install >= 0);
      const { install = 0, removal = -1 } = texts[removed] ?? {};
      return removal < 0 || removed < installed || (removed === installed && removal < install);
    },
  },
  'CIS-4.9': {
    says: 'COPY, not ADD',
    sameAs: ['DS-0005', 'DL3020', 'CKV_DOCKER_4'],
    isBroken: (file) => file.all('ADD').length > 0,
  },
  'CIS-4.10': {
    says: 'no secrets in ARG or ENV',
    sameAs: ['DS-0031'],
    isBroken: (file) =>
      [...file.all('ARG'), ...file.all('ENV')].some((text) =>
        /(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|KEY)\b/i.test(text),
      ),
  },
  'DS-0004': {
    says: 'no port 22, and no range of ports',
    sameAs: ['DS-0008', 'DL3011', 'CKV_DOCKER_1'],
    isBroken: (file) =>
      file
        .all('EXPOSE')
        .some((text) =>
          text.split(/\s+/).some((port) => !/^[1-9]\d{1,4}(\/(tcp|udp))?$/.test(port) || /^22\b/.test(port)),
        ),
  },
  'DS-0006': {
    says: 'COPY --from of an earlier stage, which no two share the name of',
    sameAs: ['DL3022', 'DL3023', 'DL3024', 'DS-0011', 'DS-0012', 'CKV_DOCKER_11'],
    isBroken: ({ stages }) =>
      stages.some(({ alias, instructions }, index) => {
        const earlier = stages.slice(0, index).map((stage) => stage.alias);
        const sources = instructions.flatMap(({ text }) => /--from=(\S+)/.exec(text)?.[1] ?? []);
        return (alias !== undefined && earlier.includes(alias)) || sources.some((source) => !earlier.includes(source));
      }),
  },
  'DS-0007': {
    says: 'one ENTRYPOINT and one CMD at most',
    sameAs: ['DS-0016', 'DL4003', 'DL4004'],
    isBroken: (file) => file.last('ENTRYPOINT').length > 1 || file.last('CMD').length > 1,
  },
  'DS-0009': {
    says: 'WORKDIR absolute, of no folder of the system; no RUN cd',
    sameAs: ['DS-0013', 'DS-0030', 'DL3000', 'CKV_DOCKER_10'],
    isBroken: (file) =>
      file.all('WORKDIR').some((path) => !path.startsWith('/') || SYSTEM_FOLDERS.test(path)) || runs(file, /^cd /),
  },
  'DS-0010': { says: 'no sudo', sameAs: ['DL3004'], isBroken: (file) => runs(file, /\bsudo\b/) },
  'DS-0014': {
    says: 'curl or wget, not both',
    sameAs: ['DL4001'],
    isBroken: (file) => runs(file, /\bcurl\b/) && runs(file, /\bwget\b/),
  },
  'DS-0021': {
    says: 'apt-get install -y --no-install-recommends, no lists left behind, no upgrade of everything, apt-get and not apt',
    sameAs: ['DS-0019', 'DS-0024', 'DS-0029', 'DL3009', 'DL3014', 'DL3015', 'DL3027', 'CKV_DOCKER_9'],
    isBroken: (file) =>
      runs(file, /\bapt (update|install)|apt-get [^&;|]*\b(dist-)?upgrade/) ||
      file
        .all('RUN')
        .some(
          (text) =>
            INSTALL.test(text) &&
            !(
              / (-y|--yes) /.test(text) &&
              /--no-install-recommends/.test(text) &&
              /rm -rf \/var\/lib\/apt\/lists/.test(text)
            ),
        ),
  },
  'DS-0022': { says: 'no MAINTAINER', sameAs: ['CKV_DOCKER_6'], isBroken: (file) => file.all('MAINTAINER').length > 0 },
  DL3008: {
    says: 'a version for every package of Debian',
    sameAs: [],
    isBroken: (file) =>
      file
        .all('RUN')
        .flatMap((text) => /apt-get [^&;|]*\binstall\b([^&;|]*)/.exec(text)?.[1] ?? [])
        .some((packages) => packages.split(/\s+/).some((name) => /^[a-z0-9]/.test(name) && !name.includes('='))),
  },
  DL3013: {
    says: 'nothing from registries of programming languages but by Maven, with checksums',
    sameAs: ['DL3016', 'DL3018', 'DL3028', 'DS-0025'],
    isBroken: (file) =>
      runs(file, /\b(pip3?|npm|gem|cargo|go) (install|add|get)\b|\bapk add\b/) ||
      (runs(file, /\bmvn\b/) && !runs(file, /sha256sum --check --strict/)),
  },
  DL3025: {
    says: 'ENTRYPOINT and CMD as JSON arrays',
    sameAs: [],
    isBroken: (file) => [...file.all('ENTRYPOINT'), ...file.all('CMD')].some((text) => !text.startsWith('[')),
  },
  DL3026: {
    says: 'every FROM names BASE_IMAGE or an earlier stage, and no platform',
    sameAs: ['DL3006', 'DL3007', 'DL3029', 'DS-0001', 'CKV_DOCKER_7'],
    isBroken: ({ stages }) =>
      stages.some(
        ({ base, from }, index) =>
          from.text.startsWith('--') ||
          (base !== '${BASE_IMAGE}' && !stages.slice(0, index).some(({ alias }) => alias === base)),
      ),
  },
} as const satisfies Readonly<Record<string, DockerfileRule>>;

export type DockerfileRuleId = keyof typeof DOCKERFILE_RULES;
