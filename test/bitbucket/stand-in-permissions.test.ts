import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, DIRECTORY, SERVLET, synchronise } from './stand-in-form';
import { ADMINISTRATOR, StandIn, type Answer } from './stand-in-process';

const REST = '/bitbucket/rest/api/latest';
const MARIA = { username: 'maria', password: 'of maria' };
const JAN = { username: 'jan', password: 'of jan' };

let strict: StandIn;
let lenient: StandIn;
beforeAll(async () => {
  const without = [
    ...['permission-names', 'permission-admin', 'licence-limit', 'sync-before-grant', 'licensed-login'],
    'licence-limit-push',
  ];
  [strict, lenient] = await Promise.all([StandIn.start(), StandIn.start({ without })]);
  for (const standIn of [strict, lenient]) {
    standIn.serveDirectory(DIRECTORY);
    await synchronise(standIn, await create(standIn, { nestedGroupsEnabled: 'true' }));
  }
});
afterAll(() => Promise.all([strict, lenient].map((standIn) => standIn.remove())));

const permissions = (name: string, permission: string): string =>
  `${REST}/admin/permissions/groups?name=${name}&permission=${permission}`;
const grant = (standIn: StandIn, name: string, permission: string, as = ADMINISTRATOR): Promise<Answer> =>
  standIn.ask(permissions(name, permission), { method: 'PUT', as });
const revoke = (standIn: StandIn, name: string): Promise<Answer> =>
  standIn.ask(`${REST}/admin/permissions/groups?name=${name}`, { method: 'DELETE' });
const granted = async (standIn: StandIn, query = ''): Promise<unknown> =>
  JSON.parse((await standIn.ask(`${REST}/admin/permissions/groups${query}`)).body);
const projects = (standIn: StandIn, as: typeof MARIA): Promise<Answer> => standIn.ask(`${REST}/projects`, { as });

afterEach(async () => {
  for (const group of ['git-readers', 'git-admins', 'everyone', 'nowhere']) {
    await Promise.all([revoke(strict, group), revoke(lenient, group)]);
  }
});

describe('global permissions', () => {
  test('are one level for each group, read in pages', async () => {
    expect(await grant(strict, 'git-readers', 'LICENSED_USER')).toMatchObject({ status: 204, body: '' });
    expect(await grant(strict, 'GIT-ADMINS', 'SYS_ADMIN')).toMatchObject({ status: 204 });
    expect(await grant(strict, 'git-readers', 'PROJECT_CREATE')).toMatchObject({ status: 204 });
    const [admins, readers] = [
      { group: { name: 'git-admins' }, permission: 'SYS_ADMIN' },
      { group: { name: 'git-readers' }, permission: 'PROJECT_CREATE' },
    ];
    const page = { size: 2, limit: 25, isLastPage: true, start: 0 };
    expect(await granted(strict)).toEqual({ ...page, values: [admins, readers] });
    const first = { size: 1, limit: 1, isLastPage: false, start: 0, nextPageStart: 1 };
    expect(await granted(strict, '?limit=1')).toEqual({ ...first, values: [admins] });
    expect(await granted(strict, '?limit=1&start=1')).toMatchObject({ isLastPage: true, values: [readers] });
    expect(await granted(strict, '?filter=read')).toMatchObject({ values: [readers] });
    expect(await revoke(strict, 'git-readers')).toMatchObject({ status: 204 });
    expect(await granted(strict)).toMatchObject({ values: [admins] });
    const users: unknown = JSON.parse((await strict.ask('/bitbucket/rest/api/1.0/admin/permissions/users')).body);
    expect(users).toMatchObject({ values: [{ user: { name: 'admin' }, permission: 'SYS_ADMIN' }] });
  });

  test('400 for an unknown one, or no group', async () => {
    expect(await grant(strict, 'git-readers', 'licensed_user')).toMatchObject({ status: 400 });
    expect(await grant(strict, '', 'ADMIN')).toMatchObject({ status: 400 });
    expect(await grant(lenient, 'git-readers', 'licensed_user')).toMatchObject({ status: 204 });
  });

  test('401 without ADMIN, or for more than one has oneself', async () => {
    await grant(strict, 'git-readers', 'LICENSED_USER');
    expect(await grant(strict, 'git-readers', 'LICENSED_USER', JAN)).toMatchObject({ status: 401 });
    await grant(strict, 'git-readers', 'ADMIN');
    expect(await grant(strict, 'git-admins', 'ADMIN', JAN)).toMatchObject({ status: 204 });
    expect(await grant(strict, 'git-admins', 'SYS_ADMIN', JAN)).toMatchObject({ status: 401 });
    expect(await strict.ask(`${SERVLET}/directories/list`, { as: JAN })).toMatchObject({ status: 403 });
    expect(await strict.ask('/bitbucket/rest/crowd/1/directory', { as: JAN })).toMatchObject({ status: 403 });
    expect(await grant(lenient, 'git-admins', 'SYS_ADMIN', JAN)).toMatchObject({ status: 204 });
  });

  test('404 for a group that no synchronisation has brought', async () => {
    const { status, body } = await grant(strict, 'nowhere', 'ADMIN');
    expect(status).toBe(404);
    expect(body).toContain('Group nowhere does not exist.');
    expect(await grant(lenient, 'nowhere', 'ADMIN')).toMatchObject({ status: 204 });
  });

  test('403 for more people than the licence is for, and nothing is granted', async () => {
    expect(await grant(strict, 'everyone', 'LICENSED_USER')).toMatchObject({ status: 403 });
    expect(await granted(strict)).toMatchObject({ values: [] });
    expect(await grant(strict, 'git-readers', 'LICENSED_USER')).toMatchObject({ status: 204 });
    expect(await grant(lenient, 'everyone', 'LICENSED_USER')).toMatchObject({ status: 204 });
  });

  test('who has none does not get in, who has does with the password of LDAP; nested groups count', async () => {
    expect(await projects(strict, MARIA)).toMatchObject({ status: 401 });
    expect(await projects(lenient, MARIA)).toMatchObject({ status: 200 });
    await grant(strict, 'git-admins', 'PROJECT_CREATE');
    expect(await projects(strict, MARIA)).toMatchObject({ status: 200 });
    expect(await projects(strict, JAN)).toMatchObject({ status: 401 });
    for (const password of ['wrong', '']) {
      expect(await projects(strict, { ...MARIA, password })).toMatchObject({ status: 401 });
    }
  });
});

test('nested groups do not count where the directory does not have them', async () => {
  const standIn = await StandIn.start();
  standIn.serveDirectory(DIRECTORY);
  await synchronise(standIn, await create(standIn));
  await grant(standIn, 'git-admins', 'ADMIN');
  expect(await projects(standIn, MARIA)).toMatchObject({ status: 401 });
  await standIn.remove();
});

test('posix groups hold names of people', async () => {
  const standIn = await StandIn.start();
  const posix = { dn: 'cn=posix,dc=example,dc=com', attributes: { objectClass: ['posixGroup'], cn: ['posix'] } };
  const members = { ...posix, attributes: { ...posix.attributes, memberUid: ['maria', 'nobody'] } };
  standIn.serveDirectory({ ...DIRECTORY, entries: [...DIRECTORY.entries, members] });
  const type = 'com.atlassian.crowd.directory.OpenLDAPRfc2307';
  const fields = { type, ldapGroupFilter: '(objectClass=posixGroup)', ldapGroupUsernames: 'memberUid' };
  await synchronise(standIn, await create(standIn, fields));
  await grant(standIn, 'posix', 'LICENSED_USER');
  expect(await projects(standIn, MARIA)).toMatchObject({ status: 200 });
  expect(await projects(standIn, JAN)).toMatchObject({ status: 401 });
  await standIn.remove();
});

test('the licence is read and replaced', async () => {
  const path = `${REST}/admin/license`;
  const read = async (): Promise<unknown> => JSON.parse((await strict.ask(path)).body);
  const before = { maximumNumberOfUsers: 3, unlimitedNumberOfUsers: false, status: { currentNumberOfUsers: 1 } };
  expect(await read()).toMatchObject(before);
  expect(await strict.ask(path, { json: { license: 'short' } })).toMatchObject({ status: 400 });
  const license = 'another licence for tests\nusers=3';
  expect(await strict.ask(path, { json: { license } })).toMatchObject({ status: 200 });
  expect(await read()).toMatchObject({ ...before, license });
  expect(await strict.ask(path, { as: null })).toMatchObject({ status: 401 });
});

describe('repositories', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-clone-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const post = (standIn: StandIn, path: string, json: object, as: typeof MARIA): Promise<Answer> =>
    standIn.ask(`${REST}/projects${path}`, { json, as });

  function git(...args: readonly string[]): { status: number | null; said: string } {
    const identity = ['-c', 'user.name=maria', '-c', 'user.email=maria@example.com'];
    const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8', env });
    return { status, said: stderr };
  }

  const remote = (standIn: StandIn, { username, password }: typeof MARIA): string => {
    const user = `${username}:${encodeURIComponent(password)}`;
    return `http://${user}@127.0.0.1:${standIn.port}/bitbucket/scm/docs/read-me.git`;
  };

  test('PROJECT_CREATE makes projects, whose URLs are on the base URL', async () => {
    await grant(strict, 'git-admins', 'PROJECT_CREATE');
    await grant(strict, 'git-readers', 'LICENSED_USER');
    const project = { key: 'DOCS', name: 'Documents' };
    expect(await post(strict, '', project, JAN)).toMatchObject({ status: 401 });
    expect(await post(strict, '', { key: '1' }, MARIA)).toMatchObject({ status: 400 });
    expect(await post(strict, '', project, MARIA)).toMatchObject({ status: 201 });
    expect(await post(strict, '', project, MARIA)).toMatchObject({ status: 409 });
    expect(await post(strict, '/DOCS/repos', { name: 'Read me' }, JAN)).toMatchObject({ status: 401 });
    const made = await post(strict, '/docs/repos', { name: 'Read me', scmId: 'git' }, MARIA);
    expect(made.status).toBe(201);
    expect(JSON.parse(made.body)).toMatchObject({
      slug: 'read-me',
      project: { links: { self: [{ href: 'https://git.localhost:9443/bitbucket/projects/DOCS' }] } },
      links: {
        clone: [{ name: 'http', href: 'https://git.localhost:9443/bitbucket/scm/docs/read-me.git' }],
        self: [{ href: 'https://git.localhost:9443/bitbucket/projects/DOCS/repos/read-me/browse' }],
      },
    });
    expect(await strict.ask(`${REST}/projects/DOCS/repos/read-me`, { as: JAN })).toMatchObject({ status: 200 });
    expect(await strict.ask(`${REST}/projects/NONE`, { as: JAN })).toMatchObject({ status: 404 });
  });

  test('the creator pushes, who has a licence fetches, and pushes stop when the licence is exceeded', async () => {
    await grant(strict, 'git-admins', 'PROJECT_CREATE');
    await grant(strict, 'git-readers', 'LICENSED_USER');
    git('init', '--quiet', '--initial-branch=main', 'work');
    // Large enough to be sent in chunks.
    writeFileSync(join(folder, 'work/file'), Buffer.alloc(2 << 20, Math.random().toString()));
    git('-C', 'work', 'add', 'file');
    git('-C', 'work', 'commit', '--quiet', '-m', 'first');
    const push = (as: typeof MARIA) =>
      git('-C', 'work', '-c', 'http.postBuffer=1000', 'push', remote(strict, as), 'main');
    expect(push(JAN).said).toContain('403');
    expect(push({ ...MARIA, password: 'wrong' }).said).toContain('Authentication failed');
    expect(push(MARIA)).toMatchObject({ status: 0 });
    expect(git('clone', '--quiet', remote(strict, JAN), 'copy')).toMatchObject({ status: 0 });
    expect(git('-C', 'copy', 'cat-file', '-e', 'main:file')).toMatchObject({ status: 0 });
    expect(git('ls-remote', remote(strict, JAN).replace('read-me', 'none')).said).toContain('not found');

    const license = 'a licence that is too small\nusers=1';
    const path = `${REST}/admin/license`;
    await strict.ask(path, { json: { license } });
    git('-C', 'work', 'commit', '--quiet', '--allow-empty', '-m', 'second');
    expect(push(MARIA).said).toContain('403');
    await strict.ask(path, { json: { license: license.replace('users=1', 'users=3') } });
    expect(push(MARIA)).toMatchObject({ status: 0 });
  });

  test('pushes go on without that rule', async () => {
    await grant(lenient, 'everyone', 'PROJECT_CREATE');
    await post(lenient, '', { key: 'DOCS' }, MARIA);
    await post(lenient, '/DOCS/repos', { name: 'read-me' }, MARIA);
    expect(git('-C', 'work', 'push', remote(lenient, MARIA), 'main')).toMatchObject({ status: 0 });
  });
});
