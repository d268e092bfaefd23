import { LdapConnection } from '../../../scripts/verify/quick-test/ldap-connection';
import { QuickTest, type Outcome } from '../../../scripts/verify/quick-test/quick-test';
import { tunnel } from '../../../scripts/verify/quick-test/tunnel';
import type { DirectoryOutput } from '../../../stacks/directory-outputs';

/**
 * The lines that `verify` has for a directory, of which none holds a password.
 * @param container the Git server's, on the engine
 * @param user name and password of an account to look at
 */
export async function quickTestLines(
  container: string,
  directory: DirectoryOutput,
  user: readonly [name: string, password: string],
): Promise<readonly Outcome[]> {
  const connection = new LdapConnection((...to) => tunnel(container, ...to), directory);
  const lines: Outcome[] = [];
  for await (const line of new QuickTest(directory, connection, new Map([user])).run()) lines.push(line);
  for (const secret of [directory.password, user[1]]) {
    if (JSON.stringify(lines).includes(secret)) throw new Error('a line of the Quick Test holds a password');
  }
  return lines;
}
