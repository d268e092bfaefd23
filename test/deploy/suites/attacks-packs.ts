import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from '../support/command';
import { memoryOf, startedAt } from '../support/container-memory';
import { curl } from '../support/curl';
import { GitClient } from '../support/git-client';
import { measured } from '../support/measured';
import { packBomb, type Bomb } from '../support/pack-bomb';
import { SshClient } from '../support/ssh-client';
import type { Stack } from '../support/stack';

const IS_FULL = process.env.TEST_SCALE === 'full';
/** More than the heap of the Git server, and than the container of SSH may use. */
const MEBIBYTES = 900;
const BOMBS: readonly Bomb[] = IS_FULL ? ['delta', 'tree', 'blob'] : ['delta'];
/** Pushes of the same pack at once. */
const AT_ONCE = IS_FULL ? 4 : 2;
/** MiB that the containers may use, as they are declared by default. */
const LIMITS = { git: 1024, 'git-ssh': 512 } as const;
type Service = keyof typeof LIMITS;

/** Small packs that unpack to more than there is memory: who pushes one is refused, and nobody else notices. */
export function attacksByPacks(stack: Stack): void {
  let git: GitClient;
  beforeAll(async () => {
    git = new GitClient(stack, 'writer');
    await git.clone('demo/hello', 'hello');
  });
  const refs = async (): Promise<number> => {
    const url = `${stack.outputs.base_url}/scm/demo/hello.git/info/refs?service=git-upload-pack`;
    return (await curl(stack, url, { user: 'reader' })).status;
  };
  /** Others' requests while something goes on, and the most memory that the service used. */
  async function during(service: Service, work: Promise<unknown>): Promise<{ statuses: number[]; most: number }> {
    const progress = { isOver: false };
    const statuses: number[] = [];
    let most = 0;
    const ended = work.finally(() => (progress.isOver = true));
    do {
      statuses.push(await refs());
      most = Math.max(most, await memoryOf(stack.container(service)));
    } while (!progress.isOver);
    await ended;
    return { statuses, most };
  }
  async function expectUnharmed(service: Service, attack: () => Promise<unknown>): Promise<void> {
    const started = await startedAt(stack.container(service));
    const { statuses, most } = await during(service, attack());
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(most).toBeLessThanOrEqual(LIMITS[service]);
    expect(await startedAt(stack.container(service))).toBe(started);
    measured(
      `at most ${Math.round(most)} MiB of ${LIMITS[service]}, no restart, ${statuses.length} other requests answered`,
    );
  }
  /** A large blob is streamed to disk, and allowed; what must be in memory is not. */
  const answer = (kind: Bomb): RegExp => (kind === 'blob' ? /unpack ok/ : /unpack (error|unpack-objects)/);

  test.each(BOMBS)(`a pack that unpacks to ${MEBIBYTES} MiB is no harm to others, over HTTPS: %s`, async (kind) => {
    const file = join(git.folder, 'bomb');
    const url = `${stack.outputs.base_url}/scm/demo/hello.git/git-receive-pack`;
    await expectUnharmed('git', async () => {
      const pushes = Array.from({ length: AT_ONCE }, async (_, index) => {
        writeFileSync(`${file}-${index}`, await packBomb(kind, MEBIBYTES, `bomb-${kind}-${index}`));
        return succeed(
          'curl',
          [
            ...[
              '-sS',
              '--max-time',
              '300',
              '--cacert',
              stack.caFile,
              '--config',
              '-',
              '--data-binary',
              `@${file}-${index}`,
            ],
            ...['-H', 'Content-Type: application/x-git-receive-pack-request', url],
          ],
          { input: `user = "writer:${stack.password('writer')}"\n` },
        );
      });
      for (const text of await Promise.all(pushes)) expect(text).toMatch(answer(kind));
    });
  });

  test.each(BOMBS)(`a pack that unpacks to ${MEBIBYTES} MiB is no harm to others, over SSH: %s`, async (kind) => {
    const ssh = new SshClient(stack, 'writer');
    try {
      await expectUnharmed('git-ssh', async () => {
        const pushes = Array.from({ length: AT_ONCE }, async (_, index) => {
          const body = await packBomb(kind, MEBIBYTES, `bomb-ssh-${kind}-${index}`);
          return sent(ssh.sshArguments([], "git-receive-pack '/demo/hello.git'"), body);
        });
        for (const text of await Promise.all(pushes)) expect(text).toMatch(answer(kind));
      });
    } finally {
      ssh.remove();
    }
  });

  test('a commit of 60 MiB is refused over HTTPS and SSH alike, and everybody is served on', async () => {
    writeFileSync(join(git.folder, 'message'), 'x'.repeat(60 * 1024 * 1024));
    await git.ok(['commit', '-q', '--allow-empty', '-F', '../message'], 'hello');
    const overHttps = await git.run(['push', 'origin', 'HEAD:refs/heads/large-commit'], 'hello');
    expect(overHttps.output).toContain('unpacker error');
    const ssh = new SshClient(stack, 'writer');
    try {
      const target = [stack.sshCloneUrl('demo/hello'), 'HEAD:refs/heads/large-commit'];
      const overSsh = await ssh.git(['-C', join(git.folder, 'hello'), 'push', ...target]);
      expect(overSsh.output).toContain('a commit or tag may have 52428800');
      expect(overSsh.status).not.toBe(0);
      await git.ok(['tag', '-a', 'large', '-F', '../message', 'HEAD~'], 'hello');
      const tag = await ssh.git(['-C', join(git.folder, 'hello'), 'push', target[0] ?? '', 'refs/tags/large']);
      expect(tag.output).toContain('a commit or tag may have 52428800');
    } finally {
      ssh.remove();
    }
    expect(await refs()).toBe(200);
  });

  test('the pages of what was pushed answer, and leave the server alone', async () => {
    if (!BOMBS.includes('blob')) return;
    const started = await startedAt(stack.container('git'));
    for (const way of ['tree', 'plain', 'blame']) {
      const url = `${stack.outputs.base_url}/browse/demo/hello.git/${way}/bomb.bin?h=bomb-blob-0`;
      await succeed(
        'curl',
        ['-sS', '-o', '/dev/null', '--max-time', '120', '--cacert', stack.caFile, '--config', '-', url],
        {
          input: `user = "reader:${stack.password('reader')}"\n`,
        },
      );
    }
    expect(await startedAt(stack.container('git'))).toBe(started);
    expect(await refs()).toBe(200);
  });

  afterAll(async () => {
    const names = BOMBS.flatMap((kind) =>
      Array.from({ length: AT_ONCE }, (_, index) => [`:bomb-${kind}-${index}`, `:bomb-ssh-${kind}-${index}`]).flat(),
    );
    for (const name of names) await git.run(['push', '-q', 'origin', name], 'hello');
    git.remove();
  });
}

/** What a program of ssh prints, given this on standard input. */
function sent(args: readonly string[], body: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
    child.on('error', reject);
    child.on('close', () => resolve(output));
    child.stdin.on('error', () => undefined);
    child.stdin.end(body);
  });
}
