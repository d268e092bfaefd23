import { App } from 'cdktf';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CONTEXT, declareStacks } from '../main';
import { PROJECT, readSettings, type Settings } from '../stacks/settings';

type Arguments = Readonly<Record<string, unknown>>;
/** Block, type, name, arguments. */
type Json = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Arguments>>>>>>;

const LICENCE = 'the text of a licence';
const outdirs: string[] = [];
afterAll(() => outdirs.forEach((outdir) => rmSync(outdir, { recursive: true })));

const licenceFile = join(mkdtempSync(join(tmpdir(), 'licence-')), 'licence');
writeFileSync(licenceFile, LICENCE);
afterAll(() => rmSync(dirname(licenceFile), { recursive: true }));

/** The synthesised JSON of all stacks, by name. */
function synth(changed: Partial<Settings> = {}): Record<string, Json> {
  mkdirSync(join(PROJECT, 'cdktf.out'), { recursive: true });
  const outdir = mkdtempSync(join(PROJECT, 'cdktf.out', 'test-'));
  outdirs.push(outdir);
  const app = new App({ outdir, context: CONTEXT });
  const stacks = declareStacks(app, { ...readSettings({ BITBUCKET_LICENCE_FILE: licenceFile }), ...changed });
  app.synth();
  return Object.fromEntries(
    stacks.map((stack) => [
      stack.node.id,
      JSON.parse(readFileSync(join(stack.workingDirectory, 'cdk.tf.json'), 'utf8')) as Json,
    ]),
  );
}

function addresses(stacks: Record<string, Json>): string[] {
  return Object.entries(stacks).flatMap(([name, json]) =>
    Object.entries(json['resource'] ?? {}).flatMap(([type, resources]) =>
      Object.keys(resources).map((id) => `${name} ${type}.${id}`),
    ),
  );
}

const stacks = synth();

test('addresses are those that are written down: another one would replace what people have deployed', () => {
  const file = join(__dirname, 'addresses.txt');
  expect(addresses(stacks).sort()).toEqual(readFileSync(file, 'utf8').trim().split('\n'));
});

test('addresses are the same in every environment', () => {
  const other = synth({ environment: 'pr-42', portOffset: 10000, subnetSlot: 8 });
  expect(addresses(other)).toEqual(addresses(stacks));
});

test('nothing but the environment differs between environments, and all names, ports and subnets do', () => {
  const other = synth({ environment: 'pr-42', portOffset: 10000, subnetSlot: 8 });
  for (const [name, json] of Object.entries(stacks)) {
    const otherJson = other[name] ?? {};
    expect(published(json).filter((value) => published(otherJson).includes(value))).toEqual([]);
    expect(JSON.stringify(otherJson)).toMatch(/pr-42\.(git|git-http|bitbucket)\.localhost/);
    expect(subnets(json).filter((subnet) => subnets(otherJson).includes(subnet))).toEqual([]);
  }
});

test('stacks of one environment share no port, name or subnet', () => {
  const all = Object.values(stacks).flatMap((json) => [...subnets(json), ...published(json)]);
  expect(new Set(all).size).toBe(all.length);
});

test('PROTECT_DATA protects the data of every stack, and changes no other resource', () => {
  const on = synth({ protectData: true });
  expect(addresses(on)).toEqual(addresses(stacks));
  for (const [name, json] of Object.entries(on)) {
    const volumes = json['resource']?.['docker_volume'] ?? {};
    for (const [id, { lifecycle }] of Object.entries(volumes)) {
      expect([id, lifecycle]).toEqual([id, /_(data|home|state)_/.test(id) ? { prevent_destroy: true } : undefined]);
    }
    expect(JSON.stringify(json['resource']).replaceAll(',"lifecycle":{"prevent_destroy":true}', '')).toBe(
      JSON.stringify(stacks[name]?.['resource']),
    );
  }
});

/** Names and published ports. */
function published(json: Json): string[] {
  return Object.values(json['resource']?.['docker_container'] ?? {}).flatMap((container) => {
    const { name, ports } = container as { name: string; ports?: { external: number }[] };
    return [name, ...(ports ?? []).map((port) => String(port.external))];
  });
}

function subnets(json: Json): string[] {
  return Object.values(json['resource']?.['docker_network'] ?? {}).flatMap((network) =>
    (network as { ipam_config: { subnet: string }[] }).ipam_config.map((config) => config.subnet),
  );
}

test('no path of this machine is in the synthesised stacks', () => {
  expect(JSON.stringify(stacks).includes(PROJECT)).toBe(false);
});

test('every container is hardened', () => {
  for (const json of Object.values(stacks)) {
    for (const [id, container] of Object.entries(json['resource']?.['docker_container'] ?? {})) {
      expect([id, container['capabilities']]).toEqual([id, expect.objectContaining({ drop: ['ALL'] })]);
      expect([id, container['security_opts']]).toEqual([id, ['no-new-privileges']]);
      expect([id, container['memory_swap']]).toEqual([id, container['memory']]);
      expect(container['privileged']).toBeUndefined();
      // Atlassian's image has no other way; licence and passwords are in files.
      const variables = ((container['env'] ?? []) as string[]).map((text) => text.split('=')[0]);
      expect(variables.filter((name) => !/^(JVM_\w+|SET_PERMISSIONS|SEARCH_ENABLED)$/.test(name ?? ''))).toEqual([]);
      if (container['must_run'] === true) {
        expect([id, container['read_only']]).toEqual([id, true]);
        expect([id, container['restart']]).toEqual([id, 'unless-stopped']);
        expect(Number(container['destroy_grace_seconds'])).toBeGreaterThan(0);
        expect(String(container['user'])).toMatch(/^[1-9]/);
      }
    }
  }
});

test('bitbucket: nothing of the licence is synthesised, and without one there is no such stack', () => {
  expect(JSON.stringify(stacks).includes(LICENCE)).toBe(false);
  expect(Object.keys(stacks)).toContain('bitbucket');
  expect(Object.keys(synth({ bitbucket: undefined }))).not.toContain('bitbucket');
});

test('bitbucket: version and image are those that are chosen', () => {
  const images = (variables: Record<string, string>): unknown => {
    const { bitbucket } = readSettings({ BITBUCKET_LICENCE_FILE: licenceFile, ...variables });
    return Object.values(synth({ bitbucket })['bitbucket']?.['resource']?.['docker_image'] ?? {}).map(
      ({ name }) => name,
    );
  };
  expect(images({})).toContain('atlassian/bitbucket:9.4.16');
  expect(images({ BITBUCKET_VERSION: '10.2.0' })).toContain('atlassian/bitbucket:10.2.0');
  expect(images({ BITBUCKET_IMAGE: 'registry.example.com/bitbucket:1' })).toContain('registry.example.com/bitbucket:1');
  expect(images({ BITBUCKET_IMAGE: './test/bitbucket-stand-in' })).toContainEqual(
    expect.stringMatching(/^cdktf-git-topology\/bitbucket-stand-in:/),
  );
});
