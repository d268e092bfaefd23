import { Container, type ContainerConfig } from '@cdktf/provider-docker/lib/container';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { Environment } from '../environment';
import { InputError, quoted } from '../errors';
import { exceptService } from './reasoned-exceptions';
import type { ServiceFiles } from './service-files';
import type { ServiceImage } from './service-image';
import type { ServiceNetwork } from './service-network';
import type { ServiceVolume } from './service-volume';

/**
 * A command in the container that exits 0 when the service is ready for its users. All numbers are whole, from 1.
 * @see https://docs.docker.com/reference/dockerfile/#healthcheck
 */
export interface Healthcheck {
  /** Program and arguments; no shell. */
  readonly command: readonly string[];
  /** Seconds between two checks. @default 5 */
  readonly interval?: number;
  /** Seconds that one check may take. @default 5 */
  readonly timeout?: number;
  /** Number of failed checks in a row that make the container unhealthy. @default 5 */
  readonly retries?: number;
  /** Seconds after the start in which failures do not count. @default 120 */
  readonly startPeriod?: number;
  /** Seconds that a deploy waits for the first success. @default 600 */
  readonly waitTimeout?: number;
}

/** A network that a service is on, and what it is called there. */
export interface NetworkAttachment {
  /** One of the environment: `front`, `directory`, `outside` or `published`. */
  readonly network: ServiceNetwork;
  /** Name under which the others on the network find the service. */
  readonly alias: string;
  /** Fixed IPv4 address on the network. @default - one that the engine chooses */
  readonly address?: string;
}

/** A port of the host that leads to one of a container, over TCP. */
export interface PublishedPort {
  /** Port of the host, 1 to 65535. Refused: one that another service of the environment has. */
  readonly external: number;
  /** Address of the host. @default - the environment's bind address */
  readonly address?: string | undefined;
  /** Port in the container. */
  readonly internal: number;
}

/** Where a container is: what it is called, what it is reached by and what it keeps. */
export interface Placement {
  /** What follows the environment's name on the engine, for example `git`. */
  readonly name: string;
  /** Networks that it is on, and its name on each. */
  readonly networks: readonly NetworkAttachment[];
  /** Ports of the host that lead to it. */
  readonly ports: readonly PublishedPort[];
  /** Volumes by the path they are mounted on, but for the one of its files. */
  readonly data: Readonly<Record<string, ServiceVolume>>;
}

/** What a long-running service is started with. */
export interface ServiceContainerProps {
  /** What follows the environment's name, for example `git`. */
  readonly name: string;
  /** What it is made from. */
  readonly image: ServiceImage;
  /** Numeric user and group of the main process; never 0. */
  readonly user: number;
  /** Program in place of the one that the image starts everything with. @default - the image's, if it has one */
  readonly entrypoint?: readonly string[];
  /** Program and arguments, or arguments of the entrypoint. @default - what the image says */
  readonly command?: readonly string[];
  /** The networks that it is on, and no other. Refused: a name that another service has there. */
  readonly networks: readonly NetworkAttachment[];
  /** Ports of the host that lead to it. @default - none published */
  readonly ports?: readonly PublishedPort[];
  /** Configuration, mounted read-only at `/files`; the service reads `/files/current/...`. */
  readonly files: ServiceFiles;
  /** Volumes by the absolute path they are mounted on. @default - none */
  readonly data?: Readonly<Record<string, ServiceVolume>>;
  /**
   * Absolute paths in memory and their mount options, beside `/tmp`; all else of the root is read-only.
   * @default - none
   * @see https://docs.docker.com/engine/storage/tmpfs/
   */
  readonly tmpfs?: Readonly<Record<string, string>>;
  /**
   * Linux capabilities, as `CAP_NET_BIND_SERVICE`; all others are dropped. Needs a HardeningException of
   * CIS-5.4. @default - none
   */
  readonly capabilities?: readonly string[];
  /** MiB that the service may use, from 1; there is no swap beyond it. */
  readonly memory: number;
  /** Open files of one process. @default 16384 */
  readonly openFiles?: number;
  /**
   * Processes and threads of the service's user on this host: the provider has no pids limit for a container, and the
   * kernel counts this one over all containers of the same user.
   * @default 8192
   */
  readonly processes?: number;
  /** How the engine, and a deploy that waits for it, know that the service is ready. */
  readonly healthcheck: Healthcheck;
  /** Seconds between the request to stop and the kill. @default 60 */
  readonly stopTimeout?: number;
  /** Signal that asks the main process to stop. @default "SIGTERM" */
  readonly stopSignal?: string;
  /** Environment variables by name. Not secret, ever: anyone who may inspect the container reads them. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Resources to wait for. @default - only those the container refers to */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * A long-running container, hardened and kept, with what the Docker provider leaves to its users done once: it stops
 * gracefully, is waited for, restarts, logs within bounds, and is replaced when a setting changes that the provider
 * would otherwise change in its state only.
 * @see https://docs.docker.com/reference/cli/docker/container/run/
 */
export class ServiceContainer extends Construct implements Placement {
  public readonly name: string;
  public readonly networks: readonly NetworkAttachment[];
  public readonly ports: readonly PublishedPort[];
  public readonly data: Readonly<Record<string, ServiceVolume>>;
  /** The Terraform resource, for what this class has no property for. Not covered by any promise of compatibility. */
  public readonly container: Container;

  public constructor(scope: Construct, id: string, props: ServiceContainerProps) {
    super(scope, id);
    const environment = Environment.of(this);
    if (props.user <= 0) {
      throw new InputError(this.node.path, `user ${props.user}`, 'write the number of an unprivileged user');
    }
    const root = Object.keys({ ...props.data, ...props.tmpfs }).find((path) => !path.startsWith('/'));
    if (root !== undefined) {
      throw new InputError(this.node.path, `the mount path ${quoted(root)}`, 'write an absolute path');
    }
    const stopTimeout = props.stopTimeout ?? 60;
    const numbers = { memory: props.memory, stopTimeout, openFiles: props.openFiles, processes: props.processes };
    for (const [what, value] of Object.entries({ ...numbers, ...secondsOf(props.healthcheck) })) {
      if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
        throw new InputError(this.node.path, `${what} ${value}`, 'write a whole number from 1');
      }
    }
    const tmpfs = { '/tmp': 'rw,nosuid,nodev,noexec,size=64m', ...props.tmpfs };
    const healthcheck = healthcheckOf(props.healthcheck);
    const notUpdatable = createHash('sha256')
      .update(JSON.stringify([healthcheck, tmpfs]))
      .digest('hex')
      .slice(0, 12);
    const labels: Record<string, string> = {
      ...environment.labels,
      'cdktf-git-topology.role': props.name,
      'cdktf-git-topology.settings': notUpdatable,
      ...(props.files.revision !== undefined ? { 'cdktf-git-topology.files': props.files.revision } : {}),
    };
    this.name = props.name;
    this.networks = props.networks;
    this.ports = props.ports ?? [];
    this.data = props.data ?? {};
    this.container = new Container(this, 'Resource', {
      name: environment.resourceName(this, props.name),
      hostname: props.name,
      image: props.image.imageName,
      ...(props.entrypoint ? { entrypoint: [...props.entrypoint] } : {}),
      ...(props.command ? { command: [...props.command] } : {}),
      user: `${props.user}:${props.user}`,
      env: Object.entries(props.environment ?? {}).map(([key, value]) => `${key}=${value}`),
      restart: 'unless-stopped',
      mustRun: true,
      stopTimeout,
      stopSignal: props.stopSignal ?? 'SIGTERM',
      // Without it the provider kills at once, whatever stopTimeout says.
      destroyGraceSeconds: stopTimeout,
      healthcheck,
      wait: true,
      waitTimeout: props.healthcheck.waitTimeout ?? 600,
      readOnly: true,
      tmpfs,
      capabilities: { add: [...(props.capabilities ?? [])].sort(), drop: ['ALL'] },
      securityOpts: ['no-new-privileges'],
      memory: props.memory,
      // Left out, the engine stores twice the memory and every plan would differ.
      memorySwap: props.memory,
      ulimit: [
        { name: 'nofile', soft: props.openFiles ?? 16384, hard: props.openFiles ?? 16384 },
        { name: 'nproc', soft: props.processes ?? 8192, hard: props.processes ?? 8192 },
      ],
      logDriver: 'json-file',
      logOpts: { 'max-file': '3', 'max-size': '10m' },
      networkMode: 'bridge',
      networksAdvanced: this.networks.map((attachment) => ({
        name: attachment.network.networkName,
        aliases: [attachment.network.claimAlias(attachment.alias, this)],
        ...(attachment.address !== undefined ? { ipv4Address: attachment.address } : {}),
      })),
      ports: this.ports.map((port) => ({
        ip: port.address ?? environment.bindAddress,
        external: environment.claimPort(port.external, this, port.address),
        internal: port.internal,
        protocol: 'tcp',
      })),
      volumes: [
        { volumeName: props.files.volumeName, containerPath: '/files', readOnly: true },
        ...Object.entries(this.data).map(([path, volume]) => ({
          volumeName: volume.volumeName,
          containerPath: path,
        })),
      ],
      labels: Object.entries(labels).map(([label, value]) => ({ label, value })),
      dependsOn: [props.files.loader, ...(props.dependsOn ?? [])],
    });
    exceptService(
      this.container,
      this.ports.map((port) => port.address ?? environment.bindAddress),
    );
  }
}

function secondsOf(check: Healthcheck): Record<string, number | undefined> {
  const { interval, timeout, retries, startPeriod, waitTimeout } = check;
  return { interval, timeout, retries, startPeriod, waitTimeout };
}

function healthcheckOf(check: Healthcheck): NonNullable<ContainerConfig['healthcheck']> {
  return {
    test: ['CMD', ...check.command],
    interval: goDuration(check.interval ?? 5),
    timeout: goDuration(check.timeout ?? 5),
    retries: check.retries ?? 5,
    startPeriod: goDuration(check.startPeriod ?? 120),
  };
}

/** Seconds as Go writes them ("1h1m30s"): in any other form every plan would show a difference. */
function goDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60);
  if (hours > 0) return `${hours}h${minutes % 60}m${seconds % 60}s`;
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
