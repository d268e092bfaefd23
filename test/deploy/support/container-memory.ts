import { succeed } from './command';

const UNITS: Readonly<Record<string, number>> = { B: 1 / 1024 / 1024, KiB: 1 / 1024, MiB: 1, GiB: 1024 };

/** MiB that a container uses at the moment, as `docker stats` counts it. */
export async function memoryOf(container: string): Promise<number> {
  const text = await succeed('docker', ['stats', '--no-stream', '--format', '{{.MemUsage}}', container]);
  const [, number = '', unit = ''] = /^([\d.]+)([A-Za-z]+) /.exec(text) ?? [];
  return Number(number) * (UNITS[unit] ?? Number.NaN);
}

/** When a container was last started: another time means that it ended meanwhile. */
export async function startedAt(container: string): Promise<string> {
  return (await succeed('docker', ['inspect', '--format', '{{.State.StartedAt}}', container])).trim();
}

/** Its first address, and the port that it serves there: connections to them do not pass the engine's own proxy. */
export async function addressOf(container: string): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
  return (await succeed('docker', ['inspect', '--format', format, container])).split(' ')[0] ?? '';
}
