import { setTimeout as sleep } from 'node:timers/promises';
import { Hsts } from '../../../constructs/proxy/hsts';
import { command, succeed } from '../support/command';
import { only } from '../support/echo-backend';
import { makeCertificate } from '../support/make-certificate';
import { OcspResponder } from '../support/ocsp-responder';
import type { ProxyBench } from '../support/proxy-bench';
import { RawConnection } from '../support/raw-connection';
import { until } from '../support/until';
import { SHARE } from './proxy-share';

const BROKEN_CA = '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n';

/** Settings that change while the proxy is at work. */
export function proxyChanges(bench: ProxyBench): void {
  /** An answer of a.localhost, once it has the text. */
  const hsts = (wanted: string): Promise<string> =>
    until(
      async () => (await bench.get(bench.a, 'a.localhost', '/x')).received,
      (answer) => answer.includes(wanted),
      20,
    );

  test("a certificate's OCSP responder is asked, and its answer stapled; others have none", async () => {
    const responder = new OcspResponder();
    const stapled = await makeCertificate('o.localhost', `http://${bench.gateway}:${await responder.reservePort()}`);
    await responder.start(stapled);
    try {
      await bench.deploy({ stapled });
      const status = async (host: string): Promise<string> =>
        (await command('openssl', ['s_client', '-connect', `${bench.address}:443`, '-servername', host, '-status']))
          .output;
      // Some servers ask once a client wants to know, and do not let it wait.
      const good = 'Cert Status: good';
      expect(
        await until(
          () => status('o.localhost'),
          (text) => text.includes(good),
          20,
        ),
      ).toContain(good);
      expect(await status('a.localhost')).toContain('OCSP response: no response sent');
    } finally {
      responder.stop();
    }
  });

  test('a changed setting is taken up without a restart, and what is being transferred goes on', async () => {
    const container = (): Promise<string> =>
      succeed('docker', ['inspect', '-f', '{{.Id}} {{.State.StartedAt}}', bench.stack.container('proxy')]);
    const before = await container();
    bench.one.requests.length = 0;
    const stream = await RawConnection.open(bench.a);
    expect(await bench.start(stream)).toBe(true);
    await bench.deploy({ hsts: Hsts.maxAge(700) });
    expect(await hsts('max-age=700')).toContain('max-age=700');
    expect(await container()).toBe(before);
    expect(stream.isClosed).toBe(false);
    only(bench.one.with('/stream')).answer('4\r\nlast\r\n0\r\n\r\n');
    expect(await stream.until(({ isClosed }) => isClosed, 10)).toBe(true);
    expect(stream.received).toContain('last');
  });

  test('a setting that cannot work is not taken up', async () => {
    await bench.deploy({ hsts: Hsts.maxAge(800), backendCa: BROKEN_CA });
    const refusal = 'but are not used';
    const logs = (): Promise<string> => bench.stack.logs('proxy');
    expect(await until(logs, (text) => text.includes(refusal), 20)).toContain(refusal);
    const { received } = await bench.get(bench.a, 'a.localhost', '/x');
    expect(received).toContain('max-age=700');
    // The share is for the suite that follows.
    await bench.deploy({ hsts: Hsts.maxAge(900), perAddress: SHARE });
    expect(await hsts('max-age=900')).toContain('max-age=900');
  });

  test('the log has the requests, without queries, and nothing of its own checks', async () => {
    await bench.get(bench.a, 'a.localhost', '/logged?token=secret', ['Referer: https://a.localhost/?token=secret']);
    await sleep(1000);
    const logs = await bench.stack.logs('proxy');
    const line = logs.split('\n').find((text) => text.includes('"/logged"'));
    expect(JSON.parse(line ?? '')).toMatchObject({ method: 'GET', status: '200', host: 'a.localhost', tls: 'TLSv1.3' });
    expect(logs).not.toMatch(/secret|"client":"127\.0\.0\.1"/);
  });
}
