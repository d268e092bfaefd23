import { CommandError, run, type RunOptions } from '../setup/run-command';
import { declaredSsh, gitSshCommand, sshPort, type SshOutputs } from '../stack/ssh-files';
import { dirname } from 'node:path';
import type { Check, Subject } from './check';

/** The repositories over SSH, with the stock clients; none where the stack has no SSH. */
export function sshChecks(subject: Subject): Check[] {
  const ssh = declaredSsh(subject.outputs);
  if (ssh === undefined) return [];
  const folder = dirname(subject.caFile);
  const remote = (account: string, repository: string): Promise<unknown> =>
    run('git', ['ls-remote', `${ssh.ssh_url}/${repository}.git`], quiet(gitSshCommand(folder, account)));
  return [
    {
      title: `${ssh.ssh_url} has the host keys of known_hosts`,
      run: () => sameHostKeys(ssh),
    },
    {
      title: 'SSH: reader reads demo/hello',
      run: async () => {
        await remote('reader', 'demo/hello');
      },
    },
    {
      title: 'SSH: outsider is refused demo/hello',
      run: async () => {
        try {
          await remote('outsider', 'demo/hello');
        } catch (error) {
          if (error instanceof CommandError && error.output.stderr.includes('no access to it')) return;
          throw error;
        }
        throw new Error('it was answered');
      },
    },
  ];
}

/** No prompts, no configuration of this machine. */
function quiet(sshCommand: string): RunOptions {
  return {
    env: {
      GIT_SSH_COMMAND: `${sshCommand} -o BatchMode=yes`,
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
    },
    timeoutMs: 60_000,
  };
}

async function sameHostKeys(ssh: SshOutputs): Promise<void> {
  const { stdout } = await run('ssh-keyscan', ['-T', '10', '-p', sshPort(new URL(ssh.ssh_url)), ssh.ssh_bind_address]);
  const found = stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' ').slice(1).join(' '));
  const wanted = [...ssh.ssh_host_keys];
  if (found.sort().join('\n') !== wanted.sort().join('\n')) throw new Error(`it has ${found.join(', ') || 'none'}`);
}
