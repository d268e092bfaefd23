import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from './cache';
import { needCommands } from './packages';
import { CommandError, findOnPath, run, tryRun } from './run-command';
import { platform } from './offline-modules';
import type { Report } from './steps';

const DEFAULT_IMAGE = 'debian:trixie-slim';
const SUITE = 'trixie';
const MIRROR = 'http://deb.debian.org/debian';
const SOURCES = [
  `deb ${MIRROR} ${SUITE} main`,
  `deb ${MIRROR} ${SUITE}-updates main`,
  `deb ${MIRROR}-security ${SUITE}-security main`,
] as const;
// What the published slim image leaves out as well: documentation and translations, not the copyright files.
const LEFT_OUT = ['doc', 'info', 'locale', 'man', 'groff', 'lintian', 'linda'].map(
  (folder) => `path-exclude=/usr/share/${folder}/*`,
);
const DPKG_OPTIONS = [...LEFT_OUT, 'path-include=/usr/share/doc/*/copyright'];
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const APT_OPTIONS = ['Acquire::Languages "none"', 'APT::Keep-Downloaded-Packages "false"'];

/** The image that all others are built on. */
export function baseImageName(env: NodeJS.ProcessEnv = process.env): string {
  return env.BASE_IMAGE ?? DEFAULT_IMAGE;
}

/**
 * Sees to it that the base image is there: pulled, or made from Debian's packages where no image registry can be
 * reached. Gives its name.
 */
export async function provideBaseImage(report: Report): Promise<string> {
  const image = baseImageName();
  if (await tryRun('docker', ['image', 'inspect', image])) return image;
  try {
    await run('docker', ['pull', image], { timeoutMs: 180_000, onLine: report.progress });
    return image;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const why = error.output.stderr.trim().split('\n').at(-1) ?? error.message;
    if (image !== DEFAULT_IMAGE) {
      throw new Error(
        `BASE_IMAGE=${image} is not there and cannot be pulled (${why}): ` +
          `\`docker load\` it, or unset BASE_IMAGE to have ${DEFAULT_IMAGE} made from Debian's packages.`,
      );
    }
    report.say(`${image} cannot be pulled (${why}): making it from Debian's packages instead`);
  }
  const tar = join(cacheDir(), `base-${SUITE}-${platform()}.tar`);
  if (!existsSync(tar)) await makeTar(tar, report);
  const changes = [`ENV PATH=${PATH}`, 'ENV LANG=C.UTF-8', 'CMD ["bash"]'].flatMap((line) => ['--change', line]);
  await run('docker', ['import', ...changes, tar, image]);
  return image;
}

async function makeTar(tar: string, report: Report): Promise<void> {
  const unfinished = `${tar}.${process.pid}.tmp.tar`;
  try {
    if (findOnPath('mmdebstrap').length === 0 && findOnPath('debootstrap').length > 0) {
      await withDebootstrap(unfinished, report);
    } else {
      await needCommands({ mmdebstrap: 'mmdebstrap debian-archive-keyring' }, report);
      await withMmdebstrap(unfinished, report);
    }
    renameSync(unfinished, tar);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

async function withMmdebstrap(tar: string, report: Report): Promise<void> {
  const options = [
    ...DPKG_OPTIONS.map((option) => `--dpkgopt=${option}`),
    // Not by --aptopt: that would count while mmdebstrap itself still needs the downloaded packages.
    `--customize-hook=printf '%s;\\n' ${quoted(APT_OPTIONS)} > "$1/etc/apt/apt.conf.d/99slim"`,
    // Packages installed in an image build must start nothing; mmdebstrap would remove the file with its own.
    '--skip=chroot/policy-rc.d',
    `--customize-hook=printf '#!/bin/sh\\nexit 101\\n' > "$1/usr/sbin/policy-rc.d"`,
    '--customize-hook=chmod 755 "$1/usr/sbin/policy-rc.d"',
  ];
  const args = ['--variant=minbase', '--format=tar', ...options, SUITE, tar, ...SOURCES];
  await run('mmdebstrap', args, { onLine: report.progress });
}

// debootstrap knows one source and no security updates: these come in a container of what it made.
async function withDebootstrap(tar: string, report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cdktf-git-topology-'));
  const container = 'cdktf-git-topology-base';
  const image = 'cdktf-git-topology/base';
  try {
    const root = join(folder, 'root');
    await run('debootstrap', ['--variant=minbase', SUITE, root, MIRROR], { onLine: report.progress });
    await run('tar', ['--numeric-owner', '-C', root, '-cf', join(folder, 'raw.tar'), '.']);
    await run('docker', ['import', join(folder, 'raw.tar'), image]);
    const script = [
      `printf '%s\\n' ${quoted(SOURCES)} > /etc/apt/sources.list`,
      `printf '%s\\n' ${quoted(DPKG_OPTIONS)} > /etc/dpkg/dpkg.cfg.d/slim`,
      `printf '%s;\\n' ${quoted(APT_OPTIONS)} > /etc/apt/apt.conf.d/99slim`,
      `printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d`,
      'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -y dist-upgrade && apt-get clean',
      'find /usr/share/doc -type f ! -name copyright -delete',
      'rm -rf /usr/share/man/* /usr/share/locale/* /usr/share/info/* /var/lib/apt/lists/* /var/log/*.log',
    ].join('\n');
    await tryRun('docker', ['rm', '-f', container]);
    const options = ['--init', '--network', 'host', '--name', container];
    await run('docker', ['run', ...options, image, 'sh', '-ec', script], { onLine: report.progress });
    await run('docker', ['export', '--output', tar, container]);
  } finally {
    await tryRun('docker', ['rm', '-f', container]);
    await tryRun('docker', ['image', 'rm', image]);
    rmSync(folder, { recursive: true, force: true });
  }
}

// For a shell; none of these lines has a quote in it.
function quoted(lines: readonly string[]): string {
  return lines.map((line) => `'${line}'`).join(' ');
}
