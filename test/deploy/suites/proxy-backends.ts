import { succeed } from '../support/command';
import { only } from '../support/echo-backend';
import { MAX_REQUESTS, SILENCE_SECONDS, type ProxyBench } from '../support/proxy-bench';
import { RawConnection } from '../support/raw-connection';
import { until } from '../support/until';

/** Several backends, slow ones, late ones, ones with TLS. */
export function proxyBackends(bench: ProxyBench): void {
  describe('bodies', () => {
    test(`an answer that is silent for ${SILENCE_SECONDS} s comes`, async () => {
      const connection = await RawConnection.open(bench.a);
      connection.send('GET /silent HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n');
      expect(await connection.until(({ isClosed }) => isClosed, SILENCE_SECONDS + 20)).toBe(true);
      expect(connection.received).toContain('at last');
    });

    test('an upload reaches the backend while it is being sent', async () => {
      bench.one.requests.length = 0;
      const connection = await RawConnection.open(bench.a);
      const head =
        'POST /upload HTTP/1.1\r\nHost: a.localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
      connection.send(`${head}5\r\nfirst\r\n`);
      expect(await connection.until(() => bench.one.requests[0]?.body.includes('first') === true, 10)).toBe(true);
      expect(bench.one.requests[0]?.body).not.toContain('last');
      connection.send('4\r\nlast\r\n0\r\n\r\n');
      expect(await connection.until(({ statuses }) => statuses.length > 0, 10)).toBe(true);
      expect(only(bench.one.requests).body).toContain('last');
      expect(only(bench.one.requests).headers('Content-Length')).toEqual([]);
      connection.close();
    });

    test('an answer reaches the client while it is being sent', async () => {
      bench.one.requests.length = 0;
      const connection = await RawConnection.open(bench.a);
      expect(await bench.start(connection)).toBe(true);
      expect(connection.isClosed).toBe(false);
      only(bench.one.requests).answer('4\r\nlast\r\n0\r\n\r\n');
      expect(await connection.until(({ isClosed }) => isClosed, 10)).toBe(true);
      expect(connection.received).toContain('last');
    });
  });

  describe('backends', () => {
    test.each([
      ['b.localhost', '/one/x', 'one'],
      ['b.localhost', '/tools/two/x', 'two'],
      ['c.localhost', '/one/x', 'two'],
    ])('%s%s reaches its own: %s', async (host, path, name) => {
      const { received } = await bench.get(bench.target(443, host), host, path);
      expect(received).toContain(`${name}\nGET ${path} HTTP/1.1`);
    });

    test('what no rule takes is not found, and a missing slash is added', async () => {
      const at = bench.b;
      for (const path of ['/', '/two/', '/tools/', '/onex', '/one;x/y']) {
        expect((await bench.get(at, 'b.localhost', path)).statuses).toEqual([404]);
      }
      const { received } = await bench.get(at, 'b.localhost', '/tools/two?a=b');
      expect(received).toMatch(/^HTTP\/1\.1 308 /);
      expect(received).toMatch(/^Location: https:\/\/b\.localhost\/tools\/two\/\?a=b\r$/im);
    });

    test('that cannot be reached are answered for: 502 to 504', async () => {
      for (const path of ['/closed/x', '/nowhere/x', '/late/x']) {
        const { statuses } = await bench.get(bench.b, 'b.localhost', path);
        expect([[502], [503], [504]]).toContainEqual(statuses);
      }
    });

    test('connections to them are used again', async () => {
      bench.one.requests.length = 0;
      for (let count = 0; count < 5; count++) await bench.get(bench.a, 'a.localhost', '/again');
      expect(new Set(bench.one.requests.map(({ connection }) => connection)).size).toBeLessThan(5);
    });

    const reaches = async (path: string, text: string): Promise<void> => {
      const ask = async (): Promise<string> => (await bench.get(bench.b, 'b.localhost', path)).received;
      expect(await until(ask, (answer) => answer.includes(text), 30)).toContain(text);
    };

    test('that start later are found, and found again at another address', async () => {
      await bench.relay('late', 'late', 7990, bench.one.port);
      await reaches('/late/x', 'one\nGET /late/x');
      // What takes its old address in the meantime is not taken for it.
      await bench.relay('later', 'late', 7990, bench.two.port);
      await succeed('docker', ['rm', '--force', bench.stack.container('late')]);
      await reaches('/late/x', 'two\nGET /late/x');
    });
  });

  describe('TLS to a backend', () => {
    const get = (path: string): Promise<RawConnection> =>
      bench.get(bench.target(443, 't.localhost'), 't.localhost', path);

    test('of the right name and authority works, and what it gets is complete', async () => {
      await bench.relay('secured', 'secured', 8443, bench.secured.port);
      await bench.relay('other-name', 'other-name', 8443, bench.secured.port);
      const reply = await until(
        () => get('/right/a%2Fb?c'),
        ({ statuses }) => statuses[0] === 200,
        20,
      );
      expect(reply.received).toContain('secured\nGET /right/a%2Fb?c HTTP/1.1');
      const [request] = bench.secured.with('/right/a%2Fb');
      expect(request?.headers('X-Forwarded-Host')).toEqual(['t.localhost']);
      expect(request?.headers('Host')).toEqual([bench.kind === 'Apache' ? 'secured:8443' : 't.localhost']);
    });

    test.each(['/wrong-ca/x', '/wrong-name/x'])('%s is a bad gateway, and gets no request', async (path) => {
      bench.secured.requests.length = 0;
      const before = bench.secured.connections;
      // Until it was found: another proxy may take a while to look its name up.
      await until(
        async () => expect((await get(path)).statuses).toEqual([502]),
        () => bench.secured.connections > before,
        20,
      );
      expect(bench.secured.connections).toBeGreaterThan(before);
      expect(bench.secured.requests).toEqual([]);
    });
  });
}

/** More requests than the proxy may work on. */
export function proxyOverload(bench: ProxyBench): void {
  test(`works on ${MAX_REQUESTS} requests at once, and has bounds for more`, async () => {
    bench.one.requests.length = 0;
    const streams = await Promise.all(Array.from({ length: MAX_REQUESTS }, () => RawConnection.open(bench.a)));
    for (const stream of streams) expect(await bench.start(stream)).toBe(true);
    const more = await RawConnection.open(bench.target(7990));
    more.send('GET /more HTTP/1.1\r\nHost: plain.localhost:7990\r\nConnection: close\r\n\r\n');
    await more.until(({ statuses }) => statuses.length > 0, 3);
    expect(more.statuses).toEqual(bench.kind === 'Apache' ? [] : [503]);
    expect(bench.one.with('/more')).toEqual([]);
    for (const request of bench.one.with('/stream')) request.answer('0\r\n\r\n');
    for (const stream of streams) expect(await stream.until(({ isClosed }) => isClosed, 10)).toBe(true);
    if (bench.kind === 'Apache') expect(await more.until(({ statuses }) => statuses[0] === 200, 10)).toBe(true);
    more.close();
  });
}
