import ELK, { type ElkExtendedEdge, type ElkNode, type ElkPoint, type ElkPort } from 'elkjs/lib/elk.bundled';
import type { Diagram, DiagramEdge, DiagramGroup } from '../diagram';
import { cardOf, type Card } from './card';
import { groupHead } from './group-head';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything is, in pixels from the upper left corner. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Those that hold others first. */
  readonly groups: readonly { readonly group: DiagramGroup; readonly box: Box }[];
  readonly cards: readonly { readonly card: Card; readonly box: Box }[];
  readonly lines: readonly { readonly edge: DiagramEdge; readonly points: readonly ElkPoint[] }[];
}

/** Height of the line with a group's title, and of what is around everything. */
export const GROUP_HEAD = 34;
const GROUP_PADDING = 14;
const LEVEL = 4;

/** Slow to make, and used for one layout after the other. */
const elk = new ELK();

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.randomSeed': '1',
  'elk.spacing.nodeNode': '22',
  'elk.spacing.edgeNode': '12',
  'elk.spacing.edgeEdge': '10',
  'elk.layered.spacing.nodeNodeBetweenLayers': '34',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
};

const GROUP_OPTIONS = {
  'elk.padding': `[top=${GROUP_HEAD + 6},left=${GROUP_PADDING},bottom=${GROUP_PADDING},right=${GROUP_PADDING}]`,
};

/** Places a diagram from left to right, so that every edge begins and ends at its row. The same diagram is placed the same. */
export async function layOut(diagram: Diagram): Promise<Layout> {
  const cards = evenlyWide(diagram.nodes.map(cardOf), diagram);
  const within = (group: string | undefined): ElkNode[] => [
    ...diagram.groups
      .filter(({ parent }) => parent === group)
      .map((each) => ({
        id: groupId(each.id),
        children: within(each.id),
        layoutOptions: {
          ...GROUP_OPTIONS,
          'elk.nodeSize.constraints': 'MINIMUM_SIZE',
          'elk.nodeSize.minimum': `(${groupHead(each, diagram.networks).width}, ${GROUP_HEAD + 2 * GROUP_PADDING})`,
        },
      })),
    ...cards.filter(({ node }) => node.group === group).map((card) => nodeOf(card, diagram.edges)),
  ];
  const graph: ElkNode = {
    id: 'diagram',
    layoutOptions: OPTIONS,
    children: within(undefined),
    edges: diagram.edges.map((edge, index) => ({
      id: `edge ${index}`,
      sources: [portId(edge, 'out')],
      targets: [portId(edge, 'in')],
    })),
  };
  return read(await elk.layout(graph), diagram, cards);
}

/** Cards of a group are as wide as the widest and as its title; outside, those that lead in are, and those that are elsewhere. */
function evenlyWide(cards: readonly Card[], { groups, networks }: Diagram): Card[] {
  const column = ({ node: { group, kind } }: Card): string => group ?? (kind === 'elsewhere' ? 'elsewhere' : 'left');
  return cards.map((card) => {
    const widths = cards.filter((other) => column(other) === column(card)).map(({ width }) => width);
    const group = groups.find(({ id }) => id === card.node.group);
    const head = group?.kind === 'networks' ? groupHead(group, networks).width - 2 * GROUP_PADDING : 0;
    return { ...card, width: Math.max(head, ...widths) };
  });
}

/** Edges come in on the left of a row and go out on its right. */
function nodeOf({ node, width, height, rows, titleY }: Card, edges: readonly DiagramEdge[]): ElkNode {
  const port = (edge: DiagramEdge, way: 'in' | 'out'): ElkPort => {
    const end = way === 'in' ? edge.to : edge.from;
    const y = rows.find(({ row }) => row.id === end.row)?.y ?? titleY;
    return {
      id: portId(edge, way),
      x: way === 'in' ? 0 : width,
      y: way === 'in' ? y + offset(edge, edges) : y,
      layoutOptions: { 'elk.port.side': way === 'in' ? 'WEST' : 'EAST' },
    };
  };
  const ports = [
    ...edges.filter(({ to }) => to.node === node.id).map((edge) => port(edge, 'in')),
    ...edges.filter(({ from }) => from.node === node.id).map((edge) => port(edge, 'out')),
  ];
  return {
    id: node.id,
    width,
    height,
    ports: [...new Map(ports.map((each) => [each.id, each])).values()],
    layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
  };
}

/** Where a certificate and what connects come in at the same row, the one is above the other. */
function offset({ kind, to }: DiagramEdge, edges: readonly DiagramEdge[]): number {
  const kinds = new Set(
    edges.filter((edge) => edge.to.node === to.node && edge.to.row === to.row).map((edge) => edge.kind),
  );
  if (kinds.size === 1) return 0;
  return kind === 'certificate' ? -6 : 3;
}

function read(root: ElkNode, diagram: Diagram, cards: readonly Card[]): Layout {
  const boxes = new Map<string, Box>();
  const place = (
    { id, x = 0, y = 0, width = 0, height = 0, children = [] }: ElkNode,
    left: number,
    top: number,
  ): void => {
    boxes.set(id, { x: left + x, y: top + y, width, height });
    for (const child of children) place(child, left + x, top + y);
  };
  place(root, 0, 0);
  const boxOf = (id: string): Box => {
    const box = boxes.get(id);
    if (box === undefined) throw new Error(`${id} was not placed`);
    return box;
  };
  return {
    width: root.width ?? 0,
    height: root.height ?? 0,
    groups: parentsFirst(diagram.groups).map((group) => {
      const inside = cards.filter(({ node }) => node.group === group.id).map(({ node }) => boxOf(node.id));
      return { group, box: close(boxOf(groupId(group.id)), inside) };
    }),
    cards: cards.map((card) => ({ card, box: boxOf(card.node.id) })),
    lines: diagram.edges.map((edge, index) => ({ edge, points: levelled(pointsOf(root.edges?.[index], boxOf)) })),
  };
}

/** A group's box without the room on the left that is for the bends of edges. */
function close(box: Box, inside: readonly Box[]): Box {
  if (inside.length === 0) return box;
  const x = Math.min(...inside.map((each) => each.x)) - GROUP_PADDING;
  return { ...box, x, width: box.x + box.width - x };
}

function pointsOf(edge: ElkExtendedEdge | undefined, boxOf: (id: string) => Box): ElkPoint[] {
  // An edge's points count from the corner of the group that holds both its ends.
  const corner = boxOf(edge?.container ?? 'diagram');
  return (edge?.sections ?? [])
    .flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint])
    .map(({ x, y }) => ({ x: x + corner.x, y: y + corner.y }));
}

/** Without the small steps of a line that is nearly level: rows leave room for so much. */
function levelled(points: readonly ElkPoint[]): ElkPoint[] {
  const ys = points.map(({ y }) => y);
  for (const [index, y] of ys.entries()) {
    const before = ys[index - 1];
    if (before === undefined || before === y || Math.abs(before - y) > LEVEL) continue;
    for (let at = index - 1; ys[at] === before; at -= 1) ys[at] = y;
  }
  return points
    .map(({ x }, index) => ({ x, y: ys[index] ?? 0 }))
    .filter(({ y }, index, all) => index === 0 || all[index - 1]?.y !== y || all[index + 1]?.y !== y);
}

function parentsFirst(groups: readonly DiagramGroup[]): DiagramGroup[] {
  return [...groups].sort((one, other) => Number(one.parent !== undefined) - Number(other.parent !== undefined));
}

function groupId(id: string): string {
  return `group ${id}`;
}

function portId({ kind, from, to }: DiagramEdge, way: 'in' | 'out'): string {
  const { node, row = '' } = way === 'in' ? to : from;
  return `${node} ${row} ${kind} ${way}`;
}
