import { readFileSync } from 'node:fs';
import { addressOf, memoryOf, startedAt } from '../support/container-memory';
import { curl } from '../support/curl';
import { measured } from '../support/measured';
import { exchange, RawConnection, type RawTarget } from '../support/raw-connection';
import type { Stack } from '../support/stack';
import type { Front } from './conformance';

const IS_FULL = process.env.TEST_SCALE === 'full';

/** For a body: git may pack and think for minutes. */
const PATIENCE_SECONDS = 400;

/** Headers in which some servers find who has logged in, or what is really asked for. */
const NAMING = [
  'X-Remote-User: admin',
  'Remote-User: admin',
  'REMOTE_USER: admin',
  'X-Forwarded-User: admin',
  'X-Forwarded-Preferred-Username: admin',
  'X-WebAuth-User: admin',
  'X-Auth-Request-User: admin',
  'X-Authenticated-User: admin',
  'X-SSL-Client-S-DN: CN=admin',
  'SSL_CLIENT_VERIFY: SUCCESS',
  'X-Original-URL: /status',
  'X-Rewrite-URL: /status',
  'X-HTTP-Method-Override: GET',
  'X-Forwarded-For: 127.0.0.1',
];

/** Paths of demo/private's references, and of its pages, that a server might take for the same. */
const PATHS = [
  '//scm/demo/private.git/info/refs',
  '/scm/demo/private.git%00/info/refs',
  '/scm/demo/private.git/info/refs%00',
  '/scm/demo/hello.git%00/../private.git/info/refs',
  '/scm/demo/private.git%2finfo%2frefs',
  '/scm/demo/private.git/info%2frefs',
  '/scm/demo/hello.git/%2e%2e/private.git/info/refs',
  '/scm/demo/hello.git/%252e%252e/private.git/info/refs',
  '/scm/demo/hello.git/..%00/private.git/info/refs',
  '/scm/demo/hello.git/..%5c/private.git/info/refs',
  '/scm/demo/hello.git/%c0%ae%c0%ae/private.git/info/refs',
  '/status/..;/browse/demo/private.git/tree/',
  '/status/%2e%2e/browse/demo/private.git/tree/',
  '/status%2f..%2fbrowse/demo/private.git/tree/',
  '/status//..//browse/demo/private.git/tree/',
  '/status%00/browse/demo/private.git/tree/',
  '/assets/..;/browse/demo/private.git/tree/',
  '/assets/%2e%2e/%2e%2e/etc/passwd',
  '/assets/..%2f..%2fWEB-INF/web.xml',
  '/WEB-INF/web.xml',
  '/%57EB-INF/web.xml',
  '/assets/../WEB-INF/web.xml',
];

/** Repository names that git would take for an option, a program, another server or a file. */
const REPOSITORIES = [
  '--upload-pack=id',
  '--upload-pack=id.git',
  '-oProxyCommand=id',
  '-oProxyCommand=id.git',
  '--help.git',
  '-c.git',
  'ext::id.git',
  'file:///etc.git',
  'ssh://-oProxyCommand=id/x.git',
  'demo/hello.git;id',
  'demo/hello.git|id',
  'demo/$(id).git',
  'demo/`id`.git',
  'demo/*.git',
  '~git/hello.git',
  'https://example.com/x.git',
];

/** Attacks over HTTP that the suite `conformance` has not. */
export function attacksOverHttp(stack: Stack, front: Front): void {
  const base = (): URL => new URL(stack.outputs.base_url);
  const path = (rest: string): string => `${base().pathname.replace(/\/$/, '')}${rest}`;
  const service = front === 'proxy' ? 'proxy' : 'git';
  const host = (): string => `Host: ${base().host}`;
  /** At the container: the engine's own way from published ports, and its bounds, are not the question. */
  const target = async (): Promise<RawTarget> => ({
    address: await addressOf(stack.container(service)),
    port: front === 'proxy' ? stack.port : 7990,
    ...(base().protocol === 'https:'
      ? { tls: { serverName: base().hostname, ca: readFileSync(stack.caFile, 'utf8') } }
      : {}),
  });
  const isServed = async (seconds: number): Promise<boolean> => {
    const text = `GET ${path('/status')} HTTP/1.1\r\n${host()}\r\nConnection: close\r\n\r\n`;
    const reply = await exchange(await target(), text, seconds).catch(() => undefined);
    return reply?.statuses[0] === 200;
  };

  /** Seconds after which the connection of a body that never comes was closed. */
  let closed: Promise<number> = Promise.resolve(0);

  if (IS_FULL) {
    // The others go on meanwhile: it takes minutes.
    beforeAll(async () => {
      const login = Buffer.from(`reader:${stack.password('reader')}`).toString('base64');
      const connection = await RawConnection.open(await target());
      connection.send(
        `POST ${path('/scm/demo/hello.git/git-upload-pack')} HTTP/1.1\r\n${host()}\r\nAuthorization: Basic ${login}\r\n` +
          'Content-Type: application/x-git-upload-pack-request\r\nContent-Length: 100\r\n\r\n0',
      );
      const start = Date.now();
      closed = connection.until(({ isClosed }) => isClosed, PATIENCE_SECONDS).then(() => (Date.now() - start) / 1000);
    });
  }

  test.each(NAMING)('nobody is logged in by the header %s', async (header) => {
    const anonymous = await curl(stack, `${stack.outputs.base_url}/`, { headers: [header] });
    expect(anonymous.status).toBe(401);
    const url = `${stack.outputs.base_url}/scm/demo/private.git/info/refs?service=git-upload-pack`;
    expect((await curl(stack, url, { user: 'reader', headers: [header] })).status).toBe(403);
    const index = await curl(stack, `${stack.outputs.base_url}/`, { user: 'reader', headers: [header] });
    expect(index.body).not.toContain('demo/private');
  });

  test.each(PATHS)('neither writer nor a stranger gets anything from %s', async (rest) => {
    for (const user of [undefined, 'writer']) {
      const { status, body } = await curl(stack, `${stack.outputs.base_url}${rest}?service=git-upload-pack`, { user });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).not.toMatch(/refs\/heads|root:x:|<web-app|secret\.bin/);
    }
  });

  test.each(['\0', '\x01', '\x7f', '\x0b', '\r'])('the byte %j in a target is refused', async (byte) => {
    const line = `GET ${path(`/status${byte}`)} HTTP/1.1\r\n${host()}\r\nConnection: close\r\n\r\n`;
    const { statuses } = await exchange(await target(), line);
    expect(statuses).not.toContain(200);
    expect(statuses.length).toBeLessThanOrEqual(1);
  });

  test.each(REPOSITORIES)('the repository %j is none, over HTTP', async (name) => {
    for (const program of ['git-upload-pack', 'git-receive-pack']) {
      const url = `${stack.outputs.base_url}/scm/${name.replaceAll(' ', '%20')}/info/refs?service=${program}`;
      const { status, body } = await curl(stack, url, { user: 'writer' });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).not.toMatch(/refs\/heads|uid=\d/);
    }
  });

  test.each(['--upload-pack=id', 'git-upload-archive', 'git-upload-pack --help', 'id', ''])(
    'the service %j is none',
    async (name) => {
      const url = `${stack.outputs.base_url}/scm/demo/hello.git/info/refs?service=${encodeURIComponent(name)}`;
      const { status, body } = await curl(stack, url, { user: 'writer' });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).not.toMatch(/refs\/heads|uid=\d/);
    },
  );

  test.each([
    ['many headers', 'X-Header: ', '\r\nX-Header: '],
    ['one header', 'X-Header: ', ''],
    ['a chunk extension', 'Transfer-Encoding: chunked\r\n\r\n1;x=', ''],
    ['many trailers', 'Transfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer: ', '\r\nX-Trailer: '],
  ])(`${IS_FULL ? '1 GB' : '64 MB'} of %s takes no memory, and others are served`, async (_, start, again) => {
    const bytes = IS_FULL ? 1e9 : 64e6;
    const before = await memoryOf(stack.container(service));
    const started = await startedAt(stack.container(service));
    const connection = await RawConnection.open(await target());
    connection.send(`POST ${path('/status')} HTTP/1.1\r\n${host()}\r\n${start}`);
    const block = `${'x'.repeat(1000)}${again}`.repeat(1000);
    let sent = 0;
    let answeredAfter: number | undefined;
    while (sent < bytes && !connection.isClosed) {
      await connection.sent(block);
      sent += block.length;
      if (connection.statuses.length > 0) answeredAfter ??= sent;
    }
    await connection.until(({ isClosed, statuses }) => isClosed || statuses.length > 0, 10);
    const after = await memoryOf(stack.container(service));
    connection.close();
    // A body is the server's to wait for, headers are not.
    if (!start.includes('chunked')) {
      expect(connection.isClosed || (answeredAfter ?? Number.POSITIVE_INFINITY) < 32e6).toBe(true);
    }
    expect(connection.statuses).not.toContain(200);
    expect(after - before).toBeLessThan(48);
    expect(await startedAt(stack.container(service))).toBe(started);
    expect(await isServed(10)).toBe(true);
    measured(
      `${stack.name}: ${Math.max(0, Math.round(after - before))} MiB more, ${Math.round(sent / 1e6)} MB taken off the wire`,
    );
  });

  test.each(IS_FULL ? [10_000] : [200])(
    '%d idle connections are bounded in memory, and others are served',
    async (count) => {
      const started = await startedAt(stack.container(service));
      const { address, port } = await target();
      // Without TLS: whoever wants to tie a server down does not pay for handshakes.
      const connections: RawConnection[] = [];
      let refused = 0;
      for (let opened = 0; opened < count; opened += 500) {
        const some = Array.from({ length: Math.min(500, count - opened) }, () => RawConnection.open({ address, port }));
        const results = await Promise.allSettled(some.map((each) => within(each, 2000)));
        for (const result of results) {
          if (result.status === 'fulfilled') connections.push(result.value);
          else refused += 1;
        }
      }
      const memory = await memoryOf(stack.container(service));
      const start = Date.now();
      const isServedMeanwhile = await isServed(40);
      const waited = (Date.now() - start) / 1000;
      for (const connection of connections) connection.close();
      expect(await isServed(60)).toBe(true);
      expect(await startedAt(stack.container(service))).toBe(started);
      if (!IS_FULL) expect(isServedMeanwhile).toBe(true);
      measured(
        `${stack.name}: ${connections.length} taken and ${refused} not at once, ${Math.round(memory)} MiB; another request ` +
          (isServedMeanwhile
            ? `answered after ${waited.toFixed(1)} s`
            : 'not answered within 40 s, and served when they had gone'),
      );
    },
  );

  if (!IS_FULL) return;

  test('who never sends the body of a request is not waited for', async () => {
    const seconds = await closed;
    expect(seconds).toBeLessThan(PATIENCE_SECONDS);
    measured(`${stack.name}: closed after ${Math.round(seconds)} s`);
  });
}

/** A connection that comes about in time; one that comes later is closed. */
function within(opening: Promise<RawConnection>, milliseconds: number): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new Error('not in time'));
    }, milliseconds);
    opening.then(
      (connection) => {
        clearTimeout(timer);
        if (isLate) connection.close();
        else resolve(connection);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
