import { Construct } from 'constructs';
import { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import { ServiceImage } from '../docker/service-image';
import type { ServiceVolume } from '../docker/service-volume';
import { Environment } from '../environment';
import { HardeningException } from '../hardening/hardening-exception';
import { checkedWholeNumber } from '../whole-number';
import { renderGitConfig } from './git-config';
import type { SshEndpoint } from './ssh-endpoint';
import { broughtHostKeys, generatedHostKeys, type SshHostKeys } from './ssh-host-key';
import { renderSshdConfig } from './sshd-config';

/** What serves SSH for a Git server, and on what. */
export interface SshServerProps {
  /** What follows the environment's name, and the name on the networks, for example `git-ssh`. */
  readonly name: string;
  /** Where users reach it. */
  readonly endpoint: SshEndpoint;
  /** Volume of the repositories, which the Git server makes. */
  readonly data: ServiceVolume;
  /** Volume with the socket on which the Git server tells whose a key is and what an account may do. */
  readonly access: ServiceVolume;
  /** Numeric user and group that own the repositories; the image must know it as `git`. */
  readonly user: number;
  /** What the server proves itself with. @default - made by Terraform, in its state */
  readonly hostKeys?: SshHostKeys;
  /** MiB that the server may use; one session works for each 16 above 128, others wait. At least 144. @default 512 */
  readonly memory?: number;
  /** An image that does what images/git-ssh does. @default - built from there */
  readonly image?: ServiceImage;
}

/** Port inside the container, whatever it is outside: the image checks its health there. */
const PORT = 7999;
/** Kinds of host key, in the order that sshd offers them. */
const KINDS = ['ed25519', 'ecdsa'] as const;
const REPOSITORIES = '/var/lib/git-repositories';
const ACCESS = '/run/git-access';
/** MiB for sshd and for connections that have not logged in. */
const SSHD_MEMORY = 128;
/**
 * MiB for one session. A clone takes about 5 and a push of any size 10, measured; git's own bounds (images/git-ssh/gitconfig)
 * allow some of them more, and where too many do at once, the kernel ends one of them and not sshd.
 */
const SESSION_MEMORY = 16;

/**
 * Git over SSH beside a Git server: OpenSSH and git-shell on the server's repositories, for the same groups. Accounts are
 * known by the keys that a directory has of them (attribute sshPublicKey); the Git server is asked for both, at each login
 * and each session, so that the two ways in cannot disagree. CIS Docker 5.7 forbids sshd in containers as
 * a way to administer them; this one is the service itself: nobody gets a shell, a terminal or a forwarded port.
 * @see https://man.openbsd.org/sshd
 */
export class SshServer extends Construct {
  /** Public parts of the host keys, each as `<type> <base64>`, for known_hosts. No change of anything else changes them. */
  public readonly hostKeys: readonly string[];

  public constructor(scope: Construct, id: string, props: SshServerProps) {
    super(scope, id);
    const environment = Environment.of(this);
    const least = SSHD_MEMORY + SESSION_MEMORY;
    const memory = checkedWholeNumber(this.node.path, 'memory', props.memory ?? 512, least, 'MiB');
    const hostKeys =
      props.hostKeys === undefined ? generatedHostKeys(this) : broughtHostKeys(this.node.path, props.hostKeys);
    this.hostKeys = KINDS.map((kind) => hostKeys[kind].publicKey);
    const current = `/files/${ServiceFiles.CURRENT}`;
    // What each session reads anew needs no other container.
    const isReloaded = true;
    const files = new ServiceFiles(this, 'files', {
      name: props.name,
      owner: props.user,
      files: [
        ServiceFile.text(
          'sshd_config',
          renderSshdConfig({
            port: PORT,
            hostKeyFiles: KINDS.map((kind) => `${current}/host-keys/${kind}`),
            keysCommand: '/opt/git-ssh/git-keys',
          }),
        ),
        ...KINDS.map((kind) => ServiceFile.secret(`host-keys/${kind}`, hostKeys[kind].privateKey)),
        ServiceFile.text('gitconfig', renderGitConfig(), { isReloaded }),
        ServiceFile.text('places', String(Math.floor((memory - SSHD_MEMORY) / SESSION_MEMORY)), { isReloaded }),
      ],
    });
    HardeningException.of(this, {
      check: 'CIS-5.7',
      reason:
        'sshd is the service itself: nobody gets a shell, a terminal or a forwarded port, and nobody administers by it',
    });
    new ServiceContainer(this, 'container', {
      name: props.name,
      image: props.image ?? ServiceImage.built(this, 'image', 'git-ssh'),
      user: props.user,
      networks: [{ network: environment.front, alias: props.name }],
      ports: [{ external: props.endpoint.port, internal: PORT }],
      files,
      data: { [REPOSITORIES]: props.data, [ACCESS]: props.access },
      tmpfs: { '/run/git-ssh': `rw,nosuid,nodev,noexec,uid=${props.user},gid=${props.user},mode=0700,size=1m` },
      memory,
      healthcheck: { command: ['/opt/git-ssh/check-sshd'], startPeriod: 30, waitTimeout: 180 },
      stopTimeout: 60,
    });
  }
}
