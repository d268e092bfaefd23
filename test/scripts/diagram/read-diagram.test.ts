import { TerraformStack, Testing } from 'cdktf';
import type { Diagram, DiagramEnd, DiagramNode, DiagramRow, RowKind } from '../../../scripts/diagram/diagram';
import { drawnStacks } from '../../../scripts/diagram/drawn-stacks';
import { readDiagram } from '../../../scripts/diagram/read-diagram';
import { declaredStacks } from '../../../scripts/stack/app-stacks';
import { readSettings } from '../../../stacks/settings';
import { testStack } from '../../support/synth';
import { everything } from './everything';
import { edges, find, titlesOf } from './questions';

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

const settings = {
  ...readSettings({}),
  bitbucket: { licenceFile: '/nowhere', version: undefined, image: undefined },
};
const whole = everything();
const stacks: readonly TerraformStack[] = [...declaredStacks(settings), whole];

const rowsOf = ({ nodes }: Diagram, ...kinds: readonly RowKind[]): readonly DiagramRow[] =>
  nodes.flatMap(({ rows }) => rows.filter(({ kind }) => kinds.includes(kind)));
const outside = (diagram: Diagram): string[] => rowsOf(diagram, 'port').flatMap(({ port }) => port?.outside ?? []);

/** What Terraform is given of a stack. */
interface Json {
  readonly resource: Resources;
  readonly data?: Resources;
}

function resources({ resource }: Json, type: string): Readonly<Record<string, unknown>>[] {
  return Object.values(resource[type] ?? {});
}

/** The construct id of the network that a reference leads to. */
function networkOf({ resource, data }: Json, reference: string): string | undefined {
  const [, isData, name = ''] = /^\$\{(data\.)?docker_network\.([^.]+)\.name\}$/.exec(reference) ?? [];
  const block = (isData === undefined ? resource : data)?.['docker_network']?.[name];
  const { metadata } = block?.['//'] as { metadata: { path: string } };
  return metadata.path.split('/').at(-2);
}

describe.each(stacks.map((stack) => [stack.node.id, stack] as const))('stack %s', (_name, stack) => {
  const diagram = readDiagram(stack);
  const json = stack.toTerraform() as Json;
  const prefixes = ['hidden-environment-', 'hidden-other-', `${stack.node.id}-`];
  const withoutPrefix = (name: unknown): string =>
    prefixes.reduce((text, prefix) => (text.startsWith(prefix) ? text.slice(prefix.length) : text), String(name));
  const containers = resources(json, 'docker_container').filter(({ name }) => !String(name).endsWith('-loader'));

  test('every container that Terraform makes is in it once, but for those that bring files', () => {
    expect(titlesOf(diagram, 'service', 'job').sort()).toEqual(
      containers.map(({ name }) => withoutPrefix(name)).sort(),
    );
  });

  test('every published port is in it once', () => {
    const published = containers.flatMap(({ ports }) => (ports ?? []) as readonly { external: number; ip: string }[]);
    expect(published.length).toBeGreaterThan(0);
    expect(
      outside(diagram)
        .map((port) => Number(port.replace(/^.*:/, '')))
        .sort(),
    ).toEqual(published.map(({ external }) => external).sort());
  });

  test('every network is in it once, and at least one group is on it', () => {
    const made = resources(json, 'docker_network').length;
    const existing = diagram.networks.filter(({ notes }) => notes.includes('exists already')).length;
    expect(diagram.networks).toHaveLength(made + existing);
    expect(new Set(diagram.networks.map(({ id }) => id)).size).toBe(diagram.networks.length);
    for (const { id } of diagram.networks) {
      expect(diagram.groups.some(({ networks }) => networks.includes(id))).toBe(true);
    }
  });

  test('every container is in the group of its networks', () => {
    const names = new Map(diagram.networks.map(({ id, name }) => [id, name]));
    for (const { title, group } of diagram.nodes.filter(({ kind }) => kind === 'service' || kind === 'job')) {
      const drawn = diagram.groups.find(({ id }) => id === group)?.networks.map((id) => names.get(id));
      const wanted = containers
        .filter(({ name }) => withoutPrefix(name) === title)
        .map(({ networks_advanced: networks }) =>
          (networks as readonly { name: string }[]).map(({ name }) => networkOf(json, name)),
        );
      expect(wanted).toContainEqual(drawn);
    }
  });

  test('every volume with something in it is in it once, but for those of files', () => {
    const names = resources(json, 'docker_volume').map(({ name }) => withoutPrefix(name));
    const made = names.filter((name) => !name.endsWith('-files')).sort();
    expect(
      rowsOf(diagram, 'volume')
        .filter(({ note }) => !note.includes('exists already'))
        .map(({ text }) => text)
        .sort(),
    ).toEqual(made);
  });

  test('every certificate of a server is in it once, and leads to where it is served', () => {
    const leaves = [...resources(json, 'tls_locally_signed_cert'), ...resources(json, 'tls_self_signed_cert')].filter(
      ({ is_ca_certificate: isAuthority }) => isAuthority !== true,
    ).length;
    const brought = diagram.nodes.filter(({ subtitle }) => subtitle === 'certificate from variables').length;
    const certificates = rowsOf(diagram, 'certificate');
    expect(certificates).toHaveLength(leaves + brought);
    const served = new Set(diagram.edges.filter(({ kind }) => kind === 'certificate').map(({ from }) => keyOf(from)));
    // One is issued and served by nothing.
    expect(served.size).toBe(certificates.length - certificates.filter(({ text }) => text === 'spare').length);
  });

  test('every edge begins and ends at something that is in it', () => {
    const ends = new Set(
      diagram.nodes.flatMap(({ id, rows }) => [
        keyOf({ node: id }),
        ...rows.map((row) => keyOf({ node: id, row: row.id })),
      ]),
    );
    for (const { from, to } of diagram.edges)
      expect([ends.has(keyOf(from)), ends.has(keyOf(to))]).toEqual([true, true]);
  });

  test('clients come to every published port', () => {
    const reached = new Set(diagram.edges.filter(({ kind }) => kind === 'request').map(({ to }) => keyOf(to)));
    for (const { id, rows } of diagram.nodes) {
      for (const row of rows.filter(({ port }) => port !== undefined && port.outside.length > 0)) {
        expect([row.text, reached.has(keyOf({ node: id, row: row.id }))]).toEqual([row.text, true]);
      }
    }
  });
});

function keyOf({ node, row = '' }: DiagramEnd): string {
  return `${node}\n${row}`;
}

describe('https-proxy', () => {
  const [stack = testStack()] = stacks;
  const diagram = readDiagram(stack);
  const node = (title: string, kind: DiagramNode['kind'] = 'service'): DiagramNode => find(diagram, title, kind);

  test('the proxy serves the URL and redirects to it', () => {
    expect(node('proxy').subtitle).toBe('reverse proxy: Apache httpd');
    expect(node('proxy').rows.map(({ text, port }) => [text, port?.outside])).toEqual([
      ['https://git.localhost', ['443']],
      ['redirects to https', ['80']],
      ['ProxyPass /', undefined],
    ]);
  });

  test('the Git server says what it was told of the proxy, and is not published', () => {
    expect(
      node('git')
        .rows.filter(({ kind }) => kind === 'fact')
        .map(({ text }) => text),
    ).toEqual([
      'base URL https://git.localhost',
      'scheme https, secure true',
      'proxyName git.localhost',
      'proxyPort 443, redirectPort 443',
    ]);
    expect(node('git').rows[0]?.port).toEqual({ inside: 7990, outside: [] });
  });

  test('the authority says what it issued for whom', () => {
    expect(node('ca', 'authority').rows.map(({ text, note }) => [text, note])).toEqual([
      ['ldap', 'for ldap'],
      ['proxy', 'for git.localhost'],
    ]);
  });

  test('what leads where, and with what', () => {
    expect(edges(diagram)).toEqual([
      'ca -certificate-> ldap: ldaps',
      'git over SSH -ssh 7999-> git-ssh: ssh',
      'git, browsers -https 443-> proxy: https://git.localhost',
      'ca -certificate-> proxy: https://git.localhost',
      'git, browsers -http 80-> proxy: redirects to https',
      'git -directory 1-> ldap: ldaps',
      'proxy -ProxyPass /-> git: HTTP from the proxy',
      'git-ssh -git-data-> git: git-data',
      'git-ssh -git-access-> git: git-access',
    ]);
  });

  test('it reads from the clients to the directory', () => {
    expect(diagram.nodes.map(({ title }) => title)).toEqual([
      'git over SSH',
      'git, browsers',
      'git-ssh',
      'proxy',
      'git',
      'ldap',
      'ca',
    ]);
  });
});

test('a stack with nothing in it is a picture of nothing', () => {
  expect(readDiagram(new TerraformStack(Testing.app(), 'empty'))).toEqual({
    title: 'empty',
    networks: [],
    groups: [],
    nodes: [],
    edges: [],
  });
});

test('what an environment is called is in no picture of it, but for its host name and its ports', () => {
  const here = JSON.stringify(stacks.map(readDiagram));
  const diagrams = drawnStacks({ ...readSettings({}), environment: 'pr-42', portOffset: 10000, subnetSlot: 8 });
  const there = JSON.stringify([...diagrams.values()]);
  expect([...diagrams.keys()]).toEqual(stacks.slice(0, -1).map(({ node }) => node.id));
  expect(there).toContain('https://pr-42.git.localhost:10443');
  expect(there.replaceAll('pr-42.', '')).not.toContain('pr-42');
  expect(here).not.toContain('pr-42');
});
