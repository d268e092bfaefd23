import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../../stacks/settings';
import { npmRun, succeed } from '../support/command';
import type { Stack } from '../support/stack';

interface Component {
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly content: string }[];
}

interface Document {
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly Component[];
}

/** What `npm run sbom` writes is what is in the images. */
export function billOfMaterials(stack: Stack): void {
  const document = (name: string): Document => JSON.parse(stack.read(`sbom/${name}.cdx.json`)) as Document;

  test('each image has a file, with the Debian packages that dpkg knows of', async () => {
    const { status, output } = await npmRun('sbom', stack.name);
    expect([status, output]).toEqual([0, expect.stringContaining(`out/`) as string]);
    const names = readdirSync(join(stack.folder, 'sbom')).map((file) => file.replace('.cdx.json', ''));
    const images = ['apache', 'git-server', 'git-ssh', 'loader', 'openldap'];
    expect(names.sort()).toEqual([...images, 'go-docker', 'go-opentofu', 'go-random', 'go-tls', 'npm'].sort());
    for (const image of images) {
      const { metadata, components } = document(image);
      const entry = ['--entrypoint', 'dpkg-query', `${metadata.component.name}:${metadata.component.version}`];
      const known = await succeed('docker', ['run', '--rm', ...entry, '-W', '-f', '${Package} ${Version}\\n']);
      const packages = components.filter(({ purl }) => purl?.startsWith('pkg:deb/debian/'));
      expect(packages.map(({ name, version }) => `${name} ${version ?? ''}`).sort()).toEqual(
        known.trim().split('\n').sort(),
      );
    }
  });

  test('the Git server has the jars of jars.sha256 with their coordinates, and its own', () => {
    const lines = readFileSync(join(PROJECT, 'images/git-server/jars.sha256'), 'utf8').trim().split('\n');
    const jars = document('git-server').components.filter(({ hashes }) => hashes !== undefined);
    const [own, ...others] = [...jars].sort(
      (one, other) => Number(other.name === 'git-server.jar') - Number(one.name === 'git-server.jar'),
    );
    expect(own?.name).toBe('git-server.jar');
    expect(others.map(({ hashes }) => hashes?.[0]?.content).sort()).toEqual(
      lines.map((line) => line.split(' ')[0]).sort(),
    );
    for (const { purl } of others) expect(purl).toMatch(/^pkg:maven\/[\w.-]+\/[\w.-]+@[\w.-]+$/);
  });
}
