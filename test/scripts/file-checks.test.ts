import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectedFiles, loadedFiles, type LoadedFiles } from '../../scripts/verify/expected-files';
import { fileProblems } from '../../scripts/verify/file-checks';
import { parseListing } from '../../scripts/verify/files-in-container';
import { PROJECT } from '../../stacks/settings';
import { rsaKey, TestCertificate, TestFolder } from '../support/test-certificates';

const folders: TestFolder[] = [];
afterAll(() => folders.forEach((folder) => folder.remove()));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const upload = (path: string, content: string, permissions = '0644'): Parameters<typeof expectedFiles>[0][number] => ({
  file: `/staging/${path}`,
  content,
  permissions,
  source: '',
  source_hash: '',
});
const hashes = (uploads: Parameters<typeof expectedFiles>[0]): Record<string, string | undefined> =>
  Object.fromEntries(expectedFiles(uploads).map(({ path, hash }) => [path, hash]));

describe('what is expected is what the loader makes', () => {
  const root = TestCertificate.root();
  /** Runs the loader's program on the files, and gives the hash of one of them. */
  const made = (program: readonly string[], files: Readonly<Record<string, string>>, of: string): string => {
    const folder = new TestFolder();
    folders.push(folder);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder.path, path, '..'), { recursive: true });
      folder.write(path, text);
    }
    const [command = '', script = '', ...args] = program;
    const { status, stderr } = spawnSync(
      command,
      [join(PROJECT, 'images/loader', script), ...args.map((arg) => arg.replace('FOLDER', folder.path))],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return sha256(readFileSync(join(folder.path, of), 'utf8'));
  };
  const rsa = root.issue({ keyPem: rsaKey(2048) });
  const leaf = root.issue();

  test.each<[string, TestCertificate, Record<string, string>]>([
    ['RSA', rsa, { 'key.pem': rsa.keyPem }],
    ['ECDSA', leaf, { 'key.pem': leaf.keyPem }],
    ['encrypted', leaf, { 'key.pem': leaf.encryptedKey('open "it"'), passphrase: 'open "it"\n' }],
    ['with a key store', leaf, { 'key.pem': leaf.keyPem, 'keystore-password': 'of the store' }],
  ])('the key of a certificate: %s', (_what, certificate, more) => {
    const files = {
      'chain.pem': certificate.certificatePem,
      'ca.pem': root.certificatePem,
      names: 'DNS:git.localhost\n',
      ...more,
    };
    const uploads = Object.entries(files).map(([path, text]) => upload(`tls/git/${path}`, text, '0600'));
    const expected = expectedFiles(uploads);
    expect(expected.map(({ path }) => path)).toEqual(
      [...['ca.pem', 'chain.pem', 'key.pem'], ...('keystore-password' in files ? ['keystore.p12'] : []), 'names'].map(
        (name) => `tls/git/${name}`,
      ),
    );
    expect(expected.find(({ path }) => path.endsWith('key.pem'))).toEqual({
      path: 'tls/git/key.pem',
      mode: '600',
      hash: made(['sh', 'prepare-certificate', 'FOLDER', 'tls/git'], files, 'key.pem'),
    });
    expect(expected.find(({ path }) => path.endsWith('.p12'))?.hash).toBeUndefined();
  });

  test('a properties file with secrets', () => {
    const files = {
      'bitbucket.properties': 'a=1\n',
      'bitbucket.properties.secrets/jdbc.password': ' \\ü€😀\n',
      'bitbucket.properties.secrets/a.first': 'x',
    };
    const [expected, ...others] = expectedFiles(Object.entries(files).map(([path, text]) => upload(path, text)));
    expect(others).toEqual([]);
    expect(expected).toEqual({
      path: 'bitbucket.properties',
      mode: '600',
      hash: made(['perl', 'add-secret-properties', 'FOLDER/bitbucket.properties'], files, 'bitbucket.properties'),
    });
  });

  test('other files as they are, large ones by the hash that Terraform has', () => {
    const large = { ...upload('seed.ldif', ''), source: 'files/seed.ldif', source_hash: 'of-the-seed' };
    expect(hashes([upload('a.conf', 'x'), large])).toEqual({ 'a.conf': sha256('x'), 'seed.ldif': 'of-the-seed' });
  });

  test('secrets that no state has, as long as their files are what was deployed', () => {
    const folder = new TestFolder();
    folders.push(folder);
    const of = (path: string, text: string): ReturnType<typeof upload> => {
      folder.write('secret', text);
      return { ...upload(path, ''), source: join(folder.path, 'secret'), source_hash: sha256(text) };
    };
    expect(hashes([of('password', 'p')])).toEqual({ password: sha256('p') });
    const key = of('tls/key.pem', leaf.keyPem);
    const certificate = [upload('tls/chain.pem', ''), upload('tls/names', ''), key];
    expect(hashes(certificate)['tls/key.pem']).toBe(
      hashes([...certificate.slice(0, 2), upload('tls/key.pem', leaf.keyPem)])['tls/key.pem'],
    );
    const property = of('x.properties.secrets/a', 'value');
    expect(hashes([upload('x.properties', ''), property])).toEqual({ 'x.properties': sha256('a=value\n') });
    folder.write('secret', 'another by now');
    expect(hashes(certificate)['tls/key.pem']).toBeUndefined();
    expect(hashes([upload('x.properties', ''), property])).toEqual({ 'x.properties': undefined });
  });

  test('a key that the loader refused is no reason to look at nothing', () => {
    const uploads = ['chain.pem', 'names', 'key.pem'].map((name) => upload(`tls/${name}`, 'no key'));
    expect(hashes(uploads)['tls/key.pem']).toBe(sha256('no key'));
  });
});

test('loaders and who reads what they write are found in the state', () => {
  const volumes = (container_path: string, volume_name: string): unknown => [{ container_path, volume_name }];
  const resources = [
    { name: 'e-git', image: 'git', command: [], must_run: true, volumes: volumes('/files', 'e-git-files'), upload: [] },
    {
      ...{ name: 'e-git-loader', image: 'loader', command: ['load-files', '10001'], must_run: false },
      ...{ volumes: volumes('/files', 'e-git-files'), upload: [upload('a', 'x', '0600')] },
    },
    {
      ...{ name: 'e-once-loader', image: 'loader', command: ['load-files', '7'], must_run: false },
      ...{ volumes: volumes('/files', 'e-once-files'), upload: null },
    },
  ].map((attributes) => ({ type: 'docker_container', name: attributes.name, instances: [{ attributes }] }));
  expect(loadedFiles({ resources, outputs: {} })).toEqual([
    {
      ...{ loader: 'e-git-loader', loaderImage: 'loader', volume: 'e-git-files', owner: '10001', reader: 'e-git' },
      files: [{ path: 'a', mode: '600', hash: sha256('x') }],
    },
    {
      loader: 'e-once-loader',
      loaderImage: 'loader',
      volume: 'e-once-files',
      owner: '7',
      reader: undefined,
      files: [],
    },
  ]);
});

describe('problems', () => {
  const SALT = 'random';
  const loaded: LoadedFiles = {
    ...{ loader: 'e-git-loader', loaderImage: 'loader', volume: 'e-git-files', owner: '10001', reader: 'e-git' },
    files: [
      { path: 'server.xml', mode: '644', hash: sha256('x') },
      { path: 'tls/key.pem', mode: '600', hash: sha256('key') },
      { path: 'tls/keystore.p12', mode: '600', hash: undefined },
    ],
  };
  const hashLine = (path: string, content: string): string => `hash ${sha256(`${SALT}${sha256(content)}`)}|./${path}`;
  const LINES = [
    '644 10001:10001 regular file|./server.xml',
    '755 0:0 directory|./tls',
    '600 10001:10001 regular file|./tls/key.pem',
    '600 10001:10001 regular file|./tls/keystore.p12',
    hashLine('server.xml', 'x'),
    hashLine('tls/key.pem', 'key'),
    hashLine('tls/keystore.p12', 'anything'),
  ];
  const problems = (change: (line: string) => string | string[]): string[] =>
    fileProblems(loaded, parseListing(LINES.flatMap(change).join('\n'), SALT));
  const replaced = (from: string, to: string): string[] => problems((line) => line.replace(from, to));

  test('none', () => {
    expect(problems((line) => line)).toEqual([]);
  });

  test('each is named', () => {
    expect(problems((line) => (line === hashLine('server.xml', 'x') ? hashLine('server.xml', 'y') : line))).toEqual([
      'server.xml has another content',
    ]);
    expect(problems((line) => (line.endsWith('tls/key.pem') ? [] : line))).toEqual(['tls/key.pem is missing']);
    expect(problems((line) => (line === LINES[5] ? [] : line))).toEqual(['tls/key.pem cannot be read by the service']);
    expect(problems((line) => [line, '644 0:0 regular file|./evil|name', 'a line']).slice(0, 2)).toEqual([
      'evil|name was added',
      'a line was added',
    ]);
    expect(replaced('600 10001:10001 regular file|./tls/key.', '644 0:0 regular file|./tls/key.')).toEqual([
      'tls/key.pem has mode 644 instead of 600',
      'tls/key.pem belongs to 0:0 instead of 10001:10001',
    ]);
    expect(replaced('755 0:0 directory', '777 10001:10001 directory')).toEqual([
      'tls has mode 777 instead of 755',
      'tls belongs to 10001:10001 instead of 0:0',
    ]);
    expect(replaced('644 10001:10001 regular file', '777 10001:10001 symbolic link')).toEqual([
      'server.xml is a symbolic link',
    ]);
  });

  test('no problem has a hash in it', () => {
    const all = problems(() => [
      hashLine('server.xml', 'y'),
      '600 1:1 regular empty file|./server.xml',
      hashLine('server.xml', 'y'),
    ]);
    expect(all).toContain('server.xml has another content');
    expect(all.join()).not.toMatch(/[0-9a-f]{16}/);
  });
});
