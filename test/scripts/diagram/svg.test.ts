import fc from 'fast-check';
import { DiagramBuilder } from '../../../scripts/diagram/diagram-builder';
import { plainText } from '../../../scripts/diagram/diagram-text';
import type { Diagram } from '../../../scripts/diagram/diagram';
import { drawnStacks } from '../../../scripts/diagram/drawn-stacks';
import { readDiagram } from '../../../scripts/diagram/read-diagram';
import { renderSvg } from '../../../scripts/diagram/svg/svg';
import { readSettings } from '../../../stacks/settings';
import { all, only, parseXml, texts, type Element } from '../../git/xml';
import { anyString } from '../../properties/arbitraries';
import { everything, HIDDEN } from './everything';

const diagrams = [...drawnStacks(readSettings({})).values(), readDiagram(everything())];

describe.each(diagrams.map((diagram) => [diagram.title, diagram] as const))('%s', (title, diagram) => {
  let text = '';
  let svg: Element;
  beforeAll(async () => {
    text = await renderSvg(diagram);
    svg = parseXml(text);
  });

  test('all that is in the diagram is written', () => {
    const written = texts(svg, 'text').join('\n').replaceAll(/\s/g, '');
    for (const { title: node, subtitle, rows } of diagram.nodes) {
      for (const said of [node, subtitle, ...rows.flatMap(({ text: said, note }) => [said, note])]) {
        expect(written).toContain(said.replaceAll(/\s/g, ''));
      }
    }
    for (const { name } of diagram.networks) expect(written).toContain(name);
  });

  test('it has a line for each edge', () => {
    const lines = all(svg, 'path').filter(({ attributes }) => /^line /.test(attributes['class'] ?? ''));
    // Three more are in the legend
    expect(lines).toHaveLength(diagram.edges.length + 3);
  });

  test('it says in words what it shows', () => {
    expect(svg.attributes).toMatchObject({ role: 'img', 'aria-labelledby': 'title desc' });
    expect(only(svg, 'title')).toMatchObject({ attributes: { id: 'title' }, text: `Topology of ${title}` });
    const { attributes, text: description } = only(svg, 'desc');
    expect(attributes['id']).toBe('desc');
    for (const { title: node } of diagram.nodes) expect(description).toContain(node);
  });

  test('it runs nothing and loads nothing', () => {
    expect(elementNames(svg)).toEqual(['desc', 'g', 'line', 'path', 'rect', 'style', 'svg', 'text', 'title']);
    const attributes = elements(svg).flatMap((element) => Object.entries(element.attributes));
    expect(attributes.filter(([name, value]) => /^on|href|src/i.test(name) || /url\(|script/i.test(value))).toEqual([]);
    expect(only(svg, 'style').text).not.toMatch(/url\(|@import|@font-face/);
    expect(text).not.toMatch(/<!DOCTYPE|<!ENTITY|<\?(?!xml )/);
  });

  test('nothing secret is in it, and no name of an environment', () => {
    for (const hidden of HIDDEN) expect(text).not.toContain(hidden);
  });
});

test('a long title has room', async () => {
  const { attributes } = parseXml(await renderSvg(built('x'.repeat(200))));
  expect(Number(attributes['width'])).toBeGreaterThan(200 * 10);
});

test('the same stack is the same picture, whenever it is declared', async () => {
  const [one, other] = [1, 2].map(() => drawnStacks(readSettings({})).get('https-proxy') ?? built());
  if (one === undefined || other === undefined) throw new Error('not drawn');
  expect(await renderSvg(one)).toBe(await renderSvg(other));
});

// The parser of the test reads `&amp;#60;` as `<`, which is not what it means; test/xml-text.test.ts has these.
const name = anyString.filter((text) => !/&#\d+;/.test(text));

test('whatever a name holds, it stays text', async () => {
  const names = elementNames(parseXml(await renderSvg(built())));
  await fc.assert(
    fc.asyncProperty(name, name, name, async (title, subtitle, note) => {
      const svg = parseXml(await renderSvg(built(title, subtitle, note)));
      const written = texts(svg, 'text').join('').replaceAll(/\s/g, '');
      for (const said of [title, subtitle, note]) expect(written).toContain(plainText(said).replaceAll(/\s/g, ''));
      expect(elementNames(svg)).toEqual(names);
    }),
    { numRuns: 20 },
  );
});

test.each([
  ['<script>alert(1)</script>'],
  [']]> & "quotes" \'both\''],
  ['&lt;svg onload=alert(1)&gt; R&D; &nbsp;'],
  ['a -- b --> <!-- c'],
])('%s is written as it stands', async (name) => {
  const svg = parseXml(await renderSvg(built('x', name)));
  expect(texts(svg, 'text').join('').replaceAll(/\s/g, '')).toContain(name.replaceAll(/\s/g, ''));
  expect(all(svg, 'script')).toEqual([]);
});

/** A diagram of two nodes with these names. */
function built(title = 'title', name = 'name', note = 'note'): Diagram {
  const builder = new DiagramBuilder();
  builder.network({ id: 'network', name: 'front', notes: [] });
  const group = builder.group({ id: 'group', kind: 'networks', title: 'group', note: '', networks: ['network'] });
  const node = builder.node('one', 'service', title, name, group);
  const from = builder.row(node, { kind: 'directory', text: name, note });
  const to = builder.row(builder.node('two', 'elsewhere', name, note), {
    kind: 'port',
    text: title,
    port: { inside: 1, outside: [] },
  });
  builder.edge('request', from, to, note);
  return builder.build(title);
}

function elementNames(element: Element): string[] {
  return [...new Set(elements(element).map(({ name }) => name))].sort();
}

function elements(element: Element): readonly Element[] {
  return [element, ...element.children.flatMap(elements)];
}
