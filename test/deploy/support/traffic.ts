import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { command, succeed } from './command';
import { curl } from './curl';
import { GitClient } from './git-client';
import { SshClient } from './ssh-client';
import type { Stack } from './stack';

export interface TrafficReport {
  /** Pushes that the server acknowledged: exit status 0 of git. */
  readonly pushes: number;
  readonly clones: number;
  readonly logins: number;
  /** Of all three kinds, those that did not succeed: a fault is expected to make some. */
  readonly failures: number;
}

/** MiB of one push in four: above git's http.postBuffer it is chunked, and takes long enough to be in the middle of. */
const LARGE = 4;
/** A client that waits for ever for an answer would be the end of its traffic. */
const PATIENCE = {
  http: [
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '20'],
  ],
  ssh: ['ServerAliveInterval=5', 'ServerAliveCountMax=3', 'ConnectTimeout=10'],
} as const;
const WAYS = ['https', 'ssh'] as const;
const REPOSITORY = 'demo/hello';
const FOLDER = `/var/lib/git-repositories/${REPOSITORY}.git`;

/**
 * Pushes over HTTPS and SSH, clones and logins, until it is stopped. Every push that was acknowledged is kept by its commit,
 * to be looked for afterwards.
 */
export class Traffic {
  private readonly acknowledged: { readonly branch: string; readonly commit: string }[] = [];
  private readonly counts = { clones: 0, logins: 0, failures: 0 };
  private readonly loops: Promise<void>[] = [];
  private readonly https: GitClient;
  private readonly ssh: SshClient;
  /** Commits that are to be pushed, by way. */
  private readonly pending = new Map<string, string>();
  private readonly failed = new Map<string, string>();
  private isOver = false;

  /** @param name part of the names of its branches */
  public constructor(
    private readonly stack: Stack,
    private readonly name: string,
  ) {
    this.https = new GitClient(stack, 'writer');
    this.ssh = new SshClient(stack, 'writer', PATIENCE.ssh);
  }

  public async start(): Promise<void> {
    for (const setting of PATIENCE.http) await this.https.ok(['config', '--global', ...setting]);
    await this.https.ok(['clone', '--single-branch', this.stack.cloneUrl(REPOSITORY), 'work']);
    await this.ssh.ok(['clone', '--single-branch', this.stack.sshCloneUrl(REPOSITORY), 'work']);
    this.loops.push(
      ...WAYS.map((way) => this.repeat(() => this.pushOver(way))),
      this.repeat(() => this.clone()),
      this.repeat(() => this.login()),
    );
  }

  /** How many pushes have been acknowledged so far. */
  public get pushes(): number {
    return this.acknowledged.length;
  }

  /** The same over the way that had fewer of them since then. */
  public leastSince(pushes: number): number {
    const since = this.acknowledged.slice(pushes).map(({ branch }) => branch);
    return Math.min(...WAYS.map((way) => since.filter((branch) => branch.endsWith(way)).length));
  }

  /** What git said last of a push that did not go through, by way. */
  public get lastFailures(): string {
    return [...this.failed].map(([way, output]) => `${way}: ${output.trim()}`).join('\n');
  }

  /** Ends it, and looks for every acknowledged push on the server, whose repository must be whole. */
  public async stop(): Promise<TrafficReport> {
    this.isOver = true;
    await Promise.all(this.loops);
    try {
      await this.expectNothingLost();
    } finally {
      this.https.remove();
      this.ssh.remove();
    }
    return { pushes: this.pushes, ...this.counts };
  }

  private async expectNothingLost(): Promise<void> {
    const git = ['exec', '-i', this.stack.container('git'), 'git', '-C', FOLDER];
    const last = new Map(this.acknowledged.map(({ branch, commit }) => [branch, commit]));
    const commits = this.acknowledged.map(({ commit }) => `${commit}\n`).join('');
    expect(await succeed('docker', [...git, 'cat-file', '--batch-check'], { input: commits })).not.toContain('missing');
    for (const [branch, commit] of last) {
      // A push may have arrived whose answer did not: the branch is at the last acknowledged commit, or beyond.
      const { status, output } = await command('docker', [...git, 'merge-base', '--is-ancestor', commit, branch]);
      expect([branch, status, output]).toEqual([branch, 0, '']);
    }
    // Other tests push submodules that are to run something at the client.
    const known = ['Path', 'Url', 'Symlink'].flatMap((what) => ['-c', `fsck.gitmodules${what}=ignore`]);
    const fsck = await command('docker', [...git, ...known, 'fsck', '--no-dangling', '--no-progress']);
    expect(fsck.output).not.toMatch(/error|missing|broken|corrupt|fatal/i);
    expect(fsck.status).toBe(0);
  }

  private async repeat(attempt: () => Promise<boolean>): Promise<void> {
    while (!this.isOver) {
      if (!(await attempt().catch(() => false))) this.counts.failures += 1;
      await sleep(100);
    }
  }

  private async pushOver(way: (typeof WAYS)[number]): Promise<boolean> {
    const branch = `refs/heads/traffic-${this.name}-${way}`;
    const client = way === 'https' ? this.https : this.ssh;
    // The same again where it did not go through: it may have arrived, and minutes of refusals are not to become one large push.
    const commit = this.pending.get(way) ?? (await this.commit(client));
    this.pending.set(way, commit);
    const args = ['push', '-q', 'origin', `HEAD:${branch}`];
    const { status, output } = way === 'https' ? await this.https.run(args, 'work') : await this.ssh.git(args, 'work');
    if (status !== 0) {
      this.failed.set(way, output);
      return false;
    }
    this.pending.delete(way);
    this.acknowledged.push({ branch, commit });
    return true;
  }

  private async commit(client: GitClient | SshClient): Promise<string> {
    const kibibytes = this.pushes % 4 === 0 ? LARGE * 1024 : 4;
    await succeed('dd', [
      ...['if=/dev/urandom', `of=${join(client.folder, 'work/traffic.bin')}`, 'bs=1K', `count=${kibibytes}`],
      'status=none',
    ]);
    await client.ok(['add', 'traffic.bin'], 'work');
    await client.ok(['commit', '-q', '-m', 'traffic'], 'work');
    return (await client.ok(['rev-parse', 'HEAD'], 'work')).trim();
  }

  private async clone(): Promise<boolean> {
    const { status } = await this.https.run(['clone', '-q', '--depth=1', this.stack.cloneUrl(REPOSITORY), 'clone']);
    rmSync(join(this.https.folder, 'clone'), { recursive: true, force: true });
    if (status === 0) this.counts.clones += 1;
    return status === 0;
  }

  private async login(): Promise<boolean> {
    const { status } = await curl(this.stack, `${this.stack.outputs.base_url}/`, { user: 'reader' });
    if (status === 200) this.counts.logins += 1;
    return status === 200;
  }
}
