import type { DiagramGroup, DiagramNetwork } from '../diagram';
import { SMALL } from './card';
import { textWidth } from './text-width';

/** A network's name in the title of a group, in the network's colour. */
export interface Chip {
  readonly text: string;
  /** From the left edge of the group. */
  readonly x: number;
  readonly width: number;
  /** Which of the names of the diagram's networks it has, from 0: networks of one name have one colour. */
  readonly index: number;
}

const MARGIN = 12;
const CHIP_PADDING = 8;
const GAP = 6;

export interface GroupHead {
  readonly title: string;
  readonly note: string;
  readonly noteX: number;
  readonly chips: readonly Chip[];
  readonly width: number;
}

/** The first line of a group: an engine's title and note, or what networks its services are on. */
export function groupHead(group: DiagramGroup, networks: readonly DiagramNetwork[]): GroupHead {
  const title = group.kind === 'networks' ? `network${group.networks.length > 1 ? 's' : ''}` : group.title;
  let x = MARGIN + textWidth(title, group.kind === 'networks' ? SMALL : { size: 13, bold: true }) + GAP;
  const chips: Chip[] = [];
  for (const id of group.networks) {
    const { name = id, notes = [] } = networks.find((network) => network.id === id) ?? {};
    const index = [...new Set(networks.map((network) => network.name))].indexOf(name);
    const text = [name, ...notes].join(' · ');
    const width = textWidth(text, SMALL) + 2 * CHIP_PADDING;
    chips.push({ text, x, width, index });
    x += width + GAP;
  }
  const noteX = x + GAP;
  return { title, note: group.note, noteX, chips, width: noteX + textWidth(group.note, SMALL) + MARGIN };
}
