import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildWithGo } from './go-build';
import { layOutMirror, mirrorDir, rememberOffline } from './mirror';
import { PROVIDERS } from './offline-modules';
import { isRegistryReachable } from './reach';
import type { Report } from './steps';
import type { Terraform } from './terraform';

const REGISTRY_HOSTS = { Terraform: 'registry.terraform.io', OpenTofu: 'registry.opentofu.org' } as const;

/**
 * Sees to it that the providers can be had: from the registry where it answers, otherwise from a mirror in the cache,
 * built once with Go. Gives a line that says which.
 */
export async function provideProviders(terraform: Terraform, baseImage: string, report: Report): Promise<string> {
  const configuration = configuredInstallation();
  if (configuration) {
    rememberOffline(false);
    return `Providers: as ${configuration} says`;
  }
  const registry = REGISTRY_HOSTS[terraform.product];
  if (await isRegistryReachable(registry)) {
    rememberOffline(false);
    return `Providers: from ${registry}`;
  }
  const mirror = mirrorDir();
  if (!existsSync(mirror)) {
    report.say(`${registry} cannot be reached: building the providers with Go instead (about 6 minutes, once)`);
    const binaries = new Map<string, string>();
    for (const provider of PROVIDERS) binaries.set(provider.name, await buildWithGo(provider, baseImage, report));
    layOutMirror(mirror, binaries);
  }
  rememberOffline(true);
  return `Providers: built from source, ${registry} cannot be reached`;
}

/** The CLI configuration file, where it says itself where providers come from: it then is the one that counts. */
function configuredInstallation(): string | undefined {
  const named = process.env.TF_CLI_CONFIG_FILE ?? process.env.TERRAFORM_CONFIG;
  const files = named ? [named] : ['.tofurc', '.terraformrc'].map((file) => join(homedir(), file));
  return files.find((file) => existsSync(file) && /^\s*provider_installation\b/m.test(readFileSync(file, 'utf8')));
}
