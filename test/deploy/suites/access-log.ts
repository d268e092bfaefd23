import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { curl } from '../support/curl';
import { exchange, type RawTarget } from '../support/raw-connection';
import type { Stack } from '../support/stack';

type Line = Readonly<Record<string, string | number>>;

/** In every place of a request where nobody should write one. */
const SECRET = 'hush-4711';
/** Of no account: wrong passwords would lock one. */
const NOBODY = 'nobody-4711';
const LOGIN = Buffer.from(`${NOBODY}:${SECRET}`).toString('base64');

/** Each request is a line of JSON on standard output of proxy and Git server, with no secret in it, whatever clients send. */
export function accessLogs(stack: Stack, services: readonly ('proxy' | 'git')[]): void {
  const target = (): RawTarget => {
    const { protocol, hostname } = new URL(stack.outputs.base_url);
    const tls = protocol === 'https:' ? { tls: { serverName: hostname, ca: stack.read('ca.pem') } } : {};
    return { address: '127.0.0.1', port: stack.port, ...tls };
  };
  const host = (): string => new URL(stack.outputs.base_url).host;
  const path = (): string => new URL(stack.outputs.base_url).pathname.replace(/\/$/, '');

  /** What was written to standard output since then, as bytes that must be UTF-8. */
  const logged = (service: string, since: string): string =>
    new TextDecoder('utf-8', { fatal: true }).decode(
      execFileSync('docker', ['logs', '--since', since, stack.container(service)], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  const all = (service: string, since: string): string =>
    execFileSync('sh', ['-c', `exec docker logs --since "$1" "$2" 2>&1`, 'sh', since, stack.container(service)], {
      encoding: 'utf8',
    });

  test.each(services)('each line of %s is JSON, and no secret of a request is in any', async (service) => {
    const since = new Date().toISOString();
    await curl(stack, `${stack.outputs.base_url}/status?password=${SECRET}`, {
      user: 'reader',
      headers: ['User-Agent: log/1.0 (a b)', `Referer: https://a/?${SECRET}`, `Cookie: token=${SECRET}`],
    });
    await curl(stack, `${stack.outputs.base_url}/?x`, { user: NOBODY, password: SECRET });
    const line = (request: string, ...fields: readonly string[]): string =>
      [request, `Host: ${host()}`, 'Connection: close', `Authorization: Basic ${LOGIN}`, ...fields, '', ''].join(
        '\r\n',
      );
    const requests = [
      line(`GET ${path()}/a%22b%0ac%01%5c?${SECRET} HTTP/1.1`, 'User-Agent: quote " back \\ tab \t \xfc \xc3\xbc'),
      line(`GET ${path()}/"q\\\xff\xc3\xbc?${SECRET} HTTP/1.1`),
      line(`GET https://user:${SECRET}@${host()}${path()}/absolute?${SECRET} HTTP/1.1`),
      line(`G"T\x01 ${path()}/x?${SECRET} HTTP/1.1`),
      line(`GET ${path()}/x?${SECRET} HT"P/1.1`),
      line(`GET ${path()}/x?${SECRET} HTTP/1.1`, `Cookie: "${SECRET}`, 'X: \x01\x0b'),
      line(`GET ${path()}/${'y'.repeat(9000)}?${SECRET} HTTP/1.1`),
      line(`GET ${path()}/x?${SECRET}=%zz&%00 HTTP/1.1`, `X: ${'z'.repeat(9000)}`),
      `\x16\x03\x01${SECRET}"\\\r\n\r\n`,
    ];
    for (const request of requests) await exchange(target(), request);
    await sleep(1000);
    const lines = logged(service, since)
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text) as Line);
    expect(lines.length).toBeGreaterThanOrEqual(service === 'proxy' ? 8 : 2);
    expect(lines).toContainEqual(
      expect.objectContaining({ method: 'GET', path: `${path()}/status`, status: '200', agent: 'log/1.0 (a b)' }),
    );
    for (const each of lines) expect(Object.keys(each)).toEqual(Object.keys(lines[0] ?? {}));
    // Both streams: errors, too.
    const text = all(service, since);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(LOGIN);
    expect(text).not.toContain(stack.password('reader'));
  });
}
