import { attributes, type XmlElement } from '../../../constructs/git/tomcat-xml';
import { xmlText } from '../../../constructs/xml-text';
import { PILL_PADDING, type CardRow } from './card';

/** Pixels from the middle of a line to where its letters stand, which not every program finds by itself. */
const BASELINE: Readonly<Record<string, number>> = { heading: 6, title: 5, 'engine-title': 4.5 };

/** A line of text, whose middle is at `y`. */
export function addText(parent: XmlElement, text: string, x: number, y: number, style: string): void {
  parent
    .ele('text', attributes({ class: style, x: round(x), y: round(y + (BASELINE[style] ?? 4)) }))
    .txt(xmlText(text));
}

/** The number of a port: filled where the host has it, too. */
export function addPill(
  parent: XmlElement,
  x: number,
  y: number,
  { text, width, isPublished }: NonNullable<CardRow['pill']>,
): void {
  const style = isPublished ? 'published' : 'inside';
  parent.ele('rect', attributes({ class: `pill-box ${style}`, x, y: round(y - 8), width, height: 16, rx: 4 }));
  addText(parent, text, x + PILL_PADDING, y, `pill ${style}`);
}

/** A cylinder for a volume, a key for a certificate. */
export function addSymbol(parent: XmlElement, symbol: 'volume' | 'certificate', x: number, y: number): void {
  const top = y - 5;
  const style = symbol === 'volume' ? 'mount' : 'certificate';
  const d =
    symbol === 'volume'
      ? `M ${x} ${top} v 9.5 a 5 2 0 0 0 10 0 v -9.5 a 5 2 0 0 0 -10 0 a 5 2 0 0 0 10 0`
      : `M ${x} ${y - 2.5} a 3 3 0 1 0 6 0 a 3 3 0 1 0 -6 0 M ${x + 5.2} ${y - 0.4} l 5 5 m -2 -2 l 2 -2`;
  parent.ele('path', attributes({ class: `symbol ${style}`, d }));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
