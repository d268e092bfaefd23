import { quoted } from '../errors';
import { ContainerSettings, written } from './container-settings';
import { problemIf, type HardeningCheck } from './hardening-check';

/** Names of environment variables that hold a secret; those that name a file with one do not. */
const SECRET_NAME = /(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|(API|ACCESS|PRIVATE)_?KEY)/i;
const FILE_NAME = /_(FILE|PATH)$/i;
/** Keys, and accounts in URLs. */
const SECRET_TEXT = /-----BEGIN [A-Z ]*PRIVATE KEY|[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;
/** What providers make that is secret, and a hash of it, which can be tried out. */
const SECRET_REFERENCE = /random_password\.|\.private_key_(pem|openssh|pem_pkcs8)\b/;

/** What a container makes of its image. @see https://www.cisecurity.org/benchmark/docker */
export const IMAGE_CHECKS = {
  'CIS-4.1': {
    rule: 'an unprivileged user of its own',
    sameAs: ['DS-0002', 'DL3002', 'CKV_DOCKER_3', 'CKV_DOCKER_8'],
    problem: (container) => {
      const user = container.text('user');
      return problemIf(
        !/^[\w.-]+(:[\w.-]+)?$/.test(user) || user.split(':').some((part) => part === 'root' || Number(part) === 0),
        user === '' ? 'no user, so that of the image' : `user ${quoted(user)}`,
        'write the number of an unprivileged user and group, such as "10001:10001"',
      );
    },
  },
  'CIS-4.10': {
    rule: 'no secret in environment, command line or labels',
    sameAs: ['DS-0031'],
    problem: (container) => {
      const place = secretPlace(container);
      return problemIf(
        place !== undefined,
        `a secret in ${place}, where everyone reads it who may inspect the container`,
        'bring it as a file: ServiceFile.secret',
      );
    },
  },
  'DS-0001': {
    rule: 'an image of a tag other than latest, or of a digest',
    sameAs: ['DL3006', 'DL3007', 'CKV_DOCKER_7'],
    problem: ({ image }) => {
      const name = image.slice(image.lastIndexOf('/') + 1);
      return problemIf(
        !/^(sha256:|[^:@]+[:@])/.test(name) || /:latest$/.test(name) || ContainerSettings.isReference(image),
        `the image ${quoted(image)}`,
        'name it with a tag that stays, or a digest, such as "registry.example.com/team/apache:2.4"',
      );
    },
  },
} as const satisfies Readonly<Record<string, HardeningCheck>>;

/** Where the first secret is, without the secret. */
function secretPlace(container: ContainerSettings): string | undefined {
  const variable = container.texts('env').find((text) => {
    const [name = '', ...value] = text.split('=');
    return SECRET_NAME.test(name) && !FILE_NAME.test(name) && value.join('=') !== '';
  });
  if (variable !== undefined) return `the environment variable ${variable.split('=')[0] ?? ''}`;
  const places: Readonly<Record<string, readonly string[]>> = {
    env: container.texts('env'),
    command: container.texts('command'),
    entrypoint: container.texts('entrypoint'),
    healthcheck: container.blocks('healthcheck').map(written),
    labels: container.blocks('labels').map(written),
  };
  return Object.entries(places).find(([, texts]) =>
    texts.some(
      (text) =>
        SECRET_TEXT.test(text) ||
        (ContainerSettings.isReference(text) && refersToSecret(text, container.sensitiveVariables)),
    ),
  )?.[0];
}

function refersToSecret(text: string, sensitiveVariables: readonly string[]): boolean {
  const variables = [...text.matchAll(/\bvar\.([\w-]+)/g)].map(([, name = '']) => name);
  return SECRET_REFERENCE.test(text) || variables.some((name) => sensitiveVariables.includes(name));
}
