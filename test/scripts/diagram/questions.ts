import type { Diagram, DiagramEnd, DiagramNode } from '../../../scripts/diagram/diagram';

/** The node of a kind with a title. */
export function find({ nodes }: Diagram, title: string, kind: DiagramNode['kind']): DiagramNode {
  const found = nodes.find((each) => each.title === title && each.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} ${title} among ${nodes.map((each) => each.title).join(', ')}`);
  return found;
}

/** Edges as they read: where from, with what label, where to. */
export function edges({ nodes, edges: all }: Diagram): string[] {
  const titles = new Map(nodes.map(({ id, title }) => [id, title]));
  const end = ({ node, row }: DiagramEnd): string => {
    const text = nodes.find(({ id }) => id === node)?.rows.find(({ id }) => id === row)?.text;
    return `${titles.get(node) ?? '?'}${text === undefined ? '' : `: ${text}`}`;
  };
  return all.map(({ from, to, label }) => `${titles.get(from.node) ?? '?'} -${label}-> ${end(to)}`);
}

/** Titles of the nodes of some kinds. */
export function titlesOf({ nodes }: Diagram, ...kinds: readonly DiagramNode['kind'][]): string[] {
  return nodes.filter(({ kind }) => kinds.includes(kind)).map(({ title }) => title);
}
