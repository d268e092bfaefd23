import type { ProxyBench } from '../support/proxy-bench';
import { RawConnection } from '../support/raw-connection';
import { until } from '../support/until';

/** What one address may have at once. */
export const SHARE = 2;

/** One address, with all that it may have, gets no more, and others' requests are as before once it is done. */
export function proxyShare(bench: ProxyBench): void {
  /** Whether another connection gets no answer, or is told to come back. */
  const refused = async (): Promise<boolean> => {
    const more = await RawConnection.open(bench.target(7990));
    more.send('GET /x HTTP/1.1\r\nHost: plain.localhost:7990\r\nConnection: close\r\n\r\n');
    await more.until(({ statuses, isClosed }) => isClosed || statuses.length > 0, 5);
    more.close();
    return bench.kind === 'Apache' ? more.isClosed && more.statuses.length === 0 : more.statuses[0] === 503;
  };

  test(`one address has ${SHARE} requests at once, and others when these are answered`, async () => {
    bench.one.requests.length = 0;
    const streams: RawConnection[] = [];
    for (let index = 0; index < SHARE; index++) {
      const stream = await RawConnection.open(bench.a);
      expect(await bench.start(stream)).toBe(true);
      streams.push(stream);
    }
    expect(await refused()).toBe(true);
    for (const request of bench.one.with('/stream')) request.answer('0\r\n\r\n');
    for (const stream of streams) expect(await stream.until(({ isClosed }) => isClosed, 10)).toBe(true);
    expect(await until(refused, (is) => !is, 20)).toBe(false);
  });
}
