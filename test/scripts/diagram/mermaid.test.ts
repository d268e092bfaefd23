import fc from 'fast-check';
import type { Diagram } from '../../../scripts/diagram/diagram';
import { DiagramBuilder } from '../../../scripts/diagram/diagram-builder';
import { plainText } from '../../../scripts/diagram/diagram-text';
import { drawnStacks } from '../../../scripts/diagram/drawn-stacks';
import { renderMermaid } from '../../../scripts/diagram/mermaid';
import { readDiagram } from '../../../scripts/diagram/read-diagram';
import { readSettings } from '../../../stacks/settings';
import { anyString, RUNS } from '../../properties/arbitraries';
import { everything, HIDDEN } from './everything';

const LABEL = /"((?:[\p{L}\p{N} ,./:=()→-]|#\d+;|<br\/>)*)"/u.source;
/** Every line that a flowchart may have here; Mermaid itself is too large to be asked. */
const LINES: readonly RegExp[] = [
  /^flowchart LR$/,
  /^ {2}accTitle: Topology of [\w .-]*$/,
  new RegExp(`^ +subgraph g\\d+\\[${LABEL}\\]$`, 'u'),
  /^ +end$/,
  new RegExp(`^ +[nv]\\d+(?:\\[|\\(\\[|\\[\\[|\\[\\(|\\{\\{)${LABEL}(?:\\]|\\]\\)|\\]\\]|\\)\\]|\\}\\})$`, 'u'),
  new RegExp(`^ {2}n\\d+ (?:-->|-\\.->)(?:\\|${LABEL}\\|)? n\\d+$`, 'u'),
  /^ {2}n\d+ (?:---|-\.-) v\d+$/,
  /^ {2}classDef elsewhere stroke-dasharray: 5 4$/,
  /^ {2}class n\d+(,n\d+)* elsewhere$/,
];

/** As Mermaid shows a label. */
function shown(label: string): string {
  return label.replaceAll('<br/>', '\n').replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

/** Checks that each line is of a known form, that names are declared before they are used, and that groups end. */
function checked(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  expect(lines.filter((line) => !LINES.some((pattern) => pattern.test(line)))).toEqual([]);
  const declared = lines.flatMap((line) => /^ *(?:subgraph )?([gnv]\d+)[[({]/.exec(line)?.[1] ?? []);
  expect(new Set(declared).size).toBe(declared.length);
  const used = lines.flatMap((line) => /^ +(n\d+) \S.* ([nv]\d+)$/.exec(line)?.slice(1) ?? []);
  expect(used.filter((name) => !declared.includes(name))).toEqual([]);
  expect(lines.filter((line) => /^ +subgraph/.test(line))).toHaveLength(
    lines.filter((line) => /^ +end$/.test(line)).length,
  );
  return lines;
}

describe.each(
  [...drawnStacks(readSettings({})).values(), readDiagram(everything())].map(
    (diagram) => [diagram.title, diagram] as const,
  ),
)('%s', (_title, diagram) => {
  const text = renderMermaid(diagram);
  const lines = checked(text);
  const labels = lines.flatMap((line) => /^ +[nv]\d+[[({]+"(.*)"/.exec(line)?.[1] ?? []).map(shown);

  test('every node is in it once, with all that it says', () => {
    const volumes = diagram.nodes.flatMap(({ rows }) => rows.filter(({ kind }) => kind === 'volume'));
    expect(labels).toHaveLength(diagram.nodes.length + volumes.length);
    for (const { title, subtitle, rows } of diagram.nodes) {
      const said = rows.filter(({ kind }) => kind !== 'volume' && kind !== 'mount').map(({ text: row }) => row);
      const own = labels.filter((label) => label.startsWith(title) && said.every((row) => label.includes(row)));
      expect(own.some((label) => label.includes(subtitle))).toBe(true);
    }
    for (const { text: name } of volumes) expect(labels.some((label) => label.startsWith(name))).toBe(true);
  });

  test('every group is in it, within the one that it is in', () => {
    expect(lines.filter((line) => /^ +subgraph/.test(line))).toHaveLength(diagram.groups.length);
    for (const { title, kind } of diagram.groups) {
      const depth = kind === 'engine' ? 2 : 4;
      expect(
        lines.some((line) => shown(line).startsWith(`${' '.repeat(depth)}subgraph`) && shown(line).includes(title)),
      ).toBe(true);
    }
  });

  test('every edge is in it', () => {
    for (const { label, kind } of diagram.edges) {
      if (kind !== 'mount' && label !== '')
        expect(lines.some((line) => shown(line).includes(`|"${label}"|`))).toBe(true);
    }
    const mounts = diagram.edges.filter(({ kind }) => kind === 'mount').length;
    expect(lines.filter((line) => line.includes(' -.- '))).toHaveLength(mounts);
  });

  test('nothing secret is in it, and no name of an environment', () => {
    for (const hidden of HIDDEN) expect(text).not.toContain(hidden);
  });
});

test('a diagram of one of each', () => {
  expect(renderMermaid(built('git "x"', 'R&D', '<none>'))).toBe(
    `flowchart LR
  accTitle: Topology of git  x 
  subgraph g1["networks (git #34;x#34;)"]
    n1["git #34;x#34;<br/>R#38;D<br/>443 → 8443: #60;none#62;"]
    v1[("R#38;D (#60;none#62;)")]
    n2["other"]
  end
  n3["elsewhere"]
  n1 --- v1
  n1 -->|"#60;none#62;"| n3
  n2 -.- v1
  classDef elsewhere stroke-dasharray: 5 4
  class n3 elsewhere
`,
  );
});

test('whatever a name holds, it is a label and is shown as it is', () => {
  fc.assert(
    fc.property(anyString, anyString, anyString, (title, name, note) => {
      const lines = checked(renderMermaid(built(title, name, note)));
      const label = lines.find((line) => /^ +n1\[/.test(line)) ?? '';
      const subtitle = plainText(name);
      const said = [plainText(title), ...(subtitle === '' ? [] : [subtitle]), `443 → 8443: ${plainText(note)}`];
      expect(shown(label)).toBe(`    n1["${said.join('\n')}"]`);
    }),
    RUNS,
  );
});

/** A diagram with a node of each kind of edge, and these names. */
function built(title: string, name: string, note: string): Diagram {
  const builder = new DiagramBuilder();
  const group = builder.group({ id: 'group', kind: 'networks', title: 'networks', note: title, networks: [] });
  const node = builder.node('one', 'service', title, name, group);
  const port = builder.row(node, { kind: 'port', text: note, port: { inside: 8443, outside: ['443'] } });
  const volume = builder.row(node, { kind: 'volume', text: name, note });
  const other = builder.node('two', 'service', 'other', '', group);
  const mount = builder.row(other, { kind: 'mount', text: name });
  builder.edge('request', port, builder.node('three', 'elsewhere', 'elsewhere', ''), note);
  builder.edge('mount', mount, volume, name);
  return builder.build(title);
}
