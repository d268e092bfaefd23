import { existsSync } from 'node:fs';
import { findOnPath, run, tryRun } from './run-command';
import { PLAIN_REPORT, type Report } from './steps';

/**
 * Makes sure that commands are there, given as command to Debian packages: `{ git: 'git', ssh: 'openssh-client' }`.
 * Installs what is missing as root on systems with apt; otherwise throws with the one line to run.
 */
export async function needCommands(
  commands: Readonly<Record<string, string>>,
  report: Report = PLAIN_REPORT,
): Promise<void> {
  const missing = Object.keys(commands).filter((command) => findOnPath(command).length === 0);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap((command) => (commands[command] ?? command).split(' ')))];
  await installPackages(packages, missing.join(', '), report);
}

/** Installs Debian packages; `what` names in the message what they are needed for. */
export async function installPackages(packages: readonly string[], what: string, report: Report): Promise<void> {
  const list = packages.join(' ');
  if (findOnPath('apt-get').length === 0) {
    throw new Error(
      `This system has no ${what} and no apt-get: install it with the system's own package manager ` +
        `(on Debian the packages are: ${list}), then run this again.`,
    );
  }
  if (!isRoot()) {
    throw new Error(
      `This system has no ${what}, and only root may install it: ` +
        `run \`sudo apt-get update && sudo apt-get install -y --no-install-recommends ${list}\`, then run this again.`,
    );
  }
  report.say(`Installing ${list} with apt-get (for ${what})`);
  await aptGet(['update'], report);
  await aptGet(['install', '-y', '--no-install-recommends', ...packages], report);
}

/** Whether apt could install a package; what it knows may be old until {@link updatePackageLists} ran. */
export async function isPackageKnown(name: string): Promise<boolean> {
  const policy = await tryRun('apt-cache', ['policy', name]);
  return /Candidate: [^(\s]/.test(policy?.stdout ?? '');
}

/** `apt-get update`, where that is possible; not an error where it fails. */
export async function updatePackageLists(report: Report): Promise<void> {
  if (isRoot()) await tryRun('apt-get', ['update'], { onLine: report.progress });
}

/** Whether systemd runs this machine, and so starts and stops its services. */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system');
}

/** Whether this process may install packages and start services. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function aptGet(args: readonly string[], report: Report): Promise<void> {
  // Another apt-get (a machine's first unattended upgrade, often) holds the lock for a while: wait for it.
  await run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', ...args], {
    // Without systemd a service that a package starts would be nobody's; RUNLEVEL=1 keeps packages from starting any.
    env: { DEBIAN_FRONTEND: 'noninteractive', ...(hasSystemd() ? {} : { RUNLEVEL: '1' }) },
    onLine: report.progress,
  });
}
