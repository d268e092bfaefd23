import { GitClient } from './git-client';
import { command } from './command';
import type { Stack } from './stack';

/** Clients at work on a repository until they are told to stop, while something is done to the server. */
export class PushLoad {
  /** Commits on main whose push was acknowledged, in order. */
  public readonly acknowledged: string[] = [];
  public clones = 0;
  public repacks = 0;
  private readonly pusher: GitClient;
  private readonly cloner: GitClient;
  private running = true;
  private loops: Promise<unknown> = Promise.resolve();

  public constructor(
    private readonly stack: Stack,
    private readonly repository: string,
  ) {
    this.pusher = new GitClient(stack, 'writer');
    this.cloner = new GitClient(stack, 'reader');
  }

  /** Returns once the first push is acknowledged. */
  public async start(): Promise<void> {
    await this.pusher.clone(this.repository, 'work');
    await this.push(0);
    if (this.acknowledged.length === 0) throw new Error('the first push was refused');
    this.loops = Promise.all([this.pushLoop(), this.cloneLoop(), this.repackLoop()]);
    // Told by stop().
    this.loops.catch(() => undefined);
  }

  public async stop(): Promise<void> {
    this.running = false;
    await this.loops;
  }

  /** Whether one commit is another, or comes before it. */
  public async isAncestor(commit: string, of: string): Promise<boolean> {
    return (await this.pusher.run(['merge-base', '--is-ancestor', commit, of], 'work')).status === 0;
  }

  public remove(): void {
    this.pusher.remove();
    this.cloner.remove();
  }

  private async push(round: number): Promise<void> {
    await this.pusher.ok(['commit', '--allow-empty', '-m', `round ${round}`], 'work');
    const commit = (await this.pusher.ok(['rev-parse', 'HEAD'], 'work')).trim();
    // Branches that come and go beside main: their refs are written and packed at the same time.
    const refs = ['HEAD:refs/heads/main', `HEAD:refs/heads/load-${round % 5}`];
    const { status } = await this.pusher.run(['push', '--force', 'origin', ...refs], 'work');
    // A ref that is being packed is locked: that push is refused, and the next one has its commit, too.
    if (status !== 0) return;
    this.acknowledged.push(commit);
  }

  private async pushLoop(): Promise<void> {
    for (let round = 1; this.running; round++) await this.push(round);
  }

  private async cloneLoop(): Promise<void> {
    for (let round = 0; this.running; round++) {
      // JGit gives up a clone whose pack gc removes meanwhile: one of a few that are tried must be whole.
      const { status } = await this.cloner.run(['clone', this.stack.cloneUrl(this.repository), `clone-${round}`]);
      if (status === 0) this.clones += 1;
    }
  }

  /** What the server does by itself now and then: objects and refs move into packs. */
  private async repackLoop(): Promise<void> {
    const folder = `/var/lib/git-repositories/${this.repository}.git`;
    while (this.running) {
      const gc = ['git', `--git-dir=${folder}`, 'gc', '--quiet'];
      // A push under way holds locks that gc does not wait for; what counts is that it moves things.
      const { status } = await command('docker', ['exec', this.stack.container('git'), ...gc]);
      if (status === 0) this.repacks += 1;
    }
  }
}
