import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { buildWithGo, builtBinary } from './go-build';
import { putTerraformOnNpxPath } from './npx-terraform';
import { OPENTOFU } from './offline-modules';
import { installPackages, isPackageKnown, isRoot } from './packages';
import { findOnPath, tryRun } from './run-command';
import type { Report } from './steps';
import { formatVersion, isAtLeast, parseVersion, type Version } from './version';

export interface Terraform {
  readonly product: 'Terraform' | 'OpenTofu';
  readonly version: string;
  readonly binary: string;
}

const MINIMUM = { Terraform: [1, 5, 0], OpenTofu: [1, 6, 0] } as const;
const NEEDED = 'Terraform 1.5 or later, or OpenTofu 1.6 or later, is needed';

/**
 * Finds Terraform or OpenTofu: TERRAFORM_BINARY_NAME, then PATH, then the cache; otherwise gets OpenTofu, as a package
 * where the system's sources have one, or built with Go.
 */
export async function provideTerraform(baseImage: string, report: Report): Promise<Terraform> {
  const named = process.env.TERRAFORM_BINARY_NAME;
  if (named) {
    const found = await firstSuitable(named.includes(sep) ? [named] : findOnPath(named));
    if (found.suitable) return found.suitable;
    const got = found.tooOld ?? 'nothing that runs';
    throw new Error(`TERRAFORM_BINARY_NAME=${named} is ${got}: ${NEEDED}; name another one, or unset the variable.`);
  }
  const found = await firstSuitable([...onPath('terraform'), ...onPath('tofu'), builtBinary(OPENTOFU)]);
  if (!found.suitable && found.tooOld) {
    throw new Error(`PATH has ${found.tooOld}: ${NEEDED}; upgrade it, or take it off PATH to have OpenTofu built.`);
  }
  const terraform = found.suitable ?? (await fromPackage(report)) ?? (await fromSource(baseImage, report));
  putTerraformOnNpxPath(terraform.binary === onPath('terraform')[0] ? undefined : terraform.binary);
  return terraform;
}

/** The product and version of a binary, or undefined where it is neither Terraform nor OpenTofu. */
export function parseTerraform(text: string): { product: Terraform['product']; version: Version } | undefined {
  const found = /^(Terraform|OpenTofu) v(\S+)/m.exec(text);
  const version = parseVersion(found?.[2] ?? '');
  return version && { product: found?.[1] === 'OpenTofu' ? 'OpenTofu' : 'Terraform', version };
}

async function firstSuitable(binaries: readonly string[]): Promise<{ suitable?: Terraform; tooOld?: string }> {
  let tooOld: string | undefined;
  for (const binary of binaries) {
    if (!existsSync(binary)) continue;
    const output = await tryRun(binary, ['version'], { env: { CHECKPOINT_DISABLE: '1' }, timeoutMs: 30_000 });
    const parsed = parseTerraform(output?.stdout ?? '');
    if (!parsed) continue;
    const version = formatVersion(parsed.version);
    if (isAtLeast(parsed.version, MINIMUM[parsed.product])) {
      return { suitable: { product: parsed.product, version, binary } };
    }
    tooOld ??= `${parsed.product} ${version} (${binary})`;
  }
  return tooOld === undefined ? {} : { tooOld };
}

// npm puts node_modules/.bin on PATH; what lies there is what this step itself put there.
function onPath(command: string): string[] {
  return findOnPath(command).filter((file) => !file.includes(join('node_modules', '.bin')));
}

async function fromPackage(report: Report): Promise<Terraform | undefined> {
  if (!isRoot()) return undefined;
  for (const name of ['tofu', 'terraform']) {
    if (!(await isPackageKnown(name))) continue;
    await installPackages([name], name, report);
    return (await firstSuitable(onPath(name))).suitable;
  }
  return undefined;
}

async function fromSource(baseImage: string, report: Report): Promise<Terraform> {
  report.say('No Terraform or OpenTofu here: building OpenTofu with Go (about 7 minutes, once)');
  const binary = await buildWithGo(OPENTOFU, baseImage, report);
  const built = (await firstSuitable([binary])).suitable;
  if (!built) throw new Error(`The OpenTofu that was built does not run: delete ${binary} and run this again.`);
  return built;
}
