import { succeed } from './command';
import type { Stack } from './stack';

const REPOSITORIES = '/var/lib/git-repositories';

/** Attributes that each start of a directory sets again, and those that say when. */
const VOLATILE = /^(contextCSN|entryCSN|modifiersName|modifyTimestamp|pwdChangedTime):/;

/** Runs git in a stack's server, on one of its repositories. */
export function gitOnServer(stack: Stack, repository: string, ...args: readonly string[]): Promise<string> {
  const git = ['git', `--git-dir=${REPOSITORIES}/${repository}.git`, ...args];
  return succeed('docker', ['exec', stack.container('git'), ...git]);
}

/** Every ref of a repository with its object, and where HEAD leads to. */
export async function refsOf(stack: Stack, repository: string): Promise<string[]> {
  const refs = await gitOnServer(stack, repository, 'for-each-ref', '--format=%(refname) %(objectname)');
  const head = await gitOnServer(stack, repository, 'symbolic-ref', 'HEAD');
  return [`HEAD ${head.trim()}`, ...refs.trim().split('\n')];
}

/**
 * Every entry of a directory as slapcat has it, operational attributes among them: DN to sorted lines. The password of an
 * account that is declared is hashed anew at each start.
 */
export async function entriesOf(stack: Stack, declared: RegExp): Promise<Readonly<Record<string, readonly string[]>>> {
  const slapcat = ['slapcat', '-f', '/files/current/slapd.conf', '-o', 'ldif-wrap=no'];
  const text = await succeed('docker', ['exec', stack.container('ldap'), ...slapcat]);
  const entries = text.trim().split('\n\n');
  return Object.fromEntries(
    entries.map((entry) => {
      const [dn = '', ...lines] = entry.split('\n');
      const kept = lines.filter((line) => !VOLATILE.test(line) && !(declared.test(dn) && /^userPassword:/.test(line)));
      return [dn, kept.sort()];
    }),
  );
}
