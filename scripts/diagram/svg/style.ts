/** One colour of the picture, on a light and on a dark ground; both have a contrast of 4.5 or more where they are text. */
interface Colour {
  readonly light: string;
  readonly dark: string;
}

const COLOURS = {
  ground: { light: '#ffffff', dark: '#0d1117' },
  engine: { light: '#f6f8fa', dark: '#151b23' },
  networks: { light: '#eaeef2', dark: '#212830' },
  card: { light: '#ffffff', dark: '#0d1117' },
  border: { light: '#afb8c1', dark: '#4c5661' },
  text: { light: '#1f2328', dark: '#f0f6fc' },
  muted: { light: '#57606a', dark: '#9ca6b1' },
  request: { light: '#0550ae', dark: '#79c0ff' },
  certificate: { light: '#8a4600', dark: '#e3a857' },
  mount: { light: '#6639ba', dark: '#c6a5ff' },
} as const satisfies Readonly<Record<string, Colour>>;

/** Of networks, in turn. */
export const NETWORK_COLOURS: readonly Colour[] = [
  { light: '#0550ae', dark: '#79c0ff' },
  { light: '#116329', dark: '#7ee787' },
  { light: '#8a4600', dark: '#e3a857' },
  { light: '#6639ba', dark: '#c6a5ff' },
];

/** What is the same on any ground. */
const SHAPES = `
text { font-family: "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; font-size: 12px; }
.title { font-size: 14px; font-weight: 700; }
.engine-title { font-size: 13px; font-weight: 700; }
.heading { font-size: 17px; font-weight: 700; }
.subtitle, .note, .pill, .chip { font-size: 11px; }
.line { fill: none; stroke-width: 1.5; }
.line.certificate { stroke-dasharray: 6 4; }
.line.mount { stroke-dasharray: 1.5 3.5; stroke-linecap: round; }
.card.elsewhere { stroke-dasharray: 5 4; }
.symbol { fill: none; stroke-width: 1.4; }
`;

/** The style sheet of the picture: the light ground, and the dark one for who prefers that. */
export function styleSheet(): string {
  return `${SHAPES}${rules('light')}@media (prefers-color-scheme: dark) {\n${rules('dark')}}\n`;
}

function rules(ground: keyof Colour): string {
  const colour = (name: keyof typeof COLOURS): string => COLOURS[name][ground];
  const lines = [
    `.ground { fill: ${colour('ground')}; }`,
    `.group.engine { fill: ${colour('engine')}; stroke: ${colour('border')}; }`,
    `.group.networks { fill: ${colour('networks')}; stroke: none; }`,
    `.card { fill: ${colour('card')}; stroke: ${colour('border')}; }`,
    `.rule { stroke: ${colour('border')}; stroke-opacity: 0.5; }`,
    `.title, .text, .heading, .engine-title { fill: ${colour('text')}; }`,
    `.subtitle, .note { fill: ${colour('muted')}; }`,
    `.pill.published { fill: ${colour('card')}; }`,
    `.pill.inside { fill: ${colour('request')}; }`,
    `.pill-box { stroke: ${colour('request')}; fill: none; }`,
    `.pill-box.published { fill: ${colour('request')}; }`,
    ...(['request', 'certificate', 'mount'] as const).flatMap((kind) => [
      `.line.${kind}, .symbol.${kind} { stroke: ${colour(kind)}; }`,
      `.head.${kind} { fill: ${colour(kind)}; }`,
    ]),
    ...NETWORK_COLOURS.map(
      (network, index) =>
        `.chip-box.network-${index} { fill: none; stroke: ${network[ground]}; } .chip.network-${index} { fill: ${network[ground]}; }`,
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
