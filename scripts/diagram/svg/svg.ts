import { create } from 'xmlbuilder2';
import { attributes, type Attributes, type XmlElement } from '../../../constructs/git/tomcat-xml';
import { xmlText } from '../../../constructs/xml-text';
import type { Diagram, DiagramEdge } from '../diagram';
import { describe } from '../description';
import { PADDING, type Card } from './card';
import { groupHead } from './group-head';
import { GROUP_HEAD, layOut, type Box, type Layout } from './layout';
import { addLegend, LEGEND_HEIGHT, legendWidth } from './legend';
import { addPill, addSymbol, addText } from './marks';
import { NETWORK_COLOURS, styleSheet } from './style';
import { textWidth, type TextSize } from './text-width';

/** Around the picture. */
const MARGIN = 20;
const HEADING = 34;
const TITLE: TextSize = { size: 17, bold: true };
const ARROW = 7;
const BEND = 6;

/** The picture as SVG 1.1: one file that loads nothing and runs nothing, light or dark as who looks at it prefers. */
export async function renderSvg(diagram: Diagram): Promise<string> {
  const layout = await layOut(diagram);
  const width = Math.ceil(Math.max(layout.width, legendWidth(), textWidth(diagram.title, TITLE)) + 2 * MARGIN);
  const height = Math.ceil(layout.height + HEADING + LEGEND_HEIGHT + 2 * MARGIN);
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const svg = document.ele('http://www.w3.org/2000/svg', 'svg', {
    width: String(width),
    height: String(height),
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-labelledby': 'title desc',
  });
  svg.ele('title', { id: 'title' }).txt(xmlText(`Topology of ${diagram.title}`));
  svg.ele('desc', { id: 'desc' }).txt(xmlText(describe(diagram)));
  svg.ele('style').txt(styleSheet());
  add(svg, 'rect', { class: 'ground', width, height, rx: 8 });
  addText(svg, diagram.title, MARGIN, MARGIN + 8, 'heading');
  const body = svg.ele('g', { transform: `translate(${MARGIN} ${MARGIN + HEADING})` });
  addBody(body, diagram, layout);
  addLegend(svg, MARGIN, height - MARGIN - LEGEND_HEIGHT / 2 + 8);
  return `${document.end({ prettyPrint: true })}\n`;
}

function addBody(svg: XmlElement, diagram: Diagram, { groups, cards, lines }: Layout): void {
  for (const { group, box } of groups) {
    add(svg, 'rect', { class: `group ${group.kind}`, ...rounded(box), rx: 8 });
    const head = groupHead(group, diagram.networks);
    const y = box.y + GROUP_HEAD / 2 + 2;
    addText(svg, head.title, box.x + 12, y, group.kind === 'engine' ? 'engine-title' : 'subtitle');
    if (head.note !== '') addText(svg, head.note, box.x + head.noteX, y, 'note');
    for (const { text, x, width, index } of head.chips) {
      const network = `network-${index % NETWORK_COLOURS.length}`;
      add(svg, 'rect', { class: `chip-box ${network}`, x: r(box.x + x), y: r(y - 9), width, height: 18, rx: 9 });
      addText(svg, text, box.x + x + 8, y, `chip ${network}`);
    }
  }
  for (const { card, box } of cards) addCard(svg, card, box);
  for (const { edge, points } of lines) addLine(svg, edge, points);
}

function addCard(svg: XmlElement, { node, texts, rows, ruleY, width }: Card, box: Box): void {
  const group = svg.ele('g', { transform: `translate(${r(box.x)} ${r(box.y)})` });
  const corner = node.kind === 'client' ? box.height / 2 : 6;
  add(group, 'rect', { class: `card ${node.kind}`, width: r(box.width), height: r(box.height), rx: r(corner) });
  if (ruleY !== undefined) add(group, 'line', { class: 'rule', x1: 0, x2: width, y1: ruleY, y2: ruleY });
  for (const { y, pill, symbol } of rows) {
    if (pill !== undefined) addPill(group, PADDING, y, pill);
    if (symbol !== undefined) addSymbol(group, symbol, PADDING, y);
  }
  for (const { text, x, y, style } of texts) addText(group, text, x, y, style);
}

/** All edges end from the left, so that every arrow points to the right. */
function addLine(svg: XmlElement, { kind }: DiagramEdge, points: Layout['lines'][number]['points']): void {
  const end = points.at(-1);
  if (end === undefined) return;
  const path = points.map((point, index) => (index === points.length - 1 ? { ...point, x: point.x - ARROW } : point));
  add(svg, 'path', { class: `line ${kind}`, d: bent(path) });
  const { x, y } = end;
  add(svg, 'path', {
    class: `head ${kind}`,
    d: `M ${r(x)} ${r(y)} L ${r(x - ARROW - 1)} ${r(y - 4)} L ${r(x - ARROW - 1)} ${r(y + 4)} Z`,
  });
}

/** A path of straight lines with round corners. */
function bent(points: Layout['lines'][number]['points']): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      const after = points[index + 1];
      if (before === undefined) return `M ${r(point.x)} ${r(point.y)}`;
      if (after === undefined) return `L ${r(point.x)} ${r(point.y)}`;
      const near = towards(point, before);
      const far = towards(point, after);
      return `L ${r(near.x)} ${r(near.y)} Q ${r(point.x)} ${r(point.y)} ${r(far.x)} ${r(far.y)}`;
    })
    .join(' ');
}

function towards(from: { x: number; y: number }, to: { x: number; y: number }): { x: number; y: number } {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const share = distance === 0 ? 0 : Math.min(BEND, distance / 2) / distance;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function rounded({ x, y, width, height }: Box): Box {
  return { x: r(x), y: r(y), width: r(width), height: r(height) };
}

/** To a tenth of a pixel: what the layout computes beyond that is noise. */
function r(value: number): number {
  return Math.round(value * 10) / 10;
}

function add(parent: XmlElement, name: string, values: Attributes): void {
  parent.ele(name, attributes(values));
}
