/** A topology as a picture shows it: values alone, in the order that they are drawn in. */
export interface Diagram {
  /** Construct id of what is drawn, of a stack its name. */
  readonly title: string;
  readonly networks: readonly DiagramNetwork[];
  readonly groups: readonly DiagramGroup[];
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

export interface DiagramNetwork {
  readonly id: string;
  /** Construct id, such as `front`: what the engine calls it starts with the environment's name. */
  readonly name: string;
  /** What is special about it, such as "internal". */
  readonly notes: readonly string[];
}

/** What other things are in: an engine, or the services that are on the same networks of it. */
export interface DiagramGroup {
  readonly id: string;
  readonly kind: 'engine' | 'networks';
  readonly title: string;
  /** Muted, beside the title; "" for none. */
  readonly note: string;
  /** The engine that networks are on. */
  readonly parent?: string;
  /** Ids of the networks that everything in it is on; of an engine, none. */
  readonly networks: readonly string[];
}

export type NodeKind = 'client' | 'service' | 'job' | 'authority' | 'certificate' | 'elsewhere';

export interface DiagramNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly title: string;
  /** What it is; "" where the title says that. */
  readonly subtitle: string;
  readonly group?: string;
  readonly rows: readonly DiagramRow[];
}

/**
 * "port": what it listens on. "fact": what it was told. "rule", "directory", "database", "source", "job": what it asks others
 * for. "volume": what it keeps. "mount": what another one keeps for it, too. "certificate": what an authority issued, or the
 * names of a certificate.
 */
export type RowKind =
  'port' | 'fact' | 'rule' | 'directory' | 'database' | 'source' | 'job' | 'volume' | 'mount' | 'certificate';

/** One line of a node; edges begin and end at lines. */
export interface DiagramRow {
  readonly id: string;
  readonly kind: RowKind;
  readonly text: string;
  /** Muted, after the text; "" for none. */
  readonly note: string;
  /** Of a port alone. */
  readonly port?: DiagramPort;
}

export interface DiagramPort {
  /** In the container. */
  readonly inside: number;
  /** Ports of the host that lead to it, such as "443", with the address where it is not the environment's own. */
  readonly outside: readonly string[];
}

export interface DiagramEdge {
  readonly kind: 'request' | 'certificate' | 'mount';
  readonly from: DiagramEnd;
  readonly to: DiagramEnd;
  /** What the two ends do not say by themselves in a picture without lines in its nodes. */
  readonly label: string;
}

export interface DiagramEnd {
  readonly node: string;
  /** One of the node's rows; the node as a whole where there is none. */
  readonly row?: string;
}

/** How people read a port: "443", "7443 → 7990" where the host has another one, "7990" where the host has none. */
export function portText({ inside, outside }: DiagramPort): string {
  const published = outside.join(', ');
  if (published === '' || published === String(inside)) return String(inside);
  return `${published} → ${inside}`;
}
