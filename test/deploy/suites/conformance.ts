import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '../../../stacks/settings';
import { curl } from '../support/curl';
import { closedAfter, exchange, RawConnection, SLOW_SECONDS, type RawTarget } from '../support/raw-connection';
import { succeed } from '../support/command';
import type { Stack } from '../support/stack';

/** Whether a proxy or the server itself answers: the two may refuse the same thing with another status. */
export type Front = 'proxy' | 'direct';

const SPOOFED_ADDRESS = '192.0.2.77';
const SPOOFED = [
  `X-Forwarded-For: ${SPOOFED_ADDRESS}`,
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Port: 81',
  'X-Forwarded-Proto: ftp',
  'X-Forwarded-Prefix: /evil',
  `X-Real-IP: ${SPOOFED_ADDRESS}`,
  `Forwarded: for=${SPOOFED_ADDRESS};host=evil.example;proto=ftp`,
  'Connection: X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto',
];

/** What HTTP asks of whoever answers at the base URL, proxy or not, with requests that no client would make. */
export function conformance(stack: Stack, front: Front): void {
  const base = (): URL => new URL(stack.outputs.base_url);
  const path = (rest: string): string => `${base().pathname.replace(/\/$/, '')}${rest}`;
  const target = (): RawTarget => {
    const { bindAddress } = readSettings(process.env);
    return {
      address: bindAddress === '0.0.0.0' ? '127.0.0.1' : bindAddress,
      port: stack.port,
      ...(base().protocol === 'https:'
        ? { tls: { serverName: base().hostname, ca: readFileSync(stack.caFile, 'utf8') } }
        : {}),
    };
  };
  const host = (): string => `Host: ${base().host}`;
  const login = (): string =>
    `Authorization: Basic ${Buffer.from(`reader:${stack.password('reader')}`).toString('base64')}`;
  /** A request with these headers and no other. */
  const send = (line: string, headers: readonly string[], body = ''): Promise<RawConnection> =>
    exchange(target(), [line, ...headers, '', body].join('\r\n'));

  test('an ordinary request is answered', async () => {
    const { received } = await send(`GET ${path('/status')} HTTP/1.1`, [host(), 'Connection: close']);
    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(received).toContain('RUNNING');
  });

  describe('the name of the host', () => {
    test('missing is refused', async () => {
      expect((await send(`GET ${path('/status')} HTTP/1.1`, ['Connection: close'])).statuses).toEqual([400]);
    });

    test('given twice is refused', async () => {
      const twice = await send(`GET ${path('/status')} HTTP/1.1`, [host(), 'Host: evil.example', 'Connection: close']);
      expect(twice.statuses).toEqual([400]);
    });

    test.each(['evil.example', '127.0.0.1', 'localhost', 'a b', 'evil.example/'])('%j is refused', async (name) => {
      const { statuses } = await send(`GET ${path('/status')} HTTP/1.1`, [`Host: ${name}`, 'Connection: close']);
      expect(front === 'proxy' ? [[400], [421]] : [[400], [404], [421]]).toContainEqual(statuses);
    });

    test('in a target of absolute form counts, and Host does not', async () => {
      const absolute = (name: string, hostHeader: string): Promise<RawConnection> =>
        send(`GET ${base().protocol}//${name}${path('/status')} HTTP/1.1`, [hostHeader, 'Connection: close']);
      expect((await absolute('evil.example', host())).statuses).not.toContain(200);
      expect((await absolute(base().host, host())).statuses).toEqual([200]);
    });
  });

  describe('paths', () => {
    test.each([
      '/..',
      '/../manager/html',
      '/..;/manager/html',
      '/status/..;/status',
      '/status/../status',
      '/status/./',
      '/status/%2e%2e/status',
      '/status/.%2E;x=y/status',
      '/status/..%2fstatus',
      '/status/..%3b/status',
      '/status/..%5cstatus',
    ])('%s is not resolved by one and passed on by another', async (rest) => {
      const { statuses } = await send(`GET ${path(rest)} HTTP/1.1`, [host(), 'Connection: close']);
      if (front === 'proxy') expect(statuses).toEqual([400]);
      // Tomcat resolves them itself, and then there is but one reading.
      else expect([[200], [400], [401], [403], [404]]).toContainEqual(statuses);
    });

    test.each(['/status/..;/browse/demo/hello.git/', '/status/../browse/demo/hello.git/', '/status;/../browse/'])(
      '%s does not lead past the login',
      async (rest) => {
        const { statuses } = await send(`GET ${path(rest)} HTTP/1.1`, [host(), 'Connection: close']);
        expect([[400], [401], [403], [404]]).toContainEqual(statuses);
      },
    );
  });

  describe('what clients claim of other proxies', () => {
    test('changes no URL in pages and redirects', async () => {
      for (const page of ['/', '/browse/demo/hello.git/', '/browse/demo/hello.git']) {
        const { headers, body } = await curl(stack, `${stack.outputs.base_url}${page}`, {
          user: 'reader',
          headers: SPOOFED,
        });
        expect(`${JSON.stringify(headers)}${body}`).not.toMatch(/evil|ftp:|:81\b/);
        if (headers['location'] !== undefined) {
          expect(new URL(headers['location'], `${stack.outputs.base_url}/`).origin).toBe(base().origin);
        }
      }
    });

    test('does not change the address in the logs', async () => {
      const name = randomUUID();
      await curl(stack, `${stack.outputs.base_url}/${name}`, { headers: SPOOFED });
      await sleep(1500);
      for (const service of front === 'proxy' ? ['proxy', 'git'] : ['git']) {
        const line = (await succeed('docker', ['logs', '--since', '60s', stack.container(service)]))
          .split('\n')
          .find((text) => text.includes(name));
        expect(line).toBeDefined();
        expect(line).not.toContain(SPOOFED_ADDRESS);
      }
    });
  });

  describe('methods and bodies', () => {
    const uploadPack = '/scm/demo/hello.git/git-upload-pack';
    const gitHeaders = (): string[] => [
      host(),
      login(),
      'Content-Type: application/x-git-upload-pack-request',
      'Connection: close',
    ];

    test('TRACE is refused, and shows nothing', async () => {
      const { statuses, received } = await send(`TRACE ${path('/status')} HTTP/1.1`, [
        host(),
        'X-Secret: tell-me',
        'Connection: close',
      ]);
      expect([[401], [403], [405], [501]]).toContainEqual(statuses);
      expect(received).not.toContain('tell-me');
    });

    test('a chunked body arrives', async () => {
      const { statuses } = await send(
        `POST ${path(uploadPack)} HTTP/1.1`,
        [...gitHeaders(), 'Transfer-Encoding: chunked'],
        '2\r\n00\r\n2\r\n00\r\n0\r\n\r\n',
      );
      expect(statuses).toEqual([200]);
    });

    test('Expect: 100-continue is answered before the body is there', async () => {
      const connection = await RawConnection.open(target());
      const headers = [...gitHeaders(), 'Content-Length: 4', 'Expect: 100-continue'];
      connection.send([`POST ${path(uploadPack)} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
      expect(await connection.until(({ received }) => received.startsWith('HTTP/1.1 100 '), 10)).toBe(true);
      connection.send('0000');
      expect(await connection.until(({ statuses }) => statuses.length > 0, 10)).toBe(true);
      expect(connection.statuses).toEqual([200]);
      connection.close();
    });

    test('HTTP/1.0 is answered without chunks, and closed', async () => {
      const { received, isClosed } = await send(`GET ${path('/status')} HTTP/1.0`, [host()]);
      expect(received).toMatch(/^HTTP\/1\.[01] 200 /);
      expect(received).not.toMatch(/transfer-encoding/i);
      expect(isClosed).toBe(true);
    });
  });

  describe('requests in requests', () => {
    test.each(smugglingShapes())('%s: one answer at most', async (_name, headers, body) => {
      const inner = `GET ${path('/smuggled')} HTTP/1.1\r\n${host()}\r\n\r\n`;
      const { statuses } = await exchange(
        target(),
        `POST ${path('/status')} HTTP/1.1\r\n${host()}\r\n${headers}\r\n${body}${inner}`,
      );
      expect(statuses.length).toBeLessThanOrEqual(1);
      expect(statuses).not.toContain(200);
    });
  });

  test('no answer tells a version', async () => {
    const texts = await Promise.all([
      send(`GET ${path('/status')} HTTP/1.1`, [host(), 'Connection: close']),
      send(`GET ${path('/nothing-here')} HTTP/1.1`, [host(), login(), 'Connection: close']),
      send('GET /%zz HTTP/1.1', [host(), 'Connection: close']),
      send('NONSENSE', []),
      send(`GET ${path('/status')} HTTP/1.1`, ['Connection: close']),
      send(`OPTIONS ${path('/status')} HTTP/1.1`, [host(), 'Connection: close']),
    ]);
    for (const { received } of texts) {
      expect(received).not.toMatch(/(Apache|nginx|Tomcat|OpenSSL|Coyote|JGit|Jetty|Debian)[/ -]?(Tomcat\/)?\d/i);
      expect(received).not.toMatch(/^X-Powered-By:/im);
    }
  });

  if (process.env.TEST_SCALE !== 'full') return;

  test('who never ends the headers of a request is not waited for', async () => {
    const start = `GET ${path('/status')} HTTP/1.1\r\n${host()}\r\nX-Slow: `;
    expect(await closedAfter(target(), start, () => undefined)).toBeLessThan(SLOW_SECONDS);
    if (front === 'direct') return;
    // Nor who sends them a byte at a time.
    expect(await closedAfter(target(), start, (connection) => connection.send('x'))).toBeLessThan(SLOW_SECONDS);
  });
}

/** Name, headers with the line ends they have, and what follows: two readers may disagree on where the body ends. */
export function smugglingShapes(): [name: string, headers: string, body: string][] {
  const chunked = '0\r\n\r\n';
  return [
    ['Content-Length and Transfer-Encoding', 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n', chunked],
    ['Transfer-Encoding and Content-Length', 'Transfer-Encoding: chunked\r\nContent-Length: 6\r\n', chunked],
    ['two different Content-Length', 'Content-Length: 0\r\nContent-Length: 40\r\n', ''],
    ['a list in Content-Length', 'Content-Length: 0, 40\r\n', ''],
    ['a signed Content-Length', 'Content-Length: +0\r\n', ''],
    ['Transfer-Encoding: xchunked', 'Transfer-Encoding: xchunked\r\n', chunked],
    ['Transfer-Encoding: chunked, identity', 'Transfer-Encoding: chunked, identity\r\n', chunked],
    ['two Transfer-Encoding', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', chunked],
    ['a space before the colon', 'Transfer-Encoding : chunked\r\nContent-Length: 6\r\n', chunked],
    ['a folded header', 'Transfer-Encoding:\r\n chunked\r\nContent-Length: 6\r\n', chunked],
    ['a vertical tab before chunked', 'Transfer-Encoding:\x0bchunked\r\nContent-Length: 6\r\n', chunked],
    ['a null in Content-Length', 'Content-Length: 0\0\r\nTransfer-Encoding: chunked\r\n', chunked],
    ['a chunk size that is none', 'Transfer-Encoding: chunked\r\n', '0x0\r\n\r\n'],
    ['a bare line feed in a header', 'X-A: b\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n', chunked],
  ];
}
