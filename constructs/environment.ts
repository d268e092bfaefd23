import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { RandomProvider } from '@cdktf/provider-random/lib/provider';
import { TlsProvider } from '@cdktf/provider-tls/lib/provider';
import { TerraformProvider, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { isIP } from 'node:net';
import { ENVIRONMENT_LABEL } from './docker/labels';
import { checkedName } from './docker/names';
import { ServiceNetwork } from './docker/service-network';
import { DEFAULT_SUBNET_POOL, subnetCount, subnetOf } from './docker/subnets';
import { InputError, quoted } from './errors';
import { assertHardening } from './hardening/assert-hardening';
import { checkedPort } from './proxy/port';

/** What one deployment has of its own on a Docker engine. */
export interface EnvironmentProps {
  /**
   * Starts the name of everything on the engine: containers, networks and volumes. One word of a-z, 0-9 and hyphens, which with
   * what follows it has at most 63 characters (RFC 1123): they are names in DNS, too.
   */
  readonly name: string;
  /**
   * IPv4 or IPv6 address of the host on which ports are published.
   * @default "127.0.0.1" - reachable from this machine alone
   */
  readonly bindAddress?: string;
  /**
   * IPv4 range of /8 to /24 that the environment's networks are cut from, as /28s: two from its start, from its end the one of
   * replicas, and from its middle the one of published directories, where there are any.
   * @default "172.30.0.0/16" - room for 2048 environments, 1365 with replicas, or 1024 with published directories
   */
  readonly subnetPool?: string;
  /**
   * Number of the pair of /28s of the pool that is used, a whole one from 0. Two environments on one engine need different slots.
   * @default 0
   */
  readonly subnetSlot?: number;
  /**
   * The image that the services' images start from: Debian 13, or one made from it.
   * @default "debian:trixie-slim"
   */
  readonly baseImage?: string;
  /**
   * PEM file with certificate authorities that image builds trust for their downloads, for networks that re-sign TLS.
   * It does not get into the images.
   * @default - the public authorities of the base image
   */
  readonly buildCaFile?: string;
  /**
   * Whether Terraform refuses whatever would destroy data or what cannot be made again: volumes with data, keys of
   * authorities, of self-signed certificates and of requests, host keys of SSH, passwords that are set once. Turned on or
   * off, it changes nothing that is deployed.
   * @default false
   */
  readonly protectData?: boolean;
  /**
   * Networks that exist already, and are used instead of making some: Terraform looks them up by name, and neither changes
   * nor removes them. `proxyAddress` is the fixed address that the proxy gets in `front`, outside of the range that the
   * engine hands out. `directory` must be an internal one.
   * @default - both are made
   */
  readonly existingNetworks?: ExistingNetworks;
  /**
   * Volumes that exist already, and are used instead of making some: what would follow the environment's name, such as
   * `git-data`, to the name on the engine. Nothing creates, changes or destroys them; the engine makes an empty one
   * under a name that it does not know. Refused: what no service of the environment has as its data.
   * @default - all are made
   */
  readonly existingVolumes?: Readonly<Record<string, string>>;
}

/** Networks that were made by somebody else, by what the environment uses them for. */
export interface ExistingNetworks {
  /** Proxy and Git server. Refused at deploy: an internal one. @default - made */
  readonly front?: {
    /** Name on the engine. */
    readonly name: string;
    /** Fixed IPv4 address that the proxy gets, outside of the range that the engine hands out. */
    readonly proxyAddress: string;
  };
  /** Git server and directory. Refused at deploy: one that is not internal. @default - made */
  readonly directory?: {
    /** Name on the engine. */
    readonly name: string;
  };
}

/** Provider versions: the bindings are of 3.6.2, whose resources 4.x still has, without its faults. */
const DOCKER_PROVIDER_VERSION = '>= 4.1.0, < 5.0.0';

/**
 * One deployment on one Docker engine: its names, its two networks, the address its ports are published on. Every
 * service is made inside an Environment and takes these from it.
 */
export class Environment extends Construct {
  /** The environment that a construct is in. */
  public static of(construct: Construct): Environment {
    const found = construct.node.scopes.find((scope) => scope instanceof Environment);
    if (!(found instanceof Environment)) {
      throw new InputError(
        construct.node.path,
        'a construct outside an Environment',
        'make it with an Environment, or something inside one, as its scope',
      );
    }
    return found;
  }

  /** Starts the name of everything on the engine. */
  public readonly name: string;
  /** Address of the host on which ports are published. */
  public readonly bindAddress: string;
  /** The image that the services' images start from. */
  public readonly baseImage: string;
  /**
   * PEM file with authorities that image builds trust for their downloads; undefined for those of the base image alone.
   */
  public readonly buildCaFile: string | undefined;
  /** Whether data, and keys that cannot be made again, are kept from being destroyed. */
  public readonly protectData: boolean;
  /** Proxy and Git server. */
  public readonly front: ServiceNetwork;
  /** Git server and LDAP; internal: the directory has no way to the outside. */
  public readonly directory: ServiceNetwork;
  /** On everything made, so that what belongs to an environment can be found without its state. */
  public readonly labels: Readonly<Record<string, string>>;
  private readonly subnetPool: string;
  private readonly subnetSlot: number;
  private readonly existingVolumes: ReadonlyMap<string, string>;
  private readonly usedVolumes = new Set<string>();
  private readonly publishedPorts: { address: string; port: number; owner: string }[] = [];

  public constructor(scope: Construct, id: string, props: EnvironmentProps) {
    super(scope, id);
    this.name = checkedName(this.node.path, props.name);
    this.bindAddress = props.bindAddress ?? '127.0.0.1';
    if (isIP(this.bindAddress) === 0) {
      throw new InputError(
        this.node.path,
        `the bind address ${quoted(this.bindAddress)}`,
        'write an IP address of this host, such as "127.0.0.1"',
      );
    }
    this.baseImage = props.baseImage ?? 'debian:trixie-slim';
    this.buildCaFile = props.buildCaFile;
    this.protectData = props.protectData ?? false;
    this.labels = { [ENVIRONMENT_LABEL]: this.name };
    this.addProviders();
    assertHardening(this);
    const pool = props.subnetPool ?? DEFAULT_SUBNET_POOL;
    const slot = props.subnetSlot ?? 0;
    this.subnetPool = pool;
    this.subnetSlot = slot;
    if (!Number.isInteger(slot)) {
      throw new InputError(this.node.path, `subnetSlot ${slot}`, 'write a whole number from 0');
    }
    const { front, directory } = props.existingNetworks ?? {};
    this.front = new ServiceNetwork(this, 'front', {
      ...(front === undefined
        ? { name: this.resourceName(this, 'front'), subnet: subnetOf(this.node.path, pool, 2 * slot) }
        : { existing: front }),
      internal: false,
      labels: this.labels,
    });
    this.directory = new ServiceNetwork(this, 'directory', {
      ...(directory === undefined
        ? { name: this.resourceName(this, 'directory'), subnet: subnetOf(this.node.path, pool, 2 * slot + 1) }
        : { existing: directory }),
      internal: true,
      labels: this.labels,
    });
    this.existingVolumes = new Map(Object.entries(props.existingVolumes ?? {}));
    this.node.addValidation({ validate: () => this.validateVolumes() });
  }

  /**
   * The way out for replicas of a directory elsewhere, and nobody else: on `front` they would meet the proxy, and
   * `directory` has none. Made when first asked for.
   */
  public get outside(): ServiceNetwork {
    const index = subnetCount(this.subnetPool) - 1 - this.subnetSlot;
    return this.network('outside', 'a replica', index, index > 2 * this.subnetSlot + 1);
  }

  /**
   * The way in to directories that are published (`publishLdap`), and nobody else: it leads to no other service, and not
   * out. From the middle of the pool. Made when first asked for.
   */
  public get published(): ServiceNetwork {
    const count = subnetCount(this.subnetPool);
    const isFree = this.subnetSlot < count / 4;
    return this.network('published', 'publishLdap', count / 2 + this.subnetSlot, isFree, true);
  }

  private network(id: string, user: string, index: number, isFree: boolean, isOneWay = false): ServiceNetwork {
    const existing = this.node.tryFindChild(id);
    if (existing instanceof ServiceNetwork) return existing;
    if (!isFree) {
      throw new InputError(
        this.node.path,
        `subnetSlot ${this.subnetSlot} with ${user}, which needs a third network`,
        'write a lower number, or give a larger subnetPool',
      );
    }
    return new ServiceNetwork(this, id, {
      name: this.resourceName(this, id),
      subnet: subnetOf(this.node.path, this.subnetPool, index),
      internal: false,
      isOneWay,
      labels: this.labels,
    });
  }

  /** The name of something on the engine: the environment's name and what it is. */
  public resourceName(construct: Construct, name: string): string {
    return checkedName(construct.node.path, `${this.name}-${name}`);
  }

  /** The volume that exists already for data of this name; undefined where it is to be made. */
  public existingVolume(name: string): string | undefined {
    this.usedVolumes.add(name);
    return this.existingVolumes.get(name);
  }

  private validateVolumes(): string[] {
    return [...this.existingVolumes.keys()]
      .filter((name) => !this.usedVolumes.has(name))
      .map(
        (name) =>
          `existingVolumes of ${quoted(name)}, which is no data of a service here; write one of ${[...this.usedVolumes].join(', ')}`,
      );
  }

  /** Takes a port of an address of the host; two services cannot publish the same one. */
  public claimPort(port: number, by: Construct, address = this.bindAddress): number {
    checkedPort(by.node.path, port);
    const other = this.publishedPorts.find(
      (claim) => claim.port === port && (claim.address === address || [claim.address, address].some(isEveryAddress)),
    );
    if (other !== undefined) {
      throw new InputError(
        by.node.path,
        `port ${port} of ${address}, which ${other.owner} publishes already`,
        'choose another port for one of them',
      );
    }
    this.publishedPorts.push({ address, port, owner: by.node.path });
    return port;
  }

  /** Ports of the host that services have taken so far. */
  public get claimedPorts(): number[] {
    return this.publishedPorts.map(({ port }) => port);
  }

  /** A stack that brings its own providers keeps them. */
  private addProviders(): void {
    const stack = TerraformStack.of(this);
    const present = stack.node.findAll().filter((construct) => TerraformProvider.isTerraformProvider(construct));
    const has = (type: string): boolean => present.some((provider) => provider.terraformResourceType === type);
    if (!has('docker')) new DockerProvider(stack, 'docker');
    if (!has('tls')) new TlsProvider(stack, 'tls');
    if (!has('random')) new RandomProvider(stack, 'random');
    stack.addOverride('terraform.required_providers.docker.version', DOCKER_PROVIDER_VERSION);
  }
}

/** Whether everybody reaches the address who reaches the machine. */
export function isEveryAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** Whether nobody but this machine reaches the address. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
