import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';
import { testingExample } from '../support/docs-example';
import { FreshProject } from '../support/fresh-project';

const SETTINGS = { name: 'fresh', environment: { name: 'fresh' }, port: 9443 };
const project = new FreshProject();
project.unpack();
afterAll(() => project.remove());

/** Relative paths of all files below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

test('the tarball has the constructs, what they read, and nothing else', () => {
  const sources = filesIn(join(PROJECT, 'constructs')).map((file) => file.replace(/\.ts$/, ''));
  const tracked = execFileSync('git', ['ls-files', 'images'], { cwd: PROJECT, encoding: 'utf8' }).trim().split('\n');
  expect(filesIn(project.installed)).toEqual(
    [
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
      ...sources.flatMap((file) => [`dist/${file}.js`, `dist/${file}.d.ts`]),
      ...tracked,
    ].sort(),
  );
});

test('it says what it needs, and nothing that only the commands of this repository need', () => {
  const { dependencies, peerDependencies } = project.manifest;
  const imports = filesIn(join(project.installed, 'dist')).flatMap((file) => [
    ...readFileSync(join(project.installed, 'dist', file), 'utf8').matchAll(
      /(?:require\(|from )["']([^."'][^"']*)["']/g,
    ),
  ]);
  const packages = imports
    .map(([, name = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? '')
    .filter((name) => !name.startsWith('node:'));
  // Examples in comments are of the package itself.
  expect(new Set(packages.filter((name) => name !== project.manifest.name))).toEqual(
    new Set(Object.keys({ ...dependencies, ...peerDependencies })),
  );
});

describe.each([
  ['the resolution of cdktf’s own template', { module: 'commonjs', moduleResolution: 'node10' }],
  ['the resolution of Node', { module: 'node16' }],
])('with %s', (_name, options) => {
  beforeAll(() => {
    for (const file of ['topology.ts', 'main.ts']) project.copy(file);
    project.write(
      'refused.ts',
      "import { PublicUrl, VirtualHost } from 'cdktf-git-topology';\n" +
        '// @ts-expect-error an HTTPS host without a certificate\n' +
        "VirtualHost.https(PublicUrl.https('git.example.com'), { proxyPass: [] });\n",
    );
  });

  test('a program compiles strictly, the types of the package included', () => {
    expect(project.compile(options)).toBe('');
  });

  test('and makes what it makes here from source, with the images that it builds', () => {
    project.write('settings.json', JSON.stringify(SETTINGS));
    const snapshot = project.run('main.js', 'settings.json', 'out');
    const stack = join(project.folder, 'out/stacks/fresh');
    const source = join(project.folder, 'from-source');
    const program = ['--import', 'tsx', 'test/package/main.ts', join(project.folder, 'settings.json'), source];
    expect(execFileSync(process.execPath, program, { cwd: PROJECT, encoding: 'utf8' })).toBe(snapshot);
    expect(json(join(stack, 'cdk.tf.json'))).toEqual(json(join(source, 'stacks/fresh/cdk.tf.json')));
    const { resource } = json(join(stack, 'cdk.tf.json')) as {
      resource: { docker_image: Record<string, { build: { context: string } }> };
    };
    const contexts = Object.values(resource.docker_image).map((image) => image.build.context);
    const names = contexts.map((context) => /^\.\.\/\.\.\/images\/(.*)-[0-9a-f]{12}$/.exec(context)?.[1]);
    expect(new Set(names)).toEqual(new Set(['git-server', 'loader', 'nginx', 'openldap']));
    for (const context of contexts) {
      expect(existsSync(join(stack, context, 'Dockerfile'))).toBe(true);
      expect(filesIn(join(stack, context))).toEqual(filesIn(join(source, 'stacks/fresh', context)));
    }
  });
});

test('the example of docs/testing.md passes with the package, and its snapshots are the same where they are looked at again', () => {
  project.link('jest');
  project.link('@types/jest');
  project.write('topology.test.ts', testingExample());
  project.write('package.json', JSON.stringify({ private: true, jest: { testMatch: ['<rootDir>/topology.test.js'] } }));
  expect(project.compile({ module: 'commonjs', moduleResolution: 'node10', types: ['node', 'jest'] })).toBe('');
  const jest = join(PROJECT, 'node_modules/jest/bin/jest.js');
  project.run(jest, '--ci=false');
  project.run(jest, '--ci');
  expect(readFileSync(join(project.folder, '__snapshots__/topology.test.js.snap'), 'utf8')).toContain('=== ');
});
