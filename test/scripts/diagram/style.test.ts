import { styleSheet } from '../../../scripts/diagram/svg/style';

const [light = '', dark = ''] = styleSheet().split('@media (prefers-color-scheme: dark) {');
/** What texts of a class may stand on. */
const GROUNDS: Readonly<Record<string, readonly string[]>> = {
  title: ['card'],
  text: ['card'],
  note: ['card', 'ground', 'group.engine'],
  subtitle: ['card', 'group.networks'],
  heading: ['ground'],
  'engine-title': ['group.engine'],
  'pill.inside': ['card'],
  'pill.published': ['pill-box.published'],
  ...Object.fromEntries([0, 1, 2, 3].map((index) => [`chip.network-${index}`, ['group.networks']])),
};

describe.each([
  ['light', light],
  ['dark', dark],
])('on a %s ground', (_name, rules) => {
  test.each(Object.entries(GROUNDS))('text of %s can be read on %p (WCAG 2.2, 1.4.3)', (name, grounds) => {
    for (const ground of grounds) {
      expect([ground, contrast(fill(rules, name), fill(rules, ground)) >= 4.5]).toEqual([ground, true]);
    }
  });

  test.each(['line.request', 'line.certificate', 'line.mount'])('%s can be seen (WCAG 2.2, 1.4.11)', (name) => {
    const stroke = value(rules, name, 'stroke');
    for (const ground of ['ground', 'group.engine', 'group.networks']) {
      expect(contrast(stroke, fill(rules, ground))).toBeGreaterThanOrEqual(3);
    }
  });
});

function fill(rules: string, name: string): string {
  return value(rules, name, 'fill');
}

/** The last colour that the rules give what has all these classes. */
function value(rules: string, name: string, property: string): string {
  const found = Array.from(rules.matchAll(/([^{}\n]+)\{([^}]*)\}/g))
    .filter(([, selectors = '']) => selectors.split(',').some((selector) => selector.trim() === `.${name}`))
    .flatMap(([, , body = '']) => new RegExp(`(?:^|[ ;])${property}: (#[0-9a-f]{6});`).exec(body)?.[1] ?? []);
  const last = found.at(-1);
  if (last === undefined) throw new Error(`no ${property} of ${name}`);
  return last;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance of sRGB. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
