/**
 * Widths of characters in em, those of DejaVu Sans, the widest of the fonts that a browser takes for the picture's: no font is
 * asked, so that the picture is the same everywhere, and a narrower one leaves room.
 */
const WIDTHS: Readonly<Record<string, string>> = {
  '0.28': "'ijl",
  '0.31': 'IJ',
  '0.34': ' ,./:;\\|·',
  '0.41': '-f()[]!tr',
  '0.52': '"*_`s?z',
  '0.58': 'cLFk',
  '0.64': 'vxyPTYaeo$0123456789ESbdghnpqu{}',
  '0.71': 'KABVXZCR',
  '0.79': 'UNHD&GOQ',
  '0.87': 'w#+<=>^~M→',
};
/** Of all others: the wide ones, and scripts whose signs are as wide as high. */
const OTHERWISE = 1;
const BOLD = 1.15;

const WIDTH_OF = new Map(
  Object.entries(WIDTHS).flatMap(([width, characters]) =>
    Array.from(characters, (character) => [character, Number(width)] as const),
  ),
);

export interface TextSize {
  /** Pixels. */
  readonly size: number;
  readonly bold?: boolean;
}

/** Pixels that a text takes at most. */
export function textWidth(text: string, { size, bold = false }: TextSize): number {
  const em = Array.from(text).reduce((sum, character) => sum + (WIDTH_OF.get(character) ?? OTHERWISE), 0);
  return Math.ceil(em * size * (bold ? BOLD : 1));
}

/** The text in lines of at most `width` pixels: broken at spaces, and within a word, after a sign if it has one, where it alone is longer. */
export function wrapped(text: string, width: number, size: TextSize): string[] {
  const fits = (line: string): boolean => textWidth(line, size) <= width;
  const pieces = text
    .split(/(?<= )/)
    .flatMap((word) => (fits(word.trimEnd()) ? [word] : filled(word.split(/(?<=[/,.=:@-])/), fits)))
    .flatMap((part) => (fits(part.trimEnd()) ? [part] : filled(Array.from(part), fits)));
  return filled(pieces, fits).map((line) => line.trimEnd());
}

/** The pieces in a row, as many in a line as fit. */
function filled(pieces: readonly string[], fits: (line: string) => boolean): string[] {
  const [first = '', ...others] = pieces;
  const lines = [first];
  for (const piece of others) {
    const longer = `${lines.at(-1) ?? ''}${piece}`;
    if (fits(longer.trimEnd())) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines;
}
