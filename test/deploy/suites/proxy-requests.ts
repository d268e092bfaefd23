import { command } from '../support/command';
import { only } from '../support/echo-backend';
import { exchange } from '../support/raw-connection';
import type { ProxyBench } from '../support/proxy-bench';
import { smugglingShapes } from './conformance';

/** What arrives at a backend of what a client sent: the path and the query as they are, and no header that it made up. */
export function proxyRequests(bench: ProxyBench): void {
  describe('raw bytes', () => {
    const PATHS = [
      '/a%2Fb%2fc',
      '/a%25b%2541',
      '/%41%7e',
      '/x;v=1/y;z',
      '/x%3Bv',
      '/a%20b',
      '/a+b',
      '/gr%C3%BCn/gr%c3%bcn',
      '/a//b///c',
      '/a%3fb%23c',
      '/...//..a/a..',
      '/@{!$&\'()*,=:|^"}',
      '/a?b=%2F%2f/../x&c=%20+;d=/./',
      '/?',
      '/a??b=?',
    ];

    test.each(['--http1.1', '--http2'])('arrive as they were sent: path and query, over %s', async (version) => {
      for (const path of PATHS) {
        bench.one.requests.length = 0;
        const { output } = await command('curl', [
          ...['--silent', '--show-error', '--insecure', '--path-as-is', '--globoff', '--noproxy', '*', version],
          ...['--max-time', '20', '--resolve', `a.localhost:443:${bench.address}`, `https://a.localhost${path}`],
        ]);
        expect(only(bench.one.requests).line).toBe(`GET ${path} HTTP/1.1`);
        expect(output).toBe(`one\nGET ${path} HTTP/1.1\n`);
      }
    });

    test('arrive from clients that send bytes above 127', async () => {
      bench.one.requests.length = 0;
      await bench.get(bench.a, 'a.localhost', '/gr\xc3\xbcn?\xfc');
      expect(only(bench.one.requests).target).toBe('/gr\xc3\xbcn?\xfc');
    });

    test('arrive below a context path', async () => {
      bench.one.requests.length = 0;
      await bench.get(bench.b, 'b.localhost', '/one/a%2Fb;x//%41?c=%2f');
      expect(only(bench.one.requests).target).toBe('/one/a%2Fb;x//%41?c=%2f');
    });

    test('of a target in absolute form mean the same', async () => {
      bench.one.requests.length = 0;
      const { statuses } = await bench.get(bench.a, 'a.localhost', 'https://a.localhost/a%2Fb?c=%2f');
      expect(statuses).toEqual([200]);
      expect(only(bench.one.requests).target).toBe('/a%2Fb?c=%2f');
    });

    test.each([
      '/..;/manager',
      '/one/..;x=y/manager',
      '/one/%2e%2e/x',
      '/one/..%2fx',
      '/one/..%3b',
      '/one/.',
      'https://b.localhost/one/../x',
    ])('with dot segments go nowhere: %s', async (path) => {
      bench.one.requests.length = 0;
      const { statuses } = await bench.get(bench.b, 'b.localhost', path);
      expect(statuses).toEqual([400]);
      expect(bench.one.requests).toEqual([]);
    });

    test.each(['/a%2Fb%252F;c%3f?d=%2F%20?&e', '/', '//evil.example/', '/?x', 'http://a.localhost/a%2Fb?c'])(
      'are what the redirect from plain HTTP leads to: %s',
      async (path) => {
        const { received } = await bench.get(bench.target(80), 'a.localhost', path);
        expect(received).toMatch(/^HTTP\/1\.1 301 /);
        expect(/^Location: (.*?)\r$/im.exec(received)?.[1]).toBe(
          `https://a.localhost${path.replace('http://a.localhost', '')}`,
        );
      },
    );
  });

  describe('headers', () => {
    const SPOOFED = [
      ...['For: 192.0.2.1', 'Host: evil.example', 'Port: 81', 'Proto: ftp', 'Server: evil', 'Prefix: /evil'].map(
        (field) => `X-Forwarded-${field}`,
      ),
      'Forwarded: for=192.0.2.1',
      'X-Real-IP: 192.0.2.1',
      'Remote-User: admin',
      'Proxy: http://evil.example',
    ];

    test.each([
      ['a.localhost', 443, 'https', 'a.localhost'],
      ['a.localhost', 8443, 'https', 'a.localhost:8443'],
      ['plain.localhost', 7990, 'http', 'plain.localhost:7990'],
    ])('of %s on %d name scheme %s and host %s, whatever the client says', async (host, port, scheme, authority) => {
      bench.one.requests.length = 0;
      const at = bench.target(port, scheme === 'https' ? host : undefined);
      // Also as clients may write it, and with the headers named in Connection, to be dropped on the way.
      const { statuses } = await bench.get(at, `${host.toUpperCase()}:${port}`, '/headers', [
        ...SPOOFED,
        'Connection: X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, X-Forwarded-Port, Host',
      ]);
      expect(statuses).toEqual([200]);
      const request = only(bench.one.requests);
      expect(request.headers('Host')).toEqual([authority]);
      expect(request.headers('X-Forwarded-Host')).toEqual([authority]);
      expect(request.headers('X-Forwarded-Port')).toEqual([String(port)]);
      expect(request.headers('X-Forwarded-Proto')).toEqual([scheme]);
      expect(request.headers('X-Forwarded-For')).toEqual([expect.stringMatching(/^(127|172)\.[\d.]+$/)]);
      expect(request.head).not.toMatch(/evil|192\.0\.2\.1|admin/);
    });

    test('of a redirect that names the backend name the URL instead', async () => {
      const { received } = await bench.get(bench.a, 'a.localhost', '/redirect-inside');
      expect(received).toMatch(/^Location: https:\/\/a\.localhost\/there\r$/im);
    });

    test('have one Strict-Transport-Security, also where the backend sends one', async () => {
      const { received } = await bench.get(bench.a, 'a.localhost', '/hsts');
      expect(received.match(/^Strict-Transport-Security: .*$/gim)).toEqual(['Strict-Transport-Security: max-age=600']);
    });
  });

  describe('requests in requests', () => {
    test.each(smugglingShapes())('%s: one arrives, or none', async (_name, headers, body) => {
      bench.one.requests.length = 0;
      const inner = 'GET /smuggled HTTP/1.1\r\nHost: a.localhost\r\n\r\n';
      const { statuses } = await exchange(
        bench.a,
        `POST /outer HTTP/1.1\r\nHost: a.localhost\r\n${headers}\r\n${body}${inner}`,
      );
      expect(statuses.length).toBeLessThanOrEqual(1);
      expect(bench.one.requests.length).toBeLessThanOrEqual(1);
      expect(bench.one.with('smuggled')).toEqual([]);
      for (const request of bench.one.requests) {
        expect([...request.headers('Content-Length'), ...request.headers('Transfer-Encoding')]).toHaveLength(1);
      }
    });
  });
}
