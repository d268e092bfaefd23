import { drawnStacks } from '../../../scripts/diagram/drawn-stacks';
import { readDiagram } from '../../../scripts/diagram/read-diagram';
import { SMALL, TEXT, TITLE, type Card, type CardText } from '../../../scripts/diagram/svg/card';
import { groupHead } from '../../../scripts/diagram/svg/group-head';
import { GROUP_HEAD, layOut, type Box, type Layout } from '../../../scripts/diagram/svg/layout';
import { textWidth } from '../../../scripts/diagram/svg/text-width';
import { readSettings } from '../../../stacks/settings';
import { everything } from './everything';

const diagrams = [...drawnStacks(readSettings({})).values(), readDiagram(everything())];
const SIZES = { title: TITLE, subtitle: SMALL, text: TEXT, note: SMALL } as const;

describe.each(diagrams.map((diagram) => [diagram.title, diagram] as const))('%s', (_title, diagram) => {
  let layout: Layout;
  beforeAll(async () => {
    layout = await layOut(diagram);
  });
  const boxOf = (id: string): Box => {
    const found = [
      ...layout.cards.filter(({ card }) => card.node.id === id),
      ...layout.groups.filter(({ group }) => group.id === id),
    ];
    expect(found).toHaveLength(1);
    return found[0]?.box ?? { x: 0, y: 0, width: 0, height: 0 };
  };

  test('everything is placed, within the picture', () => {
    const all: Box = { x: 0, y: 0, width: layout.width, height: layout.height };
    expect(layout.cards).toHaveLength(diagram.nodes.length);
    for (const { box } of [...layout.cards, ...layout.groups]) expect(holds(all, box)).toBe(true);
    for (const { points } of layout.lines) {
      for (const { x, y } of points) expect(holds(all, { x, y, width: 0, height: 0 })).toBe(true);
    }
  });

  test('texts are in their card, and not on each other', () => {
    for (const { card, box } of layout.cards) {
      expect(box.width).toBe(card.width);
      const lines = card.texts.map((text) => boxOfText(text));
      const pills = card.rows.flatMap(({ pill, y }) =>
        pill === undefined ? [] : [{ x: 12, y: y - 8, width: pill.width, height: 16 }],
      );
      const whole: Box = { x: 0, y: 0, width: box.width, height: box.height };
      for (const line of [...lines, ...pills]) expect(holds(whole, line)).toBe(true);
      expect(overlaps([...lines, ...pills])).toEqual([]);
    }
  });

  test('cards are in their group, groups in theirs, and none on another', () => {
    expect(overlaps(layout.cards.map(({ box }) => box))).toEqual([]);
    expect(overlaps(layout.groups.filter(({ group }) => group.kind === 'networks').map(({ box }) => box))).toEqual([]);
    for (const { card, box } of layout.cards) {
      if (card.node.group !== undefined) expect(holds(below(boxOf(card.node.group)), box)).toBe(true);
    }
    for (const { group, box } of layout.groups) {
      if (group.parent !== undefined) expect(holds(below(boxOf(group.parent)), box)).toBe(true);
      expect(groupHead(group, diagram.networks).width).toBeLessThanOrEqual(box.width);
    }
  });

  test('lines begin and end at the row that they are of, and go around all cards and titles', () => {
    const heads = layout.groups.map(({ group, box }) => ({
      ...box,
      width: groupHead(group, diagram.networks).width,
      height: GROUP_HEAD - 4,
    }));
    const cards = layout.cards.map(({ box }) => box);
    for (const { edge, points } of layout.lines) {
      const start = boxOf(edge.from.node);
      const end = boxOf(edge.to.node);
      expect(points[0]?.x).toBeCloseTo(start.x + start.width);
      expect(points.at(-1)?.x).toBeCloseTo(end.x);
      expect(Math.abs((points[0]?.y ?? 0) - rowY(layout, edge.from))).toBeLessThanOrEqual(6);
      expect(Math.abs((points.at(-1)?.y ?? 0) - rowY(layout, edge.to))).toBeLessThanOrEqual(7);
      for (const [index, point] of points.entries()) {
        const next = points[index + 1];
        if (next === undefined) continue;
        // What only touches is not in the way.
        const segment = smaller(between(point, next));
        expect(cards.filter((box) => overlap(smaller(box), segment))).toEqual([]);
        expect(heads.filter((box) => overlap(box, segment))).toEqual([]);
      }
    }
  });
});

test('a stack is laid out within a second, so that the unit tests stay quick', async () => {
  const [first] = diagrams;
  if (first === undefined) throw new Error('no diagram');
  await layOut(first);
  const started = process.cpuUsage();
  await layOut(first);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1e6).toBeLessThan(1);
});

function boxOfText({ text, x, y, style }: CardText): Box {
  const size = SIZES[style];
  return { x, y: y - size.size / 2, width: textWidth(text, size), height: size.size };
}

function rowY({ cards }: Layout, { node, row }: { readonly node: string; readonly row?: string }): number {
  const placed = cards.find(({ card }) => card.node.id === node);
  if (placed === undefined) throw new Error(`${node} is not placed`);
  const { rows, titleY }: Card = placed.card;
  return placed.box.y + (rows.find((each) => each.row.id === row)?.y ?? titleY);
}

/** A group without its title. */
function below({ x, y, width, height }: Box): Box {
  return { x, y: y + GROUP_HEAD, width, height: height - GROUP_HEAD };
}

function between(from: { x: number; y: number }, to: { x: number; y: number }): Box {
  const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  return { x, y, width: Math.abs(from.x - to.x), height: Math.abs(from.y - to.y) };
}

function smaller({ x, y, width, height }: Box): Box {
  return { x: x + 1, y: y + 0.01, width: Math.max(width - 2, 0.01), height: Math.max(height - 0.02, 0.01) };
}

function holds(outer: Box, inner: Box): boolean {
  const more = 0.5;
  return (
    inner.x >= outer.x - more &&
    inner.y >= outer.y - more &&
    inner.x + inner.width <= outer.x + outer.width + more &&
    inner.y + inner.height <= outer.y + outer.height + more
  );
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function overlaps(boxes: readonly Box[]): [Box, Box][] {
  return boxes.flatMap((box, index) =>
    boxes
      .slice(index + 1)
      .filter((other) => overlap(box, other))
      .map((other): [Box, Box] => [box, other]),
  );
}
