import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeed } from './command';

/**
 * A volume of an engine on this machine made small, with what it holds: a file system in memory lies over its folder until
 * `end`, which brings back what was written. Needs root. Containers that use the volume must be stopped when it begins and ends.
 */
export class SmallDisk {
  public static async over(volume: string, freeMebibytes: number): Promise<SmallDisk> {
    const folder = (await succeed('docker', ['volume', 'inspect', '--format', '{{.Mountpoint}}', volume])).trim();
    const used = Number((await succeed('du', ['--summarize', '--block-size=1M', folder])).split('\t')[0]);
    const memory = mkdtempSync(join(tmpdir(), 'small-disk-'));
    await succeed('mount', ['-t', 'tmpfs', '-o', `size=${used + freeMebibytes}m`, 'small-disk', memory]);
    await copy(folder, memory);
    await succeed('mount', ['--bind', memory, folder]);
    return new SmallDisk(folder, memory);
  }

  private constructor(
    private readonly folder: string,
    private readonly memory: string,
  ) {}

  public async end(): Promise<void> {
    await succeed('umount', [this.folder]);
    await succeed('find', [this.folder, '-mindepth', '1', '-delete']);
    await copy(this.memory, this.folder);
    await succeed('umount', [this.memory]);
    rmdirSync(this.memory);
  }
}

/** Owners, modes and holes as they are; of the folder itself, too. */
async function copy(from: string, to: string): Promise<void> {
  await succeed('cp', ['-a', '--sparse=always', `${from}/.`, to]);
}
