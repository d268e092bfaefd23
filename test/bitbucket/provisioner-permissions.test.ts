import { json } from './fake-bitbucket';
import { Provisioner } from './provisioner-run';

jest.setTimeout(60_000);
let provisioner: Provisioner;
beforeEach(async () => (provisioner = await Provisioner.start()));
afterEach(() => provisioner.stop());

const PATH = '/rest/api/latest/admin/permissions/groups';
const want = (permissions: Readonly<Record<string, readonly string[]>>): void => {
  provisioner.settings = { permissions };
};

test('grants what is missing, and sends nothing the second time', async () => {
  provisioner.fake.permissions.set('stash-users', 'LICENSED_USER').set('Git Admins', 'SYS_ADMIN');
  want({ LICENSED_USER: ['readers & co', 'git admins'], PROJECT_CREATE: [], ADMIN: [], SYS_ADMIN: ['git admins'] });
  expect(await provisioner.succeed()).toEqual(
    expect.arrayContaining(['group "readers & co": LICENSED_USER granted', 'group "git admins": has SYS_ADMIN']),
  );
  expect(provisioner.fake.changes()).toEqual([`PUT ${PATH}?name=readers+&+co&permission=LICENSED_USER`]);
  expect(await provisioner.succeed()).toContain('group "readers & co": has LICENSED_USER');
  expect(provisioner.fake.changes()).toEqual([]);
  expect([...provisioner.fake.permissions.keys()]).toEqual(['stash-users', 'Git Admins', 'readers & co']);
});

test('grants the highest level that a group should have', async () => {
  provisioner.fake.permissions.set('a', 'LICENSED_USER');
  want({ SYS_ADMIN: ['b'], ADMIN: ['a'], LICENSED_USER: ['a', 'b'] });
  await provisioner.succeed();
  expect([...provisioner.fake.permissions]).toEqual([
    ['a', 'ADMIN'],
    ['b', 'SYS_ADMIN'],
  ]);
});

test('takes back what it granted, and nothing else', async () => {
  provisioner.fake.permissions.set('others', 'LICENSED_USER').set('before', 'LICENSED_USER');
  want({ LICENSED_USER: ['before', 'mine', 'raised'] });
  await provisioner.succeed();
  provisioner.fake.permissions.set('raised', 'SYS_ADMIN');
  provisioner.fake.changes();
  want({});
  expect(await provisioner.succeed()).toContain(
    'group "mine": LICENSED_USER taken back, because it is not wanted any more',
  );
  expect(provisioner.fake.changes()).toEqual([`DELETE ${PATH}?name=mine`]);
  // What it let go stays somebody else's, whatever happens to it later.
  provisioner.fake.permissions.set('raised', 'LICENSED_USER');
  await provisioner.succeed();
  expect(provisioner.fake.changes()).toEqual([]);
});

test('lowers what it granted', async () => {
  want({ SYS_ADMIN: ['a'] });
  await provisioner.succeed();
  want({ LICENSED_USER: ['A'] });
  await provisioner.succeed();
  expect([...provisioner.fake.permissions]).toEqual([['A', 'LICENSED_USER']]);
});

test('gives back its own after a run that got no answer', async () => {
  want({ LICENSED_USER: ['a'] });
  provisioner.fake.once(`PUT ${PATH}`, 'hang up');
  expect(await provisioner.fail()).toContain('no answer');
  provisioner.fake.permissions.set('a', 'LICENSED_USER');
  want({});
  await provisioner.succeed();
  expect([...provisioner.fake.permissions]).toEqual([]);
});

test('does not take for its own what was refused', async () => {
  want({ LICENSED_USER: ['a'] });
  provisioner.fake.once(`PUT ${PATH}`, { status: 404 });
  await provisioner.fail();
  provisioner.fake.permissions.set('a', 'LICENSED_USER');
  want({});
  await provisioner.succeed();
  expect([...provisioner.fake.permissions.keys()]).toEqual(['a']);
});

test.each([
  [403, 'more people than the licence allows would have access: name a smaller group, or get a larger licence'],
  [
    404,
    'no directory has such a group after its synchronisation: ' +
      'correct its name, or base DN and group filter of the directory',
  ],
  [401, 'the administrator needs at least this level: give one who has SYS_ADMIN'],
  [409, 'the administrator would lose SYS_ADMIN by it: give that to another group of theirs first'],
  [500, 'see the log of the server'],
])('says what to do about %i', async (status, advice) => {
  want({ LICENSED_USER: ['readers'] });
  provisioner.fake.on(`PUT ${PATH}`, () => json({ errors: [{ message: 'The\nreason.' }] }, status));
  expect(await provisioner.fail()).toBe(
    `group "readers": LICENSED_USER was refused with ${status} (The reason.); ${advice}`,
  );
});

test('knows its levels', async () => {
  want({ REPO_READ: ['readers'] });
  expect(await provisioner.fail()).toBe(
    'permissions: there is no REPO_READ; write LICENSED_USER, PROJECT_CREATE, ADMIN, SYS_ADMIN',
  );
});
