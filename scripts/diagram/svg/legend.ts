import { attributes, type XmlElement } from '../../../constructs/git/tomcat-xml';
import { SMALL, SYMBOL } from './card';
import { addPill, addSymbol, addText } from './marks';
import { textWidth } from './text-width';

/** With the room above it. */
export const LEGEND_HEIGHT = 36;

const GAP = 18;
const PILL = 24;
const LINE = 26;

interface Item {
  readonly text: string;
  readonly width: number;
  readonly add: (parent: XmlElement, x: number, y: number) => void;
}

const ITEMS: readonly Item[] = [
  { text: 'port of the host', width: PILL + 6, add: (parent, x, y) => addPill(parent, x, y, pill(true)) },
  {
    text: 'port inside the networks only',
    width: PILL + 6,
    add: (parent, x, y) => addPill(parent, x, y, pill(false)),
  },
  { text: 'connects to', width: LINE + 6, add: (parent, x, y) => addLine(parent, 'request', x, y) },
  { text: 'certificate', width: LINE + SYMBOL + 4, add: (parent, x, y) => addLine(parent, 'certificate', x, y) },
  { text: 'volume', width: SYMBOL, add: (parent, x, y) => addSymbol(parent, 'volume', x, y) },
  { text: 'shares a volume', width: LINE + 6, add: (parent, x, y) => addLine(parent, 'mount', x, y) },
];

/** What the signs mean, in one line. */
export function addLegend(parent: XmlElement, left: number, y: number): void {
  let x = left;
  for (const { text, width, add } of ITEMS) {
    add(parent, x, y);
    addText(parent, text, x + width, y, 'note');
    x += width + textWidth(text, SMALL) + GAP;
  }
}

export function legendWidth(): number {
  return ITEMS.reduce((sum, { text, width }) => sum + width + textWidth(text, SMALL) + GAP, -GAP);
}

function pill(isPublished: boolean): { text: string; width: number; isPublished: boolean } {
  return { text: '', width: PILL, isPublished };
}

function addLine(parent: XmlElement, kind: 'request' | 'certificate' | 'mount', x: number, y: number): void {
  parent.ele('path', attributes({ class: `line ${kind}`, d: `M ${x} ${y} h ${LINE}` }));
  if (kind === 'certificate') addSymbol(parent, 'certificate', x + LINE + 4, y);
}
