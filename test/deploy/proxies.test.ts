import { ApacheProxy } from '../../constructs/proxy/apache-proxy';
import { NginxProxy } from '../../constructs/proxy/nginx-proxy';
import { proxyBackends, proxyOverload } from './suites/proxy-backends';
import { proxyChanges } from './suites/proxy-changes';
import { proxyShare } from './suites/proxy-share';
import { proxyRequests } from './suites/proxy-requests';
import { succeed } from './support/command';
import { ProxyBench } from './support/proxy-bench';
import { closedAfter, RawConnection, SLOW_SECONDS } from './support/raw-connection';

describe.each([new ProxyBench('Apache', ApacheProxy), new ProxyBench('nginx', NginxProxy)])('$kind', (bench) => {
  let slow: Promise<number>;
  beforeAll(() => bench.open());
  afterAll(() => bench.close());

  /** A part of what the engine knows of the container. */
  const inspect = async (format: string): Promise<string> =>
    (await succeed('docker', ['inspect', '-f', format, bench.stack.container('proxy')])).trim();
  let startedAt = '';

  test('starts while a backend does not resolve, and another does not listen', async () => {
    await bench.deploy();
    expect(await inspect('{{.State.Health.Status}}')).toBe('healthy');
    startedAt = await inspect('{{.State.StartedAt}}');
  });

  test('begins with clients that never end the headers of a request', () => {
    const text = 'GET / HTTP/1.1\r\nHost: a.localhost\r\nX-Slow: ';
    // A byte each second, while the other tests run.
    slow = closedAfter(bench.a, text, (connection) => connection.send('x'));
    slow.catch(() => undefined);
  });

  describe('requests', () => proxyRequests(bench));
  describe('answers', () => proxyBackends(bench));

  test('has not waited for those that never end the headers of a request', async () => {
    expect(await slow).toBeLessThan(SLOW_SECONDS);
  });

  describe('too many requests', () => proxyOverload(bench));
  describe('changes', () => proxyChanges(bench));
  describe('share of an address', () => proxyShare(bench));

  test('has not ended and started again in all this', async () => {
    expect(await inspect('{{.State.StartedAt}}')).toBe(startedAt);
  });

  test('stops within seconds when nothing is being transferred', async () => {
    const idle = await RawConnection.open(bench.a);
    idle.send('GET /idle HTTP/1.1\r\nHost: a.localhost\r\n\r\n');
    expect(await idle.until(({ statuses }) => statuses.length > 0, 10)).toBe(true);
    const start = Date.now();
    await succeed('docker', ['stop', bench.stack.container('proxy')]);
    expect(Date.now() - start).toBeLessThan(20_000);
    expect(await inspect('{{.State.ExitCode}}')).toBe('0');
    idle.close();
  });
});
