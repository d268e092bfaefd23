import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'cdktf';
import { readArchiveCommandLine } from '../../../scripts/backup/archive-command-line';
import { refusal } from '../../../scripts/backup/back-up';
import { dataServices, type DataService } from '../../../scripts/backup/data-services';
import { countingEntries, declaredBaseDn } from '../../../scripts/backup/directories';
import {
  interruptedRestore,
  markRestoring,
  refuseInterruptedRestore,
  unmarkRestoring,
} from '../../../scripts/backup/interrupted';
import { parseManifest, partsOf, type Manifest } from '../../../scripts/backup/manifest';
import { declaredRepositories } from '../../../scripts/backup/repositories';
import { forRegistry, resourceCount, secretState } from '../../../scripts/backup/secrets';
import { fit } from '../../../scripts/backup/target';
import type { SynthesisedStack } from '../../../scripts/stack/synth';
import { CONTEXT, declareStacks } from '../../../main';
import { readSettings, stateFolder } from '../../../stacks/settings';
import { MANIFEST_OF_NOTHING } from './manifests';

const outdir = mkdtempSync(join(tmpdir(), 'backup-'));
const stacks: SynthesisedStack[] = [];

beforeAll(() => {
  const app = new App({ outdir, context: CONTEXT });
  const licence = join(outdir, 'licence.txt');
  writeFileSync(licence, 'licence');
  const settings = readSettings({ BITBUCKET_LICENCE_FILE: licence });
  const names = declareStacks(app, settings).map((stack) => stack.node.id);
  app.synth();
  for (const name of names) {
    const text = readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8');
    const { resource } = JSON.parse(text) as { resource: SynthesisedStack['resources'] };
    stacks.push({ name, folder: '', resources: resource, outputs: {}, warnings: [] });
  }
});
afterAll(() => rmSync(outdir, { recursive: true }));

function stackNamed(name: string): SynthesisedStack {
  const stack = stacks.find((candidate) => candidate.name === name);
  if (stack === undefined) throw new Error(name);
  return stack;
}

/** The stack with its directory's container changed. */
function changed(name: string, change: (container: Record<string, unknown>) => void): SynthesisedStack {
  const stack = JSON.parse(JSON.stringify(stackNamed(name))) as SynthesisedStack;
  const containers = Object.values(stack.resources['docker_container'] ?? {}) as Record<string, unknown>[];
  for (const container of containers) if (container['name'] === `${name}-ldap`) change(container);
  return stack;
}

describe('what a stack holds', () => {
  test('the repositories once, and the directory, by the names that the engine knows', () => {
    const [git, ldap, ...more] = dataServices(stackNamed('https-proxy'));
    expect(more).toEqual([]);
    expect(git).toMatchObject({
      kind: 'repositories',
      name: 'git',
      container: 'https-proxy-git',
      volume: 'https-proxy-git-data',
      filesVolume: 'https-proxy-git-files',
      user: '10001:10001',
      path: '/var/lib/git-repositories',
    });
    expect(git?.image).toMatch(/^cdktf-git-topology\/git-server:[0-9a-f]{12}$/);
    expect(ldap).toMatchObject({ kind: 'directory', volume: 'https-proxy-ldap-data', user: '10002:10002' });
    expect(git?.needs.map((address) => address.split('.')[0])).toEqual(['docker_volume', 'docker_image']);
    // A directory checks what it is given by its configuration, which the loader brings.
    expect(ldap?.needs[2]).toMatch(/^docker_container\.topology_environment_ldap_files_loader/);
    for (const address of [...(git?.needs ?? []), ...(ldap?.needs ?? [])]) {
      const [type = '', id = ''] = address.split('.');
      expect(stackNamed('https-proxy').resources[type]).toHaveProperty(id);
    }
  });

  test('every stack of main.ts has both', () => {
    for (const stack of stacks.filter(({ name }) => name !== 'bitbucket')) {
      const services = dataServices(stack);
      expect(services.map(({ kind }) => kind).sort()).toEqual(['directory', 'repositories']);
      expect(services.filter(({ kind }) => kind === 'directory').map(declaredBaseDn)).toEqual(['dc=example,dc=com']);
      const servers = services.filter(({ kind }) => kind === 'repositories');
      expect(servers.map(declaredRepositories)).toEqual([['demo/hello', 'demo/private']]);
      expect(refusal(stack)).toBeUndefined();
    }
  });

  test('a replica is a copy; data of Bitbucket, or of anything unknown, is refused with the reason', () => {
    const replica = changed('https-proxy', (container) => (container['command'] = ['start-replica']));
    expect(dataServices(replica).map(({ kind }) => kind)).toEqual(['repositories', 'replica']);
    expect(refusal(stackNamed('bitbucket'))).toMatch(
      /^bitbucket: .* of bitbucket-git-home \(\/var\/atlassian\/.* of bitbucket-git\).* Atlassian's own procedure.*nothing was written$/,
    );
    const more = changed('https-proxy', (container) => {
      (container['volumes'] as object[]).push({ volume_name: 'theirs', container_path: '/data' });
    });
    expect(refusal(more)).toContain('the data of theirs (/data of https-proxy-ldap)');
  });
});

describe('whether a backup fits a stack', () => {
  const REPOSITORY = { name: 'repositories/1', service: 'git', path: 'demo/hello', refs: 1 };
  const DIRECTORY = { name: 'directories/ldap.ldif', service: 'ldap', baseDn: 'dc=example,dc=com', entries: 12 };
  const backup: Manifest = {
    ...MANIFEST_OF_NOTHING,
    directories: [DIRECTORY],
    repositories: [REPOSITORY, { ...REPOSITORY, name: 'repositories/2', path: 'demo/private' }],
  };
  const fitOf = (
    change: Partial<Manifest>,
    services: readonly DataService[] = dataServices(stackNamed('https-proxy')),
  ) => fit({ ...backup, ...change }, 'https-proxy', services);

  test('the same stack', () => expect(fitOf({})).toEqual({ refusals: [], notes: [] }));

  test('another stack, base DN, directory or server is refused, with what to do', () => {
    expect(fitOf({ stack: 'http-direct' }).refusals).toEqual([
      'a backup of http-direct, not of https-proxy: write npm run restore -- http-direct FILE',
    ]);
    expect(fitOf({ directories: [{ ...DIRECTORY, baseDn: 'dc=acme' }] }).refusals).toEqual([
      'the directory ldap is dc=acme in the backup and dc=example,dc=com in the stack: declare that base DN in main.ts',
    ]);
    expect(fitOf({ directories: [{ ...DIRECTORY, service: 'staff' }] }).refusals).toEqual([
      'the stack has no directory staff, of which this is a backup: declare it in main.ts',
    ]);
    expect(fitOf({ repositories: [{ ...REPOSITORY, service: 'code' }] }).refusals).toEqual([
      'the stack has no Git server code, of which this is a backup: declare it in main.ts',
    ]);
  });

  test('other repositories are told', () => {
    expect(fitOf({ repositories: [REPOSITORY, { ...REPOSITORY, path: 'old/one' }] }).notes).toEqual([
      'Restored, and served to nobody until main.ts declares them: old/one.',
      'Declared and not in the backup, so they are new: demo/private.',
    ]);
    expect(fitOf({ directories: [] }).notes).toEqual([
      'The directory ldap is not in the backup of 2026-11-25T12:00:00.000Z: it starts with what is declared.',
    ]);
  });
});

describe('manifest', () => {
  const read = (change: object): Manifest =>
    parseManifest('b.tar', JSON.stringify({ ...MANIFEST_OF_NOTHING, parts: { 'secrets.tfstate': PART }, ...change }));
  const PART = { bytes: 1, sha256: 'x' };
  const repository = { name: 'repositories/1', service: 'git', path: 'a/b', refs: 2 };

  test('is read as it was written', () => {
    const parts = Object.fromEntries(
      ['secrets.tfstate', 'repositories/1.files.tar', 'repositories/1.refs', 'repositories/1.bundle'].map((name) => [
        name,
        PART,
      ]),
    );
    const manifest = read({ repositories: [repository], parts });
    expect(manifest.repositories).toEqual([repository]);
    expect(partsOf(manifest)).toEqual(Object.keys(parts));
    expect(partsOf(read({ repositories: [{ ...repository, refs: 0 }], parts }))).not.toContain('repositories/1.bundle');
  });

  test('of a later format, of something else, and without what it needs is refused', () => {
    expect(() => read({ formatVersion: 2, projectVersion: '9.0.0' })).toThrow(
      'b.tar: a backup in format 2, of version 9.0.0; restore it with that version: this one reads format 1',
    );
    expect(() => read({ format: 'x' })).toThrow('its manifest is of something else');
    expect(() => read({ stack: 1 })).toThrow('its manifest has no stack');
    expect(() => read({ leftOut: undefined })).toThrow('its manifest has no list leftOut');
    expect(() => read({ repositories: [repository] })).toThrow('repositories/1.files.tar is not among its parts');
    expect(() => read({ parts: {} })).toThrow('secrets.tfstate is not among its parts');
    expect(() => parseManifest('b.tar', '{')).toThrow('its manifest is no JSON');
  });

  test.each(['../up', 'a/../b', '/etc', '-x', 'a//b', 'a b', '.hidden'])('path %s is refused', (path) => {
    expect(() => read({ repositories: [{ ...repository, path }] })).toThrow('no Git server of this project can have');
  });
});

describe('keys and passwords', () => {
  const resource = (type: string, mode = 'managed'): object => ({
    mode,
    type,
    name: 'x',
    provider: 'provider["registry.terraform.io/hashicorp/tls"]',
    instances: [{ attributes: { private_key_pem: 'PEM' } }],
  });
  const state = JSON.stringify({
    version: 4,
    terraform_version: '1.11.4',
    serial: 7,
    lineage: 'old',
    outputs: { secret: { value: 's' } },
    resources: [
      resource('tls_private_key'),
      resource('docker_container'),
      resource('random_password'),
      resource('random_id'),
      resource('tls_private_key', 'data'),
    ],
  });

  test('alone are kept of the state, in one that begins', () => {
    const kept = JSON.parse(secretState(state)) as { resources: { type: string }[]; lineage: string };
    expect(kept).toMatchObject({ version: 4, terraform_version: '1.11.4', serial: 1, outputs: {} });
    expect(kept.resources.map(({ type }) => type)).toEqual(['tls_private_key', 'random_password']);
    expect(kept.lineage).toMatch(/^[0-9a-f-]{36}$/);
    expect(resourceCount(secretState(state))).toBe(2);
    expect(resourceCount('')).toBe(0);
    // What a restore takes is filtered again: nothing else gets into a state by an archive.
    expect(resourceCount(secretState(secretState(state)))).toBe(2);
  });

  test('go over to the registry of the Terraform that is there', () => {
    const moved = forRegistry(secretState(state), 'registry.opentofu.org');
    expect(moved.match(/provider\[\\"registry\.opentofu\.org\/hashicorp\/tls\\"\]/g)).toHaveLength(2);
    expect(forRegistry(moved, 'registry.terraform.io')).not.toContain('opentofu');
    const own = state.replaceAll('registry.terraform.io', 'registry.example.com');
    expect(forRegistry(own, 'registry.opentofu.org')).toContain('registry.example.com');
  });

  test('a state of another format is refused', () => {
    expect(() => secretState('{"version": 5}')).toThrow('format 5: only format 4 is known');
  });
});

test('entries of LDIF are counted across the borders of chunks', async () => {
  const ldif = '# backup of dc=x\n#declared dn: no\n\ndn: dc=x\na: 1\n\ndn:: ZGM9eA==\nb: dn: no\n\ndn: c\n';
  for (const size of [1, 2, 3, 4, 5, 7, 100]) {
    let count = 0;
    let text = '';
    const chunks = ldif.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    const stream = (async function* () {
      for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
    })();
    for await (const chunk of countingEntries(stream, (now) => (count = now))) text += Buffer.from(chunk).toString();
    expect([count, text]).toEqual([3, ldif]);
  }
});

describe('a restore that was interrupted', () => {
  const environment = `interrupted-${process.pid}`;
  afterAll(() => rmSync(stateFolder(environment), { recursive: true, force: true }));

  test('is remembered until it is repeated or given up', () => {
    expect(interruptedRestore(environment, 'https-proxy')).toBeUndefined();
    expect(() => refuseInterruptedRestore(environment, 'https-proxy')).not.toThrow();
    markRestoring(environment, 'https-proxy', '/b.tar');
    expect(interruptedRestore(environment, 'https-proxy')).toBe('/b.tar');
    expect(() => refuseInterruptedRestore(environment, 'https-proxy')).toThrow(
      /^https-proxy: a restore was interrupted.*npm run restore -- https-proxy \/b\.tar.*npm run down -- https-proxy\.$/,
    );
    unmarkRestoring(environment, 'https-proxy');
    expect(existsSync(join(stateFolder(environment), 'https-proxy.restoring'))).toBe(false);
  });
});

describe('command line', () => {
  test('a stack and a file, relative to where npm was called', () => {
    const before = process.env.INIT_CWD;
    process.env.INIT_CWD = '/home/me';
    expect(readArchiveCommandLine('', ['keys'], ['a', 'b.tar', '--keys'])).toEqual({
      stack: 'a',
      file: '/home/me/b.tar',
      switches: new Set(['keys']),
    });
    expect(readArchiveCommandLine('', [], ['a', '/b.tar']).file).toBe('/b.tar');
    delete process.env.INIT_CWD;
    expect(readArchiveCommandLine('', [], ['a', 'b']).file).toBe(resolve('b'));
    if (before !== undefined) process.env.INIT_CWD = before;
  });

  test.each([[[]], [['a']], [['a', 'b', 'c']], [['a', '']]])('%j is refused', (args) => {
    expect(() => readArchiveCommandLine('', [], args)).toThrow('write a stack and a file: STACK FILE');
  });

  test('an unknown switch is refused', () => {
    expect(() => readArchiveCommandLine('', [], ['a', 'b', '--force'])).toThrow("Unknown option '--force'");
  });
});
