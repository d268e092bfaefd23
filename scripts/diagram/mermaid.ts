import { portText, type Diagram, type DiagramNode, type DiagramRow, type NodeKind } from './diagram';

/** How a node looks: what is before and after its label. */
const SHAPES: Readonly<Record<NodeKind, readonly [string, string]>> = {
  client: ['([', '])'],
  service: ['[', ']'],
  job: ['[[', ']]'],
  authority: ['{{', '}}'],
  certificate: ['{{', '}}'],
  elsewhere: ['[', ']'],
};
const VOLUME = ['[(', ')]'] as const;

const DASHED = 'classDef elsewhere stroke-dasharray: 5 4';

/**
 * The picture as a flowchart of Mermaid, which GitHub and GitLab draw in Markdown.
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function renderMermaid(diagram: Diagram): string {
  const ids = new FlowchartIds(diagram);
  const elsewhere = diagram.nodes.filter(({ kind }) => kind === 'elsewhere').map(({ id }) => ids.node(id));
  const lines = [
    `accTitle: Topology of ${diagram.title.replace(/[^\w .-]/g, ' ')}`,
    ...declarations(diagram, ids),
    ...links(diagram, ids),
    ...(elsewhere.length === 0 ? [] : [DASHED, `class ${elsewhere.join(',')} elsewhere`]),
  ];
  return `flowchart LR\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** Short names, because Mermaid takes few signs in one. */
class FlowchartIds {
  private readonly nodes: readonly string[];
  private readonly groups: readonly string[];
  private readonly volumes: readonly string[];

  public constructor({ nodes, groups }: Diagram) {
    this.nodes = nodes.map(({ id }) => id);
    this.groups = groups.map(({ id }) => id);
    this.volumes = nodes.flatMap((node) => volumesOf(node).map((row) => volumeKey(node.id, row.id)));
  }

  public node(id: string): string {
    return `n${numberOf(this.nodes, id)}`;
  }

  public group(id: string): string {
    return `g${numberOf(this.groups, id)}`;
  }

  /** A volume, which is a node of its own. */
  public volume(node: string, row: string | undefined): string {
    return `v${numberOf(this.volumes, volumeKey(node, row))}`;
  }
}

/** Nodes in their groups, and their volumes beside them. */
function declarations(
  { groups, nodes }: Pick<Diagram, 'groups' | 'nodes'>,
  ids: FlowchartIds,
  parent?: string,
): string[] {
  return [
    ...groups
      .filter((group) => group.parent === parent)
      .flatMap(({ id, title, note }) => [
        `subgraph ${ids.group(id)}["${text(withNote(title, note))}"]`,
        ...declarations({ groups, nodes }, ids, id).map((line) => `  ${line}`),
        'end',
      ]),
    ...nodes
      .filter(({ group }) => group === parent)
      .flatMap((node) => [
        `${ids.node(node.id)}${shaped(SHAPES[node.kind], ...linesOf(node))}`,
        ...volumesOf(node).map(
          (row) => `${ids.volume(node.id, row.id)}${shaped(VOLUME, withNote(row.text, row.note))}`,
        ),
      ]),
  ];
}

/** What leads where, each once. */
function links({ nodes, edges }: Diagram, ids: FlowchartIds): string[] {
  const owned = nodes.flatMap((node) =>
    volumesOf(node).map((row) => `${ids.node(node.id)} --- ${ids.volume(node.id, row.id)}`),
  );
  const others = edges.map(({ kind, from, to, label }) => {
    const start = ids.node(from.node);
    if (kind === 'mount') return `${start} -.- ${ids.volume(to.node, to.row)}`;
    const shown = label === '' ? '' : `|"${text(label)}"|`;
    return `${start} ${kind === 'certificate' ? '-.->' : '-->'}${shown} ${ids.node(to.node)}`;
  });
  return [...new Set([...owned, ...others])];
}

function volumesOf({ rows }: DiagramNode): DiagramRow[] {
  return rows.filter(({ kind }) => kind === 'volume');
}

/** What a node says; its volumes are nodes of their own. */
function linesOf({ title, subtitle, rows }: DiagramNode): string[] {
  return [
    title,
    ...(subtitle === '' ? [] : [subtitle]),
    ...rows
      .filter(({ kind }) => kind !== 'volume' && kind !== 'mount')
      .map(({ text: said, note, port }) => withNote(port === undefined ? said : `${portText(port)}: ${said}`, note)),
  ];
}

function withNote(name: string, note: string): string {
  return note === '' ? name : `${name} (${note})`;
}

function shaped([before, after]: readonly [string, string], ...lines: readonly string[]): string {
  return `${before}"${lines.map(text).join('<br/>')}"${after}`;
}

/**
 * Text within quotes. Whatever might be a sign of Mermaid's own, of Markdown's or of HTML's is written by its number: Mermaid
 * reads `#35;` as HTML reads `&#35;`.
 */
function text(plain: string): string {
  return plain.replace(/[^\p{L}\p{N} ,./:=()→-]/gu, (sign) => `#${sign.codePointAt(0) ?? 0};`);
}

function numberOf(all: readonly string[], id: string): number {
  const index = all.indexOf(id);
  if (index === -1) throw new Error(`${id} is not in the diagram`);
  return index + 1;
}

function volumeKey(node: string, row: string | undefined): string {
  return JSON.stringify([node, row]);
}
