import { portText, type Diagram, type DiagramEnd } from './diagram';

/** A diagram in words, for who does not see it: what there is, and what leads where. */
export function describe(diagram: Diagram): string {
  const titles = new Map(diagram.nodes.map(({ id, title }) => [id, title]));
  const title = ({ node }: DiagramEnd): string => titles.get(node) ?? node;
  const groups = new Map(diagram.groups.map((group) => [group.id, group.title]));
  const nodes = diagram.nodes.map(({ title, subtitle, group, rows }) => {
    const where = group === undefined ? '' : ` (${groups.get(group) ?? group})`;
    const lines = rows.map(({ kind, text, note, port }) =>
      [
        ...(port === undefined ? [] : [`port ${portText(port)}`]),
        ...(kind === 'volume' || kind === 'mount' ? ['volume'] : []),
        text,
        ...(note === '' ? [] : [`(${note})`]),
      ].join(' '),
    );
    return `${[`${title}${where}`, subtitle, lines.join('; ')].filter((part) => part !== '').join(': ')}.`;
  });
  const edges = diagram.edges.map(
    ({ from, to, label }) => `${title(from)} to ${title(to)}${label === '' ? '' : ` (${label})`}.`,
  );
  return [...nodes, ...edges].join(' ');
}
