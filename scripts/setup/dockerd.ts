import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir } from './cache';
import { findOnPath } from './run-command';
import type { Report } from './steps';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;
// dockerd's own record, which it believes even where the number has passed to another process since.
const OWN_PID_FILE = '/var/run/docker.pid';

/** Starts dockerd in the background, for machines without a service manager, and waits until `answers` says yes. */
export async function startDockerd(answers: () => Promise<boolean>, report: Report): Promise<void> {
  const log = join(cacheDir(), 'dockerd.log');
  let failure = await startOnce({}, log, answers);
  const legacy = failure !== undefined && /iptables|nf_tables/i.test(failure) ? withLegacyIptables() : undefined;
  if (legacy) {
    report.say('iptables does not work with this kernel: trying iptables-legacy');
    failure = await startOnce(legacy, log, answers);
  }
  if (failure !== undefined) throw new Error(`dockerd did not start; the end of ${log}:\n${failure}`);
}

/** Stops the dockerd that {@link startDockerd} started, and nothing else; says whether there was one. */
export async function stopDockerd(): Promise<boolean> {
  const file = pidFile();
  if (!existsSync(file)) return false;
  const [pid = 0, startTime] = readFileSync(file, 'utf8').trim().split(' ').map(Number);
  // The number may have passed to another process since: what was started has both its name and its start time.
  const alive = (): boolean => isDockerd(pid) && processStartTime(pid) === startTime;
  const stopped = alive();
  if (stopped) process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (alive()) {
    if (Date.now() > deadline) throw new Error(`dockerd (process ${pid}) still runs a minute after SIGTERM: stop it.`);
    await sleep(100);
  }
  rmSync(file, { force: true });
  return stopped;
}

async function startOnce(
  env: NodeJS.ProcessEnv,
  log: string,
  answers: () => Promise<boolean>,
): Promise<string | undefined> {
  removeStalePidFile();
  const output = openSync(log, 'w', 0o600);
  const dockerd = spawn(findOnPath('dockerd')[0] ?? 'dockerd', [], {
    // A session of its own: it outlives this command, and a Ctrl-C is not for it.
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  });
  closeSync(output);
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
  };
  dockerd.on('exit', end).on('error', end);
  dockerd.unref();
  const pid = dockerd.pid ?? 0;
  if (pid !== 0) writeFileSync(pidFile(), `${pid} ${processStartTime(pid) ?? 0}\n`);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!ended.signal.aborted && Date.now() < deadline) {
    if (await answers()) return undefined;
    await sleep(250);
  }
  await stopDockerd();
  return readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n');
}

// For kernels without nf_tables, which Debian's iptables uses. Where overlay2 does not work, dockerd itself takes vfs.
function withLegacyIptables(): NodeJS.ProcessEnv | undefined {
  const commands = ['iptables', 'ip6tables'].flatMap((command) =>
    findOnPath(`${command}-legacy`)
      .slice(0, 1)
      .map((target) => ({ command, target })),
  );
  if (commands.length === 0) return undefined;
  // Only for this dockerd: which iptables the system uses is not ours to change.
  const folder = join(cacheDir(), 'iptables-legacy');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const { command, target } of commands) symlinkSync(target, join(folder, command));
  return { PATH: `${folder}:${process.env.PATH ?? ''}` };
}

function pidFile(): string {
  return join(cacheDir(), 'dockerd.pid');
}

function removeStalePidFile(): void {
  if (!existsSync(OWN_PID_FILE)) return;
  if (!isDockerd(Number(readFileSync(OWN_PID_FILE, 'utf8')))) rmSync(OWN_PID_FILE, { force: true });
}

function isDockerd(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'dockerd' && processState(pid) !== 'Z';
  } catch {
    return false;
  }
}

// The fields after the command name, which is in brackets and may hold anything; see proc(5).
function statFields(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
}

function processState(pid: number): string | undefined {
  return statFields(pid)[0];
}

function processStartTime(pid: number): number | undefined {
  const field = statFields(pid)[19];
  return field === undefined ? undefined : Number(field);
}
