import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const PROJECT_ROOT = resolve(__dirname, '../..');

/** A program that is built with Go where no registry can be reached; its `go.mod` and `go.sum` are in `offline/`. */
export interface OfflineModule {
  /** The folder in `offline/`. */
  readonly name: string;
  /** The Go package with its main function. */
  readonly goPackage: string;
  readonly binary: string;
  readonly ldflags?: string;
}

export interface OfflineProvider extends OfflineModule {
  readonly namespace: string;
  readonly version: string;
}

export const OPENTOFU: OfflineModule = {
  name: 'opentofu',
  goPackage: 'github.com/opentofu/opentofu/cmd/tofu',
  binary: 'tofu',
  // Without it the binary calls itself 1.12.6-dev, which sorts below the release.
  ldflags: '-X github.com/opentofu/opentofu/version.dev=no',
};

/** The providers that the stacks use. The first one's build has the most in common with the others. */
export const PROVIDERS: readonly OfflineProvider[] = [
  provider('kreuzwerker', 'docker', '4.5.0', 'github.com/terraform-providers/terraform-provider-docker'),
  provider('hashicorp', 'tls', '4.1.0', 'github.com/hashicorp/terraform-provider-tls'),
  provider('hashicorp', 'random', '3.7.2', 'github.com/terraform-providers/terraform-provider-random'),
];

function provider(namespace: string, name: string, version: string, goPackage: string): OfflineProvider {
  return { namespace, name, version, goPackage, binary: `terraform-provider-${name}_v${version}` };
}

/** What a build depends on, as a short hash: a change of any version gives another one. */
export function moduleHash(modules: readonly OfflineModule[], root = PROJECT_ROOT): string {
  const hash = createHash('sha256');
  for (const module of modules) {
    hash.update(`${module.name} ${module.binary} ${module.goPackage} ${module.ldflags ?? ''}\n`);
    for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(root, 'offline', module.name, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The platform in Go's and Terraform's words: `linux_amd64`. */
export function platform(): string {
  const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return `linux_${architectures[process.arch] ?? process.arch}`;
}
