import { directoryTests } from '../../scripts/verify/quick-test/directory-tests';
import type { DirectoryOutput } from '../../stacks/directory-outputs';
import { dnDirectory, DN_TREE, FakeDirectory } from '../support/fake-directory';

const users = { ada: 'secret', bob: 'secret' };
const eve = { 'uid=eve,ou=people,dc=example,dc=com': { objectClass: 'inetOrgPerson', uid: 'eve' } };
const trees: Readonly<Record<string, typeof DN_TREE>> = { staff: DN_TREE, guests: { ...DN_TREE, ...eve } };
const both = Object.keys(trees).map((name) => dnDirectory({ name }));

/** Which lines say who is in which group, who logs in, and what failed. */
async function lines(
  directories: readonly DirectoryOutput[] | undefined,
  user?: readonly [string, string],
): Promise<string[]> {
  const said: string[] = [];
  const dial = ({ name }: DirectoryOutput): FakeDirectory => new FakeDirectory(trees[name] ?? {});
  for await (const { passed, text } of directoryTests({ directories, environment: 'e', users }, user, dial)) {
    if (!passed || /groups of a user|lets a user in/.test(text)) said.push(text.replace(/ \[\d+ ms\]$/, ''));
  }
  return said;
}

test('the first directory that knows an account decides, so the next one is asked about another', async () => {
  expect(await lines(both)).toEqual([
    "directory staff: knows the groups of a user: ada is in 1 group (devs) by the groups' member",
    'directory staff: lets a user in: ada, as uid=ada,ou=people,dc=example,dc=com',
    "directory guests: knows the groups of a user: bob is in no group by the groups' member",
    'directory guests: lets a user in: bob, as uid=bob,ou=people,dc=example,dc=com',
  ]);
});

test('one user is looked for in all, and tried where it is', async () => {
  expect(await lines(both, ['eve', 'secret'])).toEqual([
    "directory staff: knows the groups of a user: ada is in 1 group (devs) by the groups' member",
    "directory guests: knows the groups of a user: eve is in no group by the groups' member",
    'directory guests: lets a user in: eve, as uid=eve,ou=people,dc=example,dc=com',
  ]);
  expect(await lines(both, ['ada', 'wrong'])).toEqual([
    expect.stringContaining('staff: knows the groups of a user: ada'),
    expect.stringContaining('staff: lets a user in: ada (uid=ada,ou=people,dc=example,dc=com) is refused'),
    // Not ada's login: the first directory has decided on it.
    expect.stringContaining('guests: knows the groups of a user: ada'),
  ]);
});

test('a user that no directory has', async () => {
  expect((await lines(both, ['nobody', 'secret'])).at(-1)).toBe('directories: none of them has the user "nobody"');
});

test('a stack that was deployed before there was the output', async () => {
  expect(await lines(undefined)).toEqual([
    'directories: the stack was deployed without this output; run npm run up once',
  ]);
});
