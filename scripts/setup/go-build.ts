import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './cache';
import { hostCaBundle } from './host-ca';
import { moduleHash, platform, PROJECT_ROOT, type OfflineModule } from './offline-modules';
import { run, tryRun } from './run-command';
import type { Report } from './steps';

const BUILDER_IMAGE = 'cdktf-git-topology/go-builder';
// Go's downloads and compiled packages: an interrupted build goes on where it was.
const CACHE_VOLUME = 'cdktf-git-topology-go';
// How this network reaches a Go module proxy is the host's business.
const PASSED_ON = [
  ...['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GONOPROXY', 'GOPRIVATE', 'GOINSECURE'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
] as const;

/** Where the binary of a module is kept once it is built. */
export function builtBinary(module: OfflineModule, cache = cacheDir()): string {
  return join(cache, 'built', `${module.name}-${moduleHash([module])}-${platform()}`, module.binary);
}

/**
 * Builds a module with Go in a container of the base image, unless that was done before, and gives the binary's path.
 * Files go in and out by `docker cp`: it works for any user, and for an engine on another machine.
 */
export async function buildWithGo(module: OfflineModule, baseImage: string, report: Report): Promise<string> {
  const binary = builtBinary(module);
  if (existsSync(binary)) return binary;
  writeFileSync(leftoversFile(), '');
  const builder = await builderImage(baseImage, report);
  const container = `cdktf-git-topology-build-${module.name}`;
  await tryRun('docker', ['rm', '-f', container]);
  const output = `/out/${module.binary}`;
  const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-v'];
  await run('docker', [
    ...['create', '--init', '--name', container, '--workdir', '/src', '--volume', `${CACHE_VOLUME}:/cache`],
    ...buildEnvironment(),
    ...[builder, 'go', 'build', ...flags, `-ldflags=-s -w ${module.ldflags ?? ''}`, '-o', output, module.goPackage],
  ]);
  try {
    await run('docker', ['cp', `${join(PROJECT_ROOT, 'offline', module.name)}/.`, `${container}:/src`]);
    await copyCaBundle(container);
    await run('docker', ['start', '--attach', container], { onLine: report.progress });
    const folder = join(binary, '..');
    const unfinished = `${folder}.${process.pid}.tmp`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await run('docker', ['cp', `${container}:${output}`, unfinished]);
    chmodSync(join(unfinished, module.binary), 0o755);
    renameSync(unfinished, folder);
  } finally {
    await tryRun('docker', ['rm', '-f', container]);
  }
  return binary;
}

/** Removes what only builds need; it takes gigabytes, and the results are kept. */
export async function removeBuildLeftovers(): Promise<void> {
  if (!existsSync(leftoversFile())) return;
  const images = await tryRun('docker', ['image', 'ls', '--quiet', BUILDER_IMAGE]);
  const ids = (images?.stdout ?? '').split('\n').filter((id) => id !== '');
  if (ids.length > 0) await tryRun('docker', ['image', 'rm', ...ids]);
  const volume = await tryRun('docker', ['volume', 'ls', '--quiet', '--filter', `name=^${CACHE_VOLUME}$`]);
  if (volume?.stdout) await tryRun('docker', ['volume', 'rm', CACHE_VOLUME]);
  rmSync(leftoversFile(), { force: true });
}

// Says that builds left something behind, so that a run which built nothing need not ask the engine.
function leftoversFile(): string {
  return join(cacheDir(), 'build-leftovers');
}

// `docker commit` rather than a Dockerfile: it needs neither the old builder nor BuildKit.
async function builderImage(baseImage: string, report: Report): Promise<string> {
  const id = (await run('docker', ['image', 'inspect', '--format', '{{.Id}}', baseImage])).stdout.trim();
  const image = `${BUILDER_IMAGE}:${id.replace('sha256:', '').slice(0, 12)}`;
  if (await tryRun('docker', ['image', 'inspect', image])) return image;
  report.say('Installing Go in a container of the base image (golang-go; removed when all is built)');
  const container = 'cdktf-git-topology-build-go';
  await tryRun('docker', ['rm', '-f', container]);
  const install = 'apt-get update && apt-get install -y --no-install-recommends golang-go ca-certificates';
  const environment = [...proxyEnvironment(), '--env', 'DEBIAN_FRONTEND=noninteractive'];
  const options = ['--init', '--name', container, '--network', 'host', ...environment];
  try {
    await run('docker', ['run', ...options, baseImage, 'sh', '-ec', install], { onLine: report.progress });
    await run('docker', ['commit', container, image]);
  } finally {
    await tryRun('docker', ['rm', '-f', container]);
  }
  return image;
}

function buildEnvironment(): string[] {
  const variables: Readonly<Record<string, string>> = {
    CGO_ENABLED: '0',
    // Debian's Go fetches the version that go.mod asks for.
    GOTOOLCHAIN: 'auto',
    GOMODCACHE: '/cache/mod',
    GOCACHE: '/cache/build',
    SSL_CERT_FILE: '/ca.pem',
  };
  const own = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  // The host's own network: its name servers and a proxy on its loopback address work as they do for the host.
  return ['--network', 'host', ...own, ...proxyEnvironment()];
}

// By name alone: values (a proxy's may hold a password) stay out of command lines.
function proxyEnvironment(): string[] {
  return PASSED_ON.filter((name) => process.env[name] !== undefined).flatMap((name) => ['--env', name]);
}

// Go reads SSL_CERT_FILE as well as the container's own /etc/ssl/certs, so a company's single CA is enough.
async function copyCaBundle(container: string): Promise<void> {
  const bundle = hostCaBundle();
  if (bundle) await run('docker', ['cp', '--follow-link', bundle, `${container}:/ca.pem`]);
}
