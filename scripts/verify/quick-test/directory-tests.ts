import type { DirectoryOutput } from '../../../stacks/directory-outputs';
import type { StackOutputs } from '../../stack/out-files';
import type { Dialler } from './directory-reader';
import { LdapConnection } from './ldap-connection';
import { QuickTest, type Accounts, type Outcome } from './quick-test';
import { tunnel } from './tunnel';

/**
 * The Quick Test of each directory of a stack, in order. The first directory that knows an account decides on it, so the
 * others are not asked about it again.
 * @param user the one account to look at, with its password
 * @param dial how a directory is reached; from inside the Git server's container unless something else is said
 */
export async function* directoryTests(
  { directories, environment, users }: Pick<StackOutputs, 'directories' | 'environment' | 'users'>,
  user?: readonly [name: string, password: string],
  dial = (directory: DirectoryOutput): Dialler =>
    new LdapConnection((...to) => tunnel(`${environment}-git`, ...to), directory),
): AsyncGenerator<Outcome> {
  if (directories === undefined) {
    yield { passed: false, text: 'directories: the stack was deployed without this output; run npm run up once' };
    return;
  }
  const left = new Map(user === undefined ? Object.entries(users) : [user]);
  for (const directory of directories) {
    const accounts: Accounts = new Map(left);
    const test = new QuickTest(directory, dial(directory), accounts);
    yield* test.run();
    if (test.knownAccount !== undefined) left.delete(test.knownAccount);
  }
  if (user !== undefined && left.has(user[0])) {
    yield { passed: false, text: `directories: none of them has the user ${JSON.stringify(user[0])}` };
  }
}
