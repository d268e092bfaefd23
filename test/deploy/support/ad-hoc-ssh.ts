import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitSshCommand, writeSshFiles } from '../../../scripts/stack/ssh-files';
import { command, succeed, type Result } from './command';

/** The stock git over SSH for a topology that a test declared, with a key of its own for each account. */
export class AdHocSsh {
  public readonly folder = mkdtempSync(join(tmpdir(), 'ssh-'));
  private readonly keys: Record<string, string> = {};

  /** Makes a key, and gives its public part. */
  public async makeKey(account: string): Promise<string> {
    const file = join(this.folder, `made-${account}`);
    await succeed('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', account, '-f', file]);
    this.keys[account] = readFileSync(file, 'utf8');
    return readFileSync(`${file}.pub`, 'utf8').trim();
  }

  public use(url: string, hostKeys: readonly string[]): void {
    writeSshFiles(this.folder, {
      ssh_url: url,
      ssh_bind_address: '127.0.0.1',
      ssh_host_keys: hostKeys,
      ssh_keys: this.keys,
    });
  }

  public lsRemote(account: string, url: string): Promise<Result> {
    return command('git', ['ls-remote', url], {
      cwd: this.folder,
      env: {
        GIT_SSH_COMMAND: `${gitSshCommand(this.folder, account)} -o BatchMode=yes -o ConnectTimeout=20`,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
      },
    });
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
