import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir } from './cache';
import { moduleHash, platform, PROVIDERS, type OfflineProvider } from './offline-modules';

// Terraform looks a short source such as `hashicorp/tls` up at the first host, OpenTofu at the second.
const REGISTRIES = ['registry.terraform.io', 'registry.opentofu.org'] as const;

/** Where the mirror of these providers is, or would be; every set of versions has a folder of its own. */
export function mirrorDir(cache = cacheDir(), providers: readonly OfflineProvider[] = PROVIDERS): string {
  return join(cache, 'mirror', `${moduleHash(providers)}-${platform()}`);
}

/** A provider's place in an unpacked filesystem mirror. */
export function mirrorPath(host: string, provider: OfflineProvider): string {
  return join(host, provider.namespace, provider.name, provider.version, platform(), provider.binary);
}

/** Lays binaries (provider name to file) out as a filesystem mirror; nobody ever sees it half-made. */
export function layOutMirror(
  mirror: string,
  binaries: ReadonlyMap<string, string>,
  providers: readonly OfflineProvider[] = PROVIDERS,
): void {
  const unfinished = `${mirror}.${process.pid}.tmp`;
  rmSync(unfinished, { recursive: true, force: true });
  for (const provider of providers) {
    const binary = binaries.get(provider.name);
    if (!binary)
      throw new Error(`The mirror ${mirror} got no binary of the provider ${provider.name}: build it first.`);
    for (const host of REGISTRIES) {
      const place = join(unfinished, mirrorPath(host, provider));
      mkdirSync(dirname(place), { recursive: true });
      // Terraform does not follow linked folders inside a mirror; a hard link is a file like any other.
      linkSync(binary, place);
    }
  }
  rmSync(mirror, { recursive: true, force: true });
  renameSync(unfinished, mirror);
}

/** Remembers whether providers come from the mirror, so that a synth needs no network to know. */
export function rememberOffline(offline: boolean, cache = cacheDir()): void {
  const file = join(cache, 'providers.json');
  writeFileSync(`${file}.${process.pid}.tmp`, `${JSON.stringify({ offline })}\n`);
  renameSync(`${file}.${process.pid}.tmp`, file);
}

function isOffline(cache: string): boolean {
  try {
    const remembered: unknown = JSON.parse(readFileSync(join(cache, 'providers.json'), 'utf8'));
    return (
      typeof remembered === 'object' && remembered !== null && 'offline' in remembered && remembered.offline === true
    );
  } catch {
    return false;
  }
}

/**
 * Lets Terraform and OpenTofu find the mirror from a synthesised stack's folder (`cdktf.out/stacks/NAME`): both look
 * for providers in `terraform.d/plugins` under their current folder before they ask a registry, with no configuration.
 * Takes the link away again where the registry is used. Leaves a folder that is not this link alone.
 */
export function linkMirror(stackDir: string, cache = cacheDir()): void {
  const link = join(stackDir, 'terraform.d', 'plugins');
  const mirror = mirrorDir(cache);
  const wanted = isOffline(cache) && existsSync(mirror) ? mirror : undefined;
  const found = lstatSync(link, { throwIfNoEntry: false });
  const linked = found?.isSymbolicLink() ? readlinkSync(link) : undefined;
  if (linked === wanted && !(found && wanted === undefined)) return;
  if (found && !linked?.startsWith(join(cache, 'mirror'))) return;

  rmSync(link, { force: true });
  if (wanted) {
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(wanted, link);
  }
  // A binary built here and a registry's have the same version and other checksums: `init` would refuse the change.
  rmSync(join(stackDir, '.terraform.lock.hcl'), { force: true });
}
