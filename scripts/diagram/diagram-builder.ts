import type {
  Diagram,
  DiagramEdge,
  DiagramEnd,
  DiagramGroup,
  DiagramNetwork,
  DiagramNode,
  DiagramRow,
  NodeKind,
} from './diagram';
import { plainText } from './diagram-text';

type NewRow = Omit<DiagramRow, 'id' | 'note'> & { readonly note?: string };

type NewNode = Omit<DiagramNode, 'rows'> & { readonly rows: DiagramRow[] };

/** A diagram under construction. Every text is made plain here. */
export class DiagramBuilder {
  private readonly networks = new Map<string, DiagramNetwork>();
  private readonly groups = new Map<string, DiagramGroup>();
  private readonly nodes = new Map<string, NewNode>();
  private readonly edges: DiagramEdge[] = [];

  public network(network: DiagramNetwork): void {
    this.networks.set(network.id, network);
  }

  /** One group for each id. */
  public group(group: DiagramGroup): string {
    this.groups.set(group.id, { ...group, title: plainText(group.title), note: plainText(group.note) });
    return group.id;
  }

  /** One node for each id: the second time, it is the one that there is. */
  public node(id: string, kind: NodeKind, title: string, subtitle: string, group?: string): DiagramEnd {
    if (!this.nodes.has(id)) {
      const texts = { title: plainText(title), subtitle: plainText(subtitle) };
      this.nodes.set(id, { id, kind, ...texts, rows: [], ...(group === undefined ? {} : { group }) });
    }
    return { node: id };
  }

  /** One more line of a node. */
  public row({ node: id }: DiagramEnd, { text, note = '', ...row }: NewRow): DiagramEnd {
    const rows = this.existing(id).rows;
    const made = { id: String(rows.length), ...row, text: plainText(text), note: plainText(note) };
    rows.push(made);
    return { node: id, row: made.id };
  }

  /** Where a node listens on a port; the node as a whole where it has no such line. */
  public portOf({ node: id }: DiagramEnd, port: number): DiagramEnd {
    const row = this.existing(id).rows.find((candidate) => candidate.port?.inside === port);
    return row === undefined ? { node: id } : { node: id, row: row.id };
  }

  /** One edge of a kind between two ends. */
  public edge(kind: DiagramEdge['kind'], from: DiagramEnd, to: DiagramEnd, label: string): void {
    const same = (one: DiagramEnd, other: DiagramEnd): boolean => one.node === other.node && one.row === other.row;
    if (this.edges.some((edge) => edge.kind === kind && same(edge.from, from) && same(edge.to, to))) return;
    this.edges.push({ kind, from, to, label: plainText(label) });
  }

  public build(title: string): Diagram {
    return {
      title: plainText(title),
      networks: [...this.networks.values()],
      groups: [...this.groups.values()],
      nodes: this.inReadingOrder(),
      edges: this.edges,
    };
  }

  /** Clients and what they come to, then what that asks, and so on; at last what nobody comes to. */
  private inReadingOrder(): DiagramNode[] {
    const all = [...this.nodes.values()];
    const ordered = new Set(all.filter(({ kind }) => kind === 'client'));
    for (const { id } of ordered) {
      const asked = this.edges.filter(({ from, kind }) => from.node === id && kind !== 'certificate');
      for (const { to } of asked) ordered.add(this.existing(to.node));
    }
    return [...new Set([...ordered, ...all])];
  }

  private existing(id: string): NewNode {
    const node = this.nodes.get(id);
    if (node === undefined) throw new Error(`${id} is no node of the diagram`);
    return node;
  }
}
