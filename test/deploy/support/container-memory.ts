import { succeed } from './command';

interface Stats {
  readonly memory_stats: { readonly usage: number; readonly stats: Readonly<Record<string, number>> };
}

const ENGINE = '/var/run/docker.sock';

/**
 * MiB that a container uses at the moment, as `docker stats` counts it, which takes two seconds to say so.
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerStats
 */
export async function memoryOf(container: string): Promise<number> {
  const url = `http://engine/v1.41/containers/${container}/stats?stream=false&one-shot=true`;
  const { memory_stats: memory } = JSON.parse(await succeed('curl', ['-sS', '--unix-socket', ENGINE, url])) as Stats;
  // Files that could be dropped at once are not counted; cgroup v1 and v2 call them differently.
  const files = memory.stats['total_inactive_file'] ?? memory.stats['inactive_file'] ?? 0;
  return (memory.usage - files) / 1024 / 1024;
}

/** When a container was last started: another time means that it ended meanwhile. */
export async function startedAt(container: string): Promise<string> {
  return (await succeed('docker', ['inspect', '--format', '{{.State.StartedAt}}', container])).trim();
}

/** Its first address: connections to it do not pass the engine's own proxy. */
export async function addressOf(container: string): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
  return (await succeed('docker', ['inspect', '--format', format, container])).split(' ')[0] ?? '';
}
