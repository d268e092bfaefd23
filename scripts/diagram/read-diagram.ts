import type { IConstruct } from 'constructs';
import { BitbucketProvisioner } from '../../constructs/bitbucket/bitbucket-provisioner';
import { ServiceContainer } from '../../constructs/docker/service-container';
import { ServiceNetwork } from '../../constructs/docker/service-network';
import type { ServiceVolume } from '../../constructs/docker/service-volume';
import { Environment } from '../../constructs/environment';
import type { Diagram, DiagramEnd } from './diagram';
import { DiagramBuilder } from './diagram-builder';
import { DrawnCertificates } from './read-certificates';
import {
  serviceFacts,
  type Asking,
  type ClientKind,
  type Listening,
  type PlacedConstruct,
  type ServiceFacts,
} from './service-facts';

const CLIENTS: Readonly<Record<ClientKind, string>> = {
  web: 'git, browsers',
  ssh: 'git over SSH',
  ldap: 'LDAP clients',
  other: 'other clients',
};

interface Service {
  readonly container: PlacedConstruct;
  readonly facts: ServiceFacts;
  readonly node: DiagramEnd;
}

/**
 * What is deployed by the constructs below one, of a stack or of a part of it: read from their properties, before and without
 * a synth. Containers that bring files and are gone are left out, and so are the volumes of these files.
 */
export function readDiagram(root: IConstruct): Diagram {
  return new Reading(root).diagram();
}

class Reading {
  private readonly builder = new DiagramBuilder();
  private readonly constructs: readonly IConstruct[];
  private readonly environments: readonly Environment[];
  private readonly services: readonly Service[];
  private readonly volumes = new Map<ServiceVolume, DiagramEnd>();

  public constructor(private readonly root: IConstruct) {
    this.constructs = root.node.findAll();
    const containers = this.constructs.filter(isContainer);
    const around = containers.map((container) => Environment.of(container));
    this.environments = [...new Set([...this.constructs.filter((each) => each instanceof Environment), ...around])];
    for (const environment of this.environments) this.addEngine(environment);
    this.services = containers.map((container) => {
      const facts = serviceFacts(container);
      const kind = container instanceof BitbucketProvisioner ? 'job' : 'service';
      const node = this.builder.node(
        container.node.path,
        kind,
        container.name,
        facts.subtitle,
        this.groupOf(container),
      );
      return { container, facts, node };
    });
    this.addUnusedNetworks();
  }

  public diagram(): Diagram {
    const certificates = new DrawnCertificates(this.builder, this.root);
    // All ports first: a service may ask one that comes after it.
    for (const service of this.services) this.addPorts(service, certificates);
    for (const service of this.services) this.addAsked(service);
    for (const { container, node } of this.services) this.addVolumes(node, Object.values(container.data));
    return this.builder.build(this.root.node.id);
  }

  private addEngine(environment: Environment): void {
    const title =
      this.environments.length === 1 ? 'Docker engine' : `Docker engine ${relativePath(this.root, environment)}`;
    const note = `ports are published on ${environment.bindAddress}`;
    this.builder.group({ id: environment.node.path, kind: 'engine', title, note, networks: [] });
    for (const network of networksOf(environment)) {
      this.builder.network({ id: network.node.path, name: network.node.id, notes: notesOf(network) });
    }
  }

  /** Services that are on the same networks are in one group. */
  private groupOf(container: PlacedConstruct): string {
    const engine = Environment.of(container).node.path;
    const networks = container.networks.map(({ network }) => network);
    return networks.length === 0 ? engine : this.networkGroup(engine, networks);
  }

  private networkGroup(parent: string, networks: readonly ServiceNetwork[]): string {
    const names = networks.map((network) => {
      const notes = notesOf(network);
      return `${network.node.id}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
    });
    return this.builder.group({
      id: `${parent} ${names.join(' ')}`,
      kind: 'networks',
      title: `network${names.length > 1 ? 's' : ''} ${names.join(' and ')}`,
      note: '',
      parent,
      networks: networks.map((network) => network.node.path),
    });
  }

  private addUnusedNetworks(): void {
    const used = new Set(this.services.flatMap(({ container }) => container.networks.map(({ network }) => network)));
    for (const environment of this.environments) {
      for (const network of networksOf(environment).filter((each) => !used.has(each))) {
        this.networkGroup(environment.node.path, [network]);
      }
    }
  }

  private addPorts({ container, facts, node }: Service, certificates: DrawnCertificates): void {
    const { bindAddress } = Environment.of(container);
    for (const listening of facts.listens) {
      const outside = container.ports
        .filter(({ internal }) => internal === listening.port)
        .map(({ external, address = bindAddress }) =>
          address === bindAddress ? String(external) : `${address}:${external}`,
        );
      const port = { inside: listening.port, outside };
      const end = this.builder.row(node, { kind: 'port', text: listening.text, port });
      if (outside.length > 0) this.addClient(listening, end, outside.join(', '));
      for (const certificate of listening.certificates) {
        this.builder.edge('certificate', certificates.endOf(certificate), end, 'certificate');
      }
    }
    for (const fact of facts.facts) this.builder.row(node, { kind: 'fact', text: fact });
  }

  private addClient({ client, protocol, through }: Listening, end: DiagramEnd, outside: string): void {
    const clients = this.builder.node(`client ${client}`, 'client', CLIENTS[client], '');
    if (through === undefined) {
      this.builder.edge('request', clients, end, `${protocol} ${outside}`);
      return;
    }
    const from = through.allowFrom.join(', ');
    const proxy = this.builder.node(`external proxy ${from}`, 'elsewhere', 'proxy elsewhere', `comes from ${from}`);
    this.builder.edge('request', clients, proxy, '');
    this.builder.edge('request', proxy, end, `${protocol} ${outside}`);
  }

  private addAsked({ container, facts, node }: Service): void {
    for (const asking of facts.asks) {
      const { kind, text, note, label } = asking;
      this.builder.edge('request', this.builder.row(node, { kind, text, note }), this.asked(container, asking), label);
    }
  }

  /** The service of a construct, the one that has the name on a network of who asks, or what is elsewhere. */
  private asked(container: PlacedConstruct, { target }: Asking): DiagramEnd {
    const networks = container.networks.map(({ network }) => network);
    const found = this.services.find((service) =>
      'construct' in target
        ? service.container.node.scope === target.construct
        : service.container.networks.some(({ network, alias }) => alias === target.host && networks.includes(network)),
    );
    if (found !== undefined) return this.builder.portOf(found.node, target.port);
    if ('construct' in target) throw new Error(`${target.construct.node.path}: it has no container`);
    const { host, port, protocol, subtitle } = target;
    const elsewhere = this.builder.node(`elsewhere ${host}`, 'elsewhere', host, subtitle);
    const known = this.builder.portOf(elsewhere, port);
    if (known.row !== undefined) return known;
    return this.builder.row(elsewhere, { kind: 'port', text: protocol, port: { inside: port, outside: [] } });
  }

  /** What keeps a volume is the first that has it; the others have it, too. */
  private addVolumes(node: DiagramEnd, volumes: readonly ServiceVolume[]): void {
    for (const volume of volumes) {
      const { name } = volume;
      const kept = this.volumes.get(volume);
      if (kept === undefined) {
        const note = [...(volume.holdsData ? [] : ['holds no data']), ...(volume.isExisting ? ['exists already'] : [])];
        this.volumes.set(volume, this.builder.row(node, { kind: 'volume', text: name, note: note.join(', ') }));
      } else {
        this.builder.edge('mount', this.builder.row(node, { kind: 'mount', text: name, note: 'shared' }), kept, name);
      }
    }
  }
}

function networksOf(environment: Environment): ServiceNetwork[] {
  return environment.node.findAll().filter((each) => each instanceof ServiceNetwork);
}

/** What is special about a network. */
function notesOf({ internal, isOneWay, isExisting }: ServiceNetwork): string[] {
  return [
    ...(internal ? ['internal'] : []),
    ...(isOneWay ? ['leads in only'] : []),
    ...(isExisting ? ['exists already'] : []),
  ];
}

function relativePath(root: IConstruct, construct: IConstruct): string {
  const above = `${root.node.path}/`;
  const { path } = construct.node;
  return path.startsWith(above) ? path.slice(above.length) : path;
}

/** Those that serve, and the one that runs once and asks others. */
function isContainer(construct: IConstruct): construct is ServiceContainer | BitbucketProvisioner {
  return construct instanceof ServiceContainer || construct instanceof BitbucketProvisioner;
}
