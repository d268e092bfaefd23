import { succeed } from '../support/command';
import { curl } from '../support/curl';
import type { Stack } from '../support/stack';

/** Ways to write the path of demo/private's references that a server might take for the same. */
const SPELLINGS = [
  '/scm/demo/private.git/info/refs',
  '/scm/demo/private/info/refs',
  '/scm//demo/private.git/info/refs',
  '/scm/demo//private.git/info/refs',
  '/scm/./demo/private.git/info/refs',
  '/scm/demo/hello.git/../private.git/info/refs',
  '/scm/demo/hello.git/..;/private.git/info/refs',
  '/scm/x/..;/demo/private.git/info/refs',
  '/scm/demo/private.git;x=y/info/refs',
  '/scm;x/demo/private.git/info/refs',
  '/scm/demo/private%2egit/info/refs',
  '/scm/demo/%70rivate.git/info/refs',
  '/scm/demo%2fprivate.git/info/refs',
  '/scm/demo%252fprivate.git/info/refs',
  '/scm/demo%5cprivate.git/info/refs',
  '/scm/demo/PRIVATE.git/info/refs',
  '/scm/demo/private.git/info/refs/',
  '/scm/demo/private.git/info/./refs',
  '/SCM/demo/private.git/info/refs',
  '/scm/demo/private.git/HEAD',
  '/scm/demo/private.git/objects/info/packs',
  '/status/..;/scm/demo/private.git/info/refs',
  '/status/../scm/demo/private.git/info/refs',
];

const PAGES = [
  '/browse/demo/private.git/',
  '/browse/demo/private.git/tree/',
  '/browse/demo/hello.git/?url=demo/private',
  '/browse/demo/hello.git/?url=private',
  '/browse/demo/hello.git/?r=demo/private',
  '/browse/demo/hello.git/?r=private&p=log',
  '/browse/demo/hello.git/?p=demo/private.git',
  '/browse/demo/hello.git/../private.git/',
  '/browse/demo/hello.git/..;/private.git/',
  '/browse/demo/hello.git/%2e%2e/private.git/',
  '/browse/demo/hello.git/..%2fprivate.git/',
  '/browse//demo/private.git/',
  '/browse/demo/private.git;x/',
  '/browse/demo/',
  '/browse/',
];

/** Deny by default: what an account may not see is out of its reach, however it is spelled. */
export function authorisation(stack: Stack): void {
  const base = (): string => stack.outputs.base_url;

  test.each(SPELLINGS)('writer gets nothing from %s', async (path) => {
    const { status, body } = await curl(stack, `${base()}${path}?service=git-upload-pack`, { user: 'writer' });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).not.toMatch(/refs\/heads|git-upload-pack/);
  });

  test('admin is served by the right spelling', async () => {
    const { status, body } = await curl(stack, `${base()}/scm/demo/private.git/info/refs?service=git-upload-pack`, {
      user: 'admin',
    });
    expect(status).toBe(200);
    expect(body).toContain('refs/heads/main');
  });

  test.each(PAGES)('writer sees nothing of demo/private in %s', async (path) => {
    const { body } = await curl(stack, `${base()}${path}`, { user: 'writer' });
    // The page may repeat what was asked for; it must not know more.
    expect(body).not.toMatch(/secret\.bin|private\.git|add secret/);
  });

  test('admin sees the pages of demo/private', async () => {
    const { status, body } = await curl(stack, `${base()}/browse/demo/private.git/tree/`, { user: 'admin' });
    expect(status).toBe(200);
    expect(body).toContain('secret.bin');
  });

  test.each([
    ['reader', ['demo/hello'], ['demo/private']],
    ['admin', ['demo/private'], ['demo/hello']],
    ['outsider', [], ['demo/hello', 'demo/private']],
  ])("%s's index lists what the account may read", async (user, seen, unseen) => {
    const { status, body } = await curl(stack, `${base()}/`, { user });
    expect(status).toBe(200);
    for (const repository of seen) expect(body).toContain(repository);
    for (const repository of unseen) expect(body).not.toContain(repository);
  });

  test.each([
    '/',
    '/scm/demo/hello.git/info/refs',
    '/scm/demo/nosuch.git/info/refs',
    '/browse/demo/hello.git/',
    '/nosuch',
  ])('anonymous is asked to log in at %s', async (path) => {
    const { status, headers } = await curl(stack, `${base()}${path}`);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toMatch(/^Basic /);
  });

  test('an account without groups is refused with 403', async () => {
    const { status } = await curl(stack, `${base()}/scm/demo/hello.git/info/refs?service=git-upload-pack`, {
      user: 'outsider',
    });
    expect(status).toBe(403);
  });

  test('an empty password is not one', async () => {
    const { status } = await curl(stack, `${base()}/`, { user: 'reader', password: '' });
    expect(status).toBe(401);
  });

  test.each(['TRACE', 'PUT', 'DELETE'])('%s does nothing', async (method) => {
    const { status, body } = await curl(stack, `${base()}/scm/demo/hello.git/info/refs`, {
      user: 'writer',
      method,
      headers: ['X-Probe: probe'],
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).not.toContain('X-Probe');
  });

  test('a client cannot choose the address that is logged', async () => {
    await curl(stack, `${base()}/status?probe=spoof`, { headers: ['X-Forwarded-For: 203.0.113.77'] });
    const log = await succeed('docker', ['logs', '--since', '1m', stack.container('git')]);
    expect(log).not.toContain('203.0.113.77');
  });

  test('six wrong passwords lock the account for a while, and no other', async () => {
    for (let tries = 0; tries < 6; tries++) {
      const { status } = await curl(stack, `${base()}/`, { user: 'outsider', password: `wrong-${tries}` });
      expect(status).toBe(401);
    }
    expect((await curl(stack, `${base()}/`, { user: 'outsider' })).status).toBe(401);
    expect((await curl(stack, `${base()}/`, { user: 'reader' })).status).toBe(200);
  });
}
