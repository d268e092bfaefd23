import { run } from '../scripts/setup/run-command';

/** Megabytes that containers use together, without what the kernel could give up at once. */
export async function megabytesOf(containers: readonly string[]): Promise<number> {
  const { stdout } = await run('docker', ['stats', '--no-stream', '--format', '{{.MemUsage}}', ...containers]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => megabytes(line.split(' / ')[0] ?? ''))
    .reduce((sum, value) => sum + value, 0);
}

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** As docker writes an amount: "178.3MiB". */
export function megabytes(text: string): number {
  const [, number, unit = ''] = /^([\d.]+)(\w+)$/.exec(text) ?? [];
  const bytes = UNITS[unit];
  if (number === undefined || bytes === undefined) throw new Error(`${text} is no amount of memory`);
  return (Number(number) * bytes) / 1e6;
}
