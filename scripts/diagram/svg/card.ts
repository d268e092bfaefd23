import { portText, type DiagramNode, type DiagramRow } from '../diagram';
import { textWidth, wrapped, type TextSize } from './text-width';

/** Sizes of a card, in pixels; the picture's text is as large. */
export const TITLE: TextSize = { size: 14, bold: true };
export const SMALL: TextSize = { size: 11 };
export const TEXT: TextSize = { size: 12 };
export const LINE = 17;
export const PADDING = 12;
/** Around the number of a port. */
export const PILL_PADDING = 7;
/** Of a symbol, with the room after it. */
export const SYMBOL = 18;
const GAP = 8;
const MOST_TEXT = 256;

/** A text at a place in its card. */
export interface CardText {
  readonly text: string;
  readonly x: number;
  /** Of the middle of the line. */
  readonly y: number;
  readonly style: 'title' | 'subtitle' | 'text' | 'note';
}

export interface CardRow {
  readonly row: DiagramRow;
  /** Of the middle of the row's first line: where edges begin and end. */
  readonly y: number;
  readonly pill?: { readonly text: string; readonly width: number; readonly isPublished: boolean };
  readonly symbol?: 'volume' | 'certificate';
}

/** A node as it is drawn: its size, and where in it everything is. */
export interface Card {
  readonly node: DiagramNode;
  readonly width: number;
  readonly height: number;
  readonly texts: readonly CardText[];
  readonly rows: readonly CardRow[];
  /** Of the line below title and subtitle; undefined where nothing is below them. */
  readonly ruleY: number | undefined;
  /** Of the middle of the title: where edges of the whole node begin and end. */
  readonly titleY: number;
}

export function cardOf(node: DiagramNode): Card {
  const texts: CardText[] = [];
  const rows: CardRow[] = [];
  let right = 0;
  let y = PADDING + LINE / 2 - 1;
  const write = (text: string, x: number, style: CardText['style'], size: TextSize): void => {
    texts.push({ text, x, y, style });
    right = Math.max(right, x + textWidth(text, size));
  };
  const titleY = y;
  for (const line of wrapped(node.title, MOST_TEXT, TITLE)) {
    write(line, PADDING, 'title', TITLE);
    y += LINE + 1;
  }
  for (const line of node.subtitle === '' ? [] : wrapped(node.subtitle, MOST_TEXT, SMALL)) {
    write(line, PADDING, 'subtitle', SMALL);
    y += LINE - 2;
  }
  const ruleY = node.rows.length === 0 ? undefined : y - LINE / 2 + 4;
  if (ruleY !== undefined) y += 9;
  for (const row of node.rows) {
    const { start, ...marks } = marksOf(row);
    rows.push({ row, y, ...marks });
    let end = start;
    for (const [index, line] of wrapped(row.text, MOST_TEXT, TEXT).entries()) {
      if (index > 0) y += LINE - 2;
      write(line, start, 'text', TEXT);
      end = start + textWidth(line, TEXT) + GAP;
    }
    if (row.note !== '') {
      const fits = end + textWidth(row.note, SMALL) <= start + MOST_TEXT;
      for (const [index, line] of (fits ? [row.note] : wrapped(row.note, MOST_TEXT, SMALL)).entries()) {
        if (!fits || index > 0) y += LINE - 2;
        write(line, fits ? end : start, 'note', SMALL);
      }
    }
    y += LINE + 3;
  }
  // After the last line: half of it is above its middle.
  const height = y - LINE / 2 + PADDING - (node.rows.length === 0 ? 2 : 5);
  return { node, width: right + PADDING, height, texts, rows, ruleY, titleY };
}

function marksOf(row: DiagramRow): Pick<CardRow, 'pill' | 'symbol'> & { readonly start: number } {
  if (row.port !== undefined) {
    const text = portText(row.port);
    const width = textWidth(text, SMALL) + 2 * PILL_PADDING;
    return { pill: { text, width, isPublished: row.port.outside.length > 0 }, start: PADDING + width + GAP };
  }
  if (row.kind === 'volume' || row.kind === 'mount') return { symbol: 'volume', start: PADDING + SYMBOL };
  if (row.kind === 'certificate') return { symbol: 'certificate', start: PADDING + SYMBOL };
  return { start: PADDING };
}
