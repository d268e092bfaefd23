import { setTimeout as sleep } from 'node:timers/promises';
import { startDockerd, stopDockerd } from './dockerd';
import { hasSystemd, installPackages, isPackageKnown, isRoot, updatePackageLists } from './packages';
import { CommandError, findOnPath, run } from './run-command';
import { refuseContext } from './engine-address';
import type { Report } from './steps';
import { isAtLeast, parseVersion } from './version';

const MINIMUM = [20, 10, 0] as const;

/** Sees to it that a Docker Engine answers: installs and starts one where that is possible. Gives its version. */
export async function provideEngine(report: Report): Promise<string> {
  let server = await askServer();
  if (!server.version) {
    refuseWhereItIsTheUsersTurn(server.reason);
    if (findOnPath('docker').length === 0 || findOnPath('dockerd').length === 0) await installEngine(report);
    server = await askServer();
  }
  if (!server.version) {
    await startEngine(report);
    server = await askServer();
  }
  if (!server.version) throw new Error(`Docker Engine was started, but does not answer: ${server.reason}`);
  await refuseContext(process.env);
  const version = parseVersion(server.version);
  if (!version || !isAtLeast(version, MINIMUM)) {
    throw new Error(`Docker Engine is version ${server.version}: 20.10 or later is needed, upgrade it.`);
  }
  return server.version;
}

/** Stops the engine that {@link provideEngine} started without a service manager; says whether there was one. */
export async function stopEngine(): Promise<boolean> {
  return stopDockerd();
}

async function askServer(): Promise<{ version?: string; reason: string }> {
  try {
    const answer = await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: 20_000 });
    return { version: answer.stdout.trim(), reason: '' };
  } catch (error) {
    if (error instanceof CommandError) return { reason: error.message };
    throw error;
  }
}

function refuseWhereItIsTheUsersTurn(reason: string): void {
  const host = process.env.DOCKER_HOST;
  if (host && host !== 'unix:///var/run/docker.sock') {
    throw new Error(`No Docker Engine answers at DOCKER_HOST=${host} (${reason}): start it, or unset DOCKER_HOST.`);
  }
  if (/permission denied/i.test(reason)) {
    throw new Error(
      'This user may not use Docker Engine: run `sudo usermod -aG docker "$USER"`, log in again, then run this again.',
    );
  }
  if (!isRoot() && findOnPath('dockerd').length > 0 && findOnPath('docker').length > 0) {
    const start = hasSystemd() ? 'sudo systemctl start docker' : 'sudo dockerd';
    throw new Error(`Docker Engine is installed but does not run: run \`${start}\`, then run this again.`);
  }
}

async function installEngine(report: Report): Promise<void> {
  await updatePackageLists(report);
  // Debian 13 has the client in a package of its own; before it was part of docker.io.
  const client = (await isPackageKnown('docker-cli')) ? ['docker-cli'] : [];
  await installPackages(['docker.io', ...client, 'iptables'], 'Docker Engine', report);
}

async function startEngine(report: Report): Promise<void> {
  if (!hasSystemd()) {
    report.say('Starting dockerd in the background');
    await startDockerd(async () => (await askServer()).version !== undefined, report);
    return;
  }
  report.say('Starting Docker Engine: systemctl start docker');
  await run('systemctl', ['start', 'docker']);
  for (let waited = 0; waited < 60 && !(await askServer()).version; waited++) await sleep(1000);
}
