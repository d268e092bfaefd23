import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitClient } from '../support/git-client';
import type { Stack } from '../support/stack';

/** Above git's http.postBuffer of 1 MiB a push is chunked, which is where proxies fail. */
const PUSH_MEGABYTES = process.env.TEST_SCALE === 'full' ? 200 : 20;
const AT_ONCE = 20;

/** Clones and pushes with the stock git, over the base URL, with accounts of the directory. */
export function cloneAndPush(stack: Stack): void {
  const clients: GitClient[] = [];
  const as = (user: string, password?: string): GitClient => {
    const client = new GitClient(stack, user, password);
    clients.push(client);
    return client;
  };
  afterAll(() => clients.forEach((client) => client.remove()));

  test('reader clones demo/hello, which starts with a README.md on main', async () => {
    const git = as('reader');
    await git.clone('demo/hello', 'hello');
    expect(readFileSync(join(git.folder, 'hello/README.md'), 'utf8')).toContain('# Hello');
    expect((await git.ok(['branch', '--show-current'], 'hello')).trim()).toBe('main');
  });

  test(`writer pushes ${PUSH_MEGABYTES} MB, and a clone gets them back`, async () => {
    const git = as('writer');
    await git.clone('demo/hello', 'hello');
    const commit = await git.commitRandom('hello', 'large.bin', PUSH_MEGABYTES);
    await git.ok(['push'], 'hello');
    await git.clone('demo/hello', 'again');
    expect((await git.ok(['rev-parse', 'HEAD'], 'again')).trim()).toBe(commit);
    await git.ok(['fsck', '--strict'], 'again');
  });

  test('a partial clone leaves large files on the server', async () => {
    const git = as('reader');
    await git.ok(['clone', '--filter=blob:none', '--no-checkout', stack.cloneUrl('demo/hello'), 'partial']);
    expect(await git.ok(['rev-list', '--objects', '--missing=print', 'HEAD'], 'partial')).toMatch(/^\?/m);
  });

  test('a shallow clone has the last commit alone', async () => {
    const git = as('reader');
    await git.ok(['clone', '--depth=1', stack.cloneUrl('demo/hello'), 'shallow']);
    expect((await git.ok(['rev-list', '--count', 'HEAD'], 'shallow')).trim()).toBe('1');
  });

  test(`${AT_ONCE} clones at the same time`, async () => {
    const git = as('reader');
    const names = Array.from({ length: AT_ONCE }, (_, index) => `clone-${index}`);
    await Promise.all(
      names.map((name) => git.ok(['clone', '--filter=blob:none', '--no-checkout', stack.cloneUrl('demo/hello'), name])),
    );
    const heads = await Promise.all(names.map((name) => git.ok(['rev-parse', 'HEAD'], name)));
    expect(new Set(heads).size).toBe(1);
  });

  test("reader's push is refused with 403, before anything is sent", async () => {
    const git = as('reader');
    await git.clone('demo/hello', 'hello');
    await git.commitRandom('hello', 'refused.bin', 2);
    const { status, output } = await git.run(['push'], 'hello');
    expect(status).not.toBe(0);
    expect(output).toContain('403');
  });

  test('admin pushes to demo/private, which starts empty', async () => {
    const git = as('admin');
    await git.clone('demo/private', 'private');
    expect(existsSync(join(git.folder, 'private/README.md'))).toBe(false);
    await git.ok(['checkout', '-b', 'main'], 'private');
    await git.commitRandom('private', 'secret.bin', 1);
    await git.ok(['push', '-u', 'origin', 'main'], 'private');
  });

  test.each([
    ['outsider', 'demo/hello', undefined],
    ['writer', 'demo/private', undefined],
    ['reader', 'demo/hello', 'not-the-password'],
    ['nobody-of-that-name', 'demo/hello', 'x'],
    ['reader', 'demo/undeclared', undefined],
  ])('%s is refused %s', async (user, repository, password) => {
    const git = as(user, password);
    const { status, output } = await git.run(['ls-remote', stack.cloneUrl(repository)]);
    expect(output).toMatch(/403|Authentication failed|could not read|not found/i);
    expect(status).not.toBe(0);
  });
}
