import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layOutMirror, linkMirror, mirrorDir, rememberOffline } from '../../scripts/setup/mirror';
import { moduleHash, platform, PROVIDERS } from '../../scripts/setup/offline-modules';

let cache = '';
let stack = '';
const link = (): string => join(stack, 'terraform.d/plugins');
const lockFile = (): string => join(stack, '.terraform.lock.hcl');

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'set-up-'));
  stack = join(cache, 'stacks/example');
  mkdirSync(stack, { recursive: true });
});
afterEach(() => {
  rmSync(cache, { recursive: true });
});

function makeMirror(): string {
  const binaries = new Map(PROVIDERS.map(({ name }) => [name, join(cache, name)]));
  for (const [name, file] of binaries) writeFileSync(file, name);
  const mirror = mirrorDir(cache);
  layOutMirror(mirror, binaries);
  return mirror;
}

describe('layOutMirror', () => {
  test('has every provider under both registries, as hard links', () => {
    const mirror = makeMirror();
    for (const host of ['registry.terraform.io', 'registry.opentofu.org']) {
      const tls = join(mirror, host, 'hashicorp/tls/4.1.0', platform(), 'terraform-provider-tls_v4.1.0');
      expect(readFileSync(tls, 'utf8')).toBe('tls');
      expect(statSync(tls).nlink).toBe(3);
      expect(existsSync(join(mirror, host, 'kreuzwerker/docker/4.5.0'))).toBe(true);
      expect(existsSync(join(mirror, host, 'hashicorp/random/3.7.2'))).toBe(true);
    }
  });

  test('is nowhere while a binary is missing', () => {
    expect(() => {
      layOutMirror(mirrorDir(cache), new Map());
    }).toThrow(/got no binary of the provider docker/);
    expect(existsSync(mirrorDir(cache))).toBe(false);
  });
});

describe('moduleHash', () => {
  test('changes with go.sum', () => {
    const [provider] = PROVIDERS;
    if (!provider) throw new Error('no provider');
    const folder = join(cache, 'offline', provider.name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'go.mod'), 'module x');
    writeFileSync(join(folder, 'go.sum'), 'one');
    const before = moduleHash([provider], cache);
    expect(moduleHash([provider], cache)).toBe(before);
    writeFileSync(join(folder, 'go.sum'), 'two');
    expect(moduleHash([provider], cache)).not.toBe(before);
  });
});

describe('linkMirror', () => {
  test('does nothing before set-up ran, or where the registry is used', () => {
    linkMirror(stack, cache);
    makeMirror();
    rememberOffline(false, cache);
    writeFileSync(lockFile(), '');
    linkMirror(stack, cache);
    expect(existsSync(join(stack, 'terraform.d'))).toBe(false);
    expect(existsSync(lockFile())).toBe(true);
  });

  test('does nothing where the mirror is not there yet', () => {
    rememberOffline(true, cache);
    linkMirror(stack, cache);
    expect(existsSync(join(stack, 'terraform.d'))).toBe(false);
  });

  test('links the mirror, and forgets checksums only when the link changes', () => {
    const mirror = makeMirror();
    rememberOffline(true, cache);
    writeFileSync(lockFile(), '');
    linkMirror(stack, cache);
    expect(readlinkSync(link())).toBe(mirror);
    expect(existsSync(lockFile())).toBe(false);
    writeFileSync(lockFile(), '');
    linkMirror(stack, cache);
    expect(existsSync(lockFile())).toBe(true);
  });

  test('takes its link away when the registry is in reach again', () => {
    makeMirror();
    rememberOffline(true, cache);
    linkMirror(stack, cache);
    rememberOffline(false, cache);
    writeFileSync(lockFile(), '');
    linkMirror(stack, cache);
    expect(lstatSync(link(), { throwIfNoEntry: false })).toBeUndefined();
    expect(existsSync(lockFile())).toBe(false);
  });

  test('leaves a folder of the user alone', () => {
    makeMirror();
    rememberOffline(true, cache);
    mkdirSync(link(), { recursive: true });
    linkMirror(stack, cache);
    expect(lstatSync(link()).isDirectory()).toBe(true);
  });
});
