import { DataDockerNetwork } from '@cdktf/provider-docker/lib/data-docker-network';
import { Network } from '@cdktf/provider-docker/lib/network';
import { Construct } from 'constructs';
import { isIPv4 } from 'node:net';
import { InputError, quoted } from '../errors';
import { checkedName } from './names';
import type { Subnet } from './subnets';

/** A network is made, or there is one already. */
export type ServiceNetworkProps = CommonProps & (MadeNetwork | ExistingNetwork);

interface MadeNetwork {
  /** Name on the Docker engine. */
  readonly name: string;
  /** Its addresses. */
  readonly subnet: Subnet;
}

interface ExistingNetwork {
  /** Name on the Docker engine, and the address that a proxy gets. */
  readonly existing: { readonly name: string; readonly proxyAddress?: string };
}

interface CommonProps {
  /** No route to or from the outside. @see https://docs.docker.com/reference/cli/docker/network/create/#internal */
  readonly internal: boolean;
  /**
   * Whether it leads in and not out: ports are published from it, and connections that begin in it are not given the host's
   * address, so that nobody beyond the host can answer them.
   * @default false
   * @see https://docs.docker.com/engine/network/drivers/bridge/#options
   */
  readonly isOneWay?: boolean;
  /** Labels of the network on the engine. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One bridge network of an environment, on which services find each other by alias. */
export class ServiceNetwork extends Construct {
  /** The name on the Docker engine, as a reference that makes its users wait for the network. */
  public readonly networkName: string;
  /** Whether there is no route to or from the outside. */
  public readonly internal: boolean;
  /** Whether it leads in and not out. */
  public readonly isOneWay: boolean;
  /** Whether it is one of the environment's `existingNetworks`. */
  public readonly isExisting: boolean;
  private readonly madeSubnet: Subnet | undefined;
  private readonly fixedAddress: string | undefined;
  private readonly aliases = new Map<string, string>();

  public constructor(scope: Construct, id: string, props: ServiceNetworkProps) {
    super(scope, id);
    this.internal = props.internal;
    this.isOneWay = props.isOneWay ?? false;
    this.isExisting = 'existing' in props;
    if ('existing' in props) {
      this.fixedAddress = checkedAddress(this.node.path, props.existing.proxyAddress);
      this.networkName = this.found(props.existing.name, props.internal);
      return;
    }
    this.madeSubnet = props.subnet;
    this.fixedAddress = props.subnet.proxyAddress;
    const network = new Network(this, 'Resource', {
      name: checkedName(this.node.path, props.name),
      driver: 'bridge',
      internal: props.internal,
      ...(this.isOneWay ? { options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' } } : {}),
      ipamConfig: [{ subnet: props.subnet.cidr, gateway: props.subnet.gateway, ipRange: props.subnet.dynamicRange }],
      labels: Object.entries(props.labels).map(([label, value]) => ({ label, value })),
    });
    this.networkName = network.name;
  }

  /** Of a network that is made here; of one that exists, the engine alone knows it. */
  public get subnet(): Subnet {
    if (this.madeSubnet === undefined) {
      throw new InputError(this.node.path, 'the subnet of a network that exists already', 'ask the engine for it');
    }
    return this.madeSubnet;
  }

  /** Fixed address of the reverse proxy: the Git server trusts forwarded headers from it alone. */
  public get proxyAddress(): string {
    if (this.fixedAddress === undefined) {
      throw new InputError(
        this.node.path,
        'no proxyAddress of a network that exists already',
        'give one with its name',
      );
    }
    return this.fixedAddress;
  }

  /** Looked up in each deploy, which fails without it. */
  private found(name: string, isInternal: boolean): string {
    const network = new DataDockerNetwork(this, 'existing', {
      name,
      lifecycle: {
        postcondition: [
          {
            condition: isInternal ? '${self.internal}' : '${!self.internal}',
            errorMessage: `The network ${name} of ${this.node.path} must be ${isInternal ? 'an internal one' : 'none that is internal'}: give another one, or let it be made.`,
          },
        ],
      },
    });
    return network.name;
  }

  /** Whether a service has the name on this network. */
  public hasAlias(name: string): boolean {
    return this.aliases.has(name);
  }

  /** Two services with one alias would answer in turn, so the second one is refused. */
  public claimAlias(alias: string, by: Construct): string {
    checkedName(by.node.path, alias);
    const owner = this.aliases.get(alias);
    if (owner !== undefined) {
      throw new InputError(
        by.node.path,
        `the network alias ${quoted(alias)} that ${owner} has already`,
        'give one of the two another construct id',
      );
    }
    this.aliases.set(alias, by.node.path);
    return alias;
  }
}

function checkedAddress(where: string, address: string | undefined): string | undefined {
  if (address === undefined || isIPv4(address)) return address;
  throw new InputError(where, `the proxyAddress ${quoted(address)}`, 'write an IPv4 address of the network');
}
