import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '../../scripts/setup/cache';
import { hostCaBundle } from '../../scripts/setup/host-ca';
import { proxyFor } from '../../scripts/setup/reach';
import { parseTerraform } from '../../scripts/setup/terraform';
import { formatVersion, isAtLeast, parseVersion } from '../../scripts/setup/version';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'set-up-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('cacheDir', () => {
  test('is under XDG_CACHE_HOME and for its owner only', () => {
    const dir = cacheDir({ XDG_CACHE_HOME: folder, HOME: '/nowhere' });
    expect(dir).toBe(join(folder, 'cdktf-git-topology'));
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  test.each([undefined, '', 'relative'])('is under ~/.cache where XDG_CACHE_HOME is %p', (value) => {
    expect(cacheDir({ XDG_CACHE_HOME: value, HOME: folder })).toBe(join(folder, '.cache/cdktf-git-topology'));
  });
});

describe('versions', () => {
  test.each([
    ['20.10.24+dfsg1', [20, 10, 24]],
    ['OpenTofu v1.12.6-dev', [1, 12, 6]],
    ['Docker 26.1', [26, 1, 0]],
    ['none', undefined],
  ])('parses %p', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  test.each([
    [[20, 10, 0], true],
    [[20, 9, 99], false],
    [[19, 11, 0], false],
    [[21, 0, 0], true],
  ] as const)('%p is at least 20.10.0: %p', (version, expected) => {
    expect(isAtLeast(version, [20, 10, 0])).toBe(expected);
  });

  test('prints as it was', () => {
    expect(formatVersion([1, 12, 6])).toBe('1.12.6');
  });

  test.each([
    ['Terraform v1.11.4\non linux_amd64\n', { product: 'Terraform', version: [1, 11, 4] }],
    // With a missing CLI configuration file OpenTofu warns first, on stdout.
    [
      '\nWarning: Unable to open file v9.9\n\nOpenTofu v1.12.6\non linux_amd64\n',
      { product: 'OpenTofu', version: [1, 12, 6] },
    ],
    ['Packer v1.9.0', undefined],
  ])('tells Terraform and OpenTofu apart: %p', (text, expected) => {
    expect(parseTerraform(text)).toEqual(expected);
  });
});

describe('hostCaBundle', () => {
  function file(name: string): string {
    const path = join(folder, name);
    writeFileSync(path, 'x');
    return path;
  }

  test('takes NODE_EXTRA_CA_CERTS, then SSL_CERT_FILE, then the system', () => {
    const [node, ssl, system] = [file('node'), file('ssl'), file('system')];
    expect(hostCaBundle({ NODE_EXTRA_CA_CERTS: node, SSL_CERT_FILE: ssl }, [system])).toBe(node);
    expect(hostCaBundle({ SSL_CERT_FILE: ssl }, [system])).toBe(ssl);
    expect(hostCaBundle({}, [join(folder, 'missing'), system])).toBe(system);
  });

  test('passes over missing files, folders and empty values', () => {
    const system = file('system');
    expect(hostCaBundle({ NODE_EXTRA_CA_CERTS: join(folder, 'missing'), SSL_CERT_FILE: folder }, [system])).toBe(
      system,
    );
    expect(hostCaBundle({ NODE_EXTRA_CA_CERTS: '' }, [])).toBeUndefined();
  });
});

describe('proxyFor', () => {
  test.each([
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [{ https_proxy: 'proxy:3128' }, 'http://proxy:3128/'],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'example.com, .example.org' }, 'http://proxy:3128/'],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '.example.net' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'registry.example.net' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', no_proxy: '*' }, undefined],
    [{}, undefined],
  ])('%p', (env, expected) => {
    expect(proxyFor('registry.example.net', env)?.href).toBe(expected);
  });
});
