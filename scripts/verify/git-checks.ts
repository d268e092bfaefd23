import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, run, type RunOptions } from '../setup/run-command';
import type { Check, Subject } from './check';

/** The repositories, with the stock git client. */
export function gitChecks(subject: Subject): Check[] {
  return [
    {
      title: 'git: reader reads demo/hello',
      run: () =>
        withGit(subject, 'reader', async (git, url) => {
          await run('git', [...git, 'ls-remote', url('demo/hello')], quiet(subject));
        }),
    },
    {
      title: 'git: outsider is refused demo/hello',
      run: () => refused(subject, 'outsider', 'demo/hello'),
    },
    {
      title: 'git: writer is refused demo/private',
      run: () => refused(subject, 'writer', 'demo/private'),
    },
  ];
}

/** No prompts, no configuration of this machine: GIT_SSL_CAINFO, where it is set, would win over http.sslCAInfo. */
function quiet({ caFile }: Subject): RunOptions {
  return {
    env: { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_SSL_CAINFO: caFile },
    timeoutMs: 60_000,
  };
}

async function refused(subject: Subject, user: string, repository: string): Promise<void> {
  await withGit(subject, user, async (git, url) => {
    try {
      await run('git', [...git, 'ls-remote', url(repository)], quiet(subject));
    } catch (error) {
      if (error instanceof CommandError && error.output.stderr.includes('403')) return;
      throw error;
    }
    throw new Error('it was answered');
  });
}

type Use = (git: readonly string[], url: (repository: string) => string) => Promise<void>;

/** Options of git for one account, whose password is in a file that only this user may read, and only meanwhile. */
async function withGit(subject: Subject, user: string, use: Use): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'verify-'));
  try {
    const { outputs } = subject;
    const store = join(folder, 'credentials');
    const account = new URL(outputs.base_url);
    account.username = user;
    account.password = outputs.users[user] ?? '';
    writeFileSync(store, `${account.origin.replace('://', `://${account.username}:${account.password}@`)}\n`, {
      mode: 0o600,
    });
    const git = ['-c', 'credential.helper=', '-c', `credential.helper=store --file=${store}`];
    await use(git, (repository) => outputs.clone_url.replace('<repository>', repository));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
