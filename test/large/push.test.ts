import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { GitClient } from '../deploy/support/git-client';
import { npmRun } from '../deploy/support/command';
import { Stack } from '../deploy/support/stack';

const MEGABYTES = 1536;

/** One for each kind of server that answers the clients. */
describe.each(['https-proxy', 'https-proxy-nginx', 'https-direct'])('%s', (name) => {
  const stack = new Stack(name);

  beforeAll(async () => {
    const { status, output } = await npmRun('up', name);
    if (status !== 0) throw new Error(output);
  });
  afterAll(async () => {
    expect((await npmRun('down', name)).status).toBe(0);
  });

  test(`a push of ${MEGABYTES} MB arrives, and a clone gets it back`, async () => {
    const git = new GitClient(stack, 'writer');
    try {
      await git.clone('demo/hello', 'hello');
      const commit = await git.commitRandom('hello', 'large.bin', MEGABYTES);
      await git.ok(['push'], 'hello');
      rmSync(join(git.folder, 'hello'), { recursive: true });
      await git.clone('demo/hello', 'again');
      expect((await git.ok(['rev-parse', 'HEAD'], 'again')).trim()).toBe(commit);
    } finally {
      git.remove();
    }
  });
});
