import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, succeed, type Result } from './command';
import type { Stack } from './stack';

/** The stock git client, as one user of a stack, in a folder of its own. */
export class GitClient {
  public readonly folder = mkdtempSync(join(tmpdir(), 'git-client-'));

  public constructor(
    private readonly stack: Stack,
    private readonly user: string,
    private readonly password = stack.password(user),
  ) {
    const store = new URL(stack.outputs.base_url).origin.replace(
      '://',
      `://${user}:${encodeURIComponent(this.password)}@`,
    );
    writeFileSync(join(this.folder, 'credentials'), `${store}\n`, { mode: 0o600 });
    const config = `[credential]\n\thelper = store --file=${this.folder}/credentials\n[user]\n\tname = ${user}\n\temail = ${user}@example.com\n[init]\n\tdefaultBranch = main\n`;
    writeFileSync(join(this.folder, 'gitconfig'), config);
  }

  /**
   * Runs git with the stack's CA; `in` is a clone below the client's folder. Pushes are of HTTP/1.1: libcurl 7.88 (Debian
   * 12) never sends the end of some uploads over HTTP/2, whoever the server is.
   */
  public run(args: readonly string[], inside = '.'): Promise<Result> {
    const version = args[0] === 'push' ? ['-c', 'http.version=HTTP/1.1'] : [];
    return command('git', ['-c', `http.sslCAInfo=${this.stack.caFile}`, ...version, ...args], {
      cwd: join(this.folder, inside),
      env: {
        GIT_TERMINAL_PROMPT: '0',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: join(this.folder, 'gitconfig'),
        GIT_SSL_CAINFO: undefined,
      },
    });
  }

  /** For what must succeed. */
  public async ok(args: readonly string[], inside = '.'): Promise<string> {
    const { status, output } = await this.run(args, inside);
    if (status !== 0) throw new Error(`git ${args.join(' ')} as ${this.user} ended with ${status}:\n${output}`);
    return output;
  }

  public clone(repository: string, into: string): Promise<string> {
    return this.ok(['clone', this.stack.cloneUrl(repository), into]);
  }

  /** Commits a file of random bytes, which no compression makes smaller. */
  public async commitRandom(clone: string, name: string, megabytes: number): Promise<string> {
    await succeed('dd', ['if=/dev/urandom', `of=${join(this.folder, clone, name)}`, 'bs=1M', `count=${megabytes}`]);
    await this.ok(['add', name], clone);
    await this.ok(['commit', '-m', `add ${name}`], clone);
    return (await this.ok(['rev-parse', 'HEAD'], clone)).trim();
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
