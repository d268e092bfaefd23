import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './cache';
import { needCommands } from './packages';
import { CommandError, run, tryRun } from './run-command';
import { platform } from './offline-modules';
import type { Report } from './steps';

const DEFAULT_IMAGE = 'debian:trixie-slim';
const SUITE = 'trixie';
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
    await needCommands({ mmdebstrap: 'mmdebstrap debian-archive-keyring' }, report);
    await bootstrap(unfinished, report);
    renameSync(unfinished, tar);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Debian's own mirrors, with updates and security updates, are what mmdebstrap takes where none is named. */
async function bootstrap(tar: string, report: Report): Promise<void> {
  const options = [
    ...DPKG_OPTIONS.map((option) => `--dpkgopt=${option}`),
    // Not by --aptopt: that would count while mmdebstrap itself still needs the downloaded packages.
    `--customize-hook=printf '%s;\\n' ${quoted(APT_OPTIONS)} > "$1/etc/apt/apt.conf.d/99slim"`,
    // Packages installed in an image build must start nothing; mmdebstrap would remove the file with its own.
    '--skip=chroot/policy-rc.d',
    `--customize-hook=printf '#!/bin/sh\\nexit 101\\n' > "$1/usr/sbin/policy-rc.d"`,
    '--customize-hook=chmod 755 "$1/usr/sbin/policy-rc.d"',
  ];
  const args = ['--variant=minbase', '--format=tar', ...options, SUITE, tar];
  await run('mmdebstrap', args, { onLine: report.progress });
}

// For a shell; none of these lines has a quote in it.
function quoted(lines: readonly string[]): string {
  return lines.map((line) => `'${line}'`).join(' ');
}
