import { Network } from '@cdktf/provider-docker/lib/network';
import { Construct } from 'constructs';
import { InputError, quoted } from '../errors';
import { checkedName } from './names';
import type { Subnet } from './subnets';

export interface ServiceNetworkProps {
  /** Name on the Docker engine. */
  readonly name: string;
  readonly subnet: Subnet;
  /** No route to or from the outside. @see https://docs.docker.com/reference/cli/docker/network/create/#internal */
  readonly internal: boolean;
  /**
   * Whether it leads in and not out: ports are published from it, and connections that begin in it are not given the host's
   * address, so that nobody beyond the host can answer them.
   * @default false
   * @see https://docs.docker.com/engine/network/drivers/bridge/#options
   */
  readonly isOneWay?: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** One bridge network of an environment, on which services find each other by alias. */
export class ServiceNetwork extends Construct {
  public readonly subnet: Subnet;
  /** The name on the Docker engine, as a reference that makes its users wait for the network. */
  public readonly networkName: string;
  private readonly aliases = new Map<string, string>();

  public constructor(scope: Construct, id: string, props: ServiceNetworkProps) {
    super(scope, id);
    this.subnet = props.subnet;
    const network = new Network(this, 'Resource', {
      name: checkedName(this.node.path, props.name),
      driver: 'bridge',
      internal: props.internal,
      ...(props.isOneWay === true ? { options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false' } } : {}),
      ipamConfig: [{ subnet: props.subnet.cidr, gateway: props.subnet.gateway, ipRange: props.subnet.dynamicRange }],
      labels: Object.entries(props.labels).map(([label, value]) => ({ label, value })),
    });
    this.networkName = network.name;
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
