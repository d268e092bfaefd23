import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitSshCommand } from '../../../scripts/stack/ssh-files';
import { command, succeed, type Result } from './command';
import type { Stack } from './stack';

/** The stock ssh, and git over it, with one private key, in a folder of its own. */
export class SshClient {
  public readonly folder = mkdtempSync(join(tmpdir(), 'ssh-client-'));

  public constructor(
    private readonly stack: Stack,
    /** An account of the stack, for its key. */
    private readonly user: string,
    /** More of ssh's options, as `-o` takes them. */
    private readonly options: readonly string[] = [],
  ) {
    const config = `[user]\n\tname = ${user}\n\temail = ${user}@example.com\n[init]\n\tdefaultBranch = main\n`;
    writeFileSync(join(this.folder, 'gitconfig'), config);
  }

  /** `ssh`, with the stack's ssh_config: options, then the command, which the server gets as it is. */
  public ssh(options: readonly string[], remote?: string, input?: string): Promise<Result> {
    return command('ssh', this.sshArguments(options, remote), { input });
  }

  public sshArguments(options: readonly string[], remote?: string): string[] {
    const { username, hostname } = new URL(this.stack.sshUrl);
    return [
      '-F',
      join(this.stack.folder, 'ssh_config'),
      '-i',
      this.stack.sshKeyFile(this.user),
      '-o',
      'BatchMode=yes',
      '-o',
      'ConnectTimeout=20',
      ...this.options.flatMap((option) => ['-o', option]),
      ...options,
      `${username}@${hostname}`,
      ...(remote === undefined ? [] : [remote]),
    ];
  }

  /** git; `inside` is a clone below the client's folder. */
  public git(args: readonly string[], inside = '.'): Promise<Result> {
    return command('git', args, {
      cwd: join(this.folder, inside),
      env: {
        GIT_SSH_COMMAND: [
          `${gitSshCommand(this.stack.folder, this.user)} -o BatchMode=yes`,
          ...this.options.map((option) => `-o ${option}`),
        ].join(' '),
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: join(this.folder, 'gitconfig'),
      },
    });
  }

  /** For what must succeed. */
  public async ok(args: readonly string[], inside = '.'): Promise<string> {
    const { status, output } = await this.git(args, inside);
    if (status !== 0) throw new Error(`git ${args.join(' ')} as ${this.user} ended with ${status}:\n${output}`);
    return output;
  }

  public clone(repository: string, into: string, ...options: readonly string[]): Promise<string> {
    return this.ok(['clone', ...options, this.stack.sshCloneUrl(repository), into]);
  }

  /** Commits a file of random bytes, and gives the commit. */
  public async commit(clone: string, name: string, kibibytes = 1): Promise<string> {
    await succeed('dd', ['if=/dev/urandom', `of=${join(this.folder, clone, name)}`, 'bs=1K', `count=${kibibytes}`]);
    await this.ok(['add', name], clone);
    await this.ok(['commit', '-m', `add ${name}`], clone);
    return (await this.ok(['rev-parse', 'HEAD'], clone)).trim();
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
