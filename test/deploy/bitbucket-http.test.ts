import { BitbucketBench } from './support/bitbucket-bench';

/** Plain HTTP, with the stand-in: through Apache and, at full scale, on its own port, under one base URL. */
const bench = new BitbucketBench('bitbucket-http');
afterAll(() => bench.remove());

test('through the proxy: from nothing to Git on the base URL alone', async () => {
  await bench.deploy({ access: 'httpProxy' });
  expect(bench.base).toMatch(/^http:\/\/http-bitbucket\.localhost:\d+\/bitbucket$/);
  expect(await bench.directories()).toEqual(['people']);
  expect(await bench.permissions()).toEqual({ 'git-readers': 'LICENSED_USER', 'git-admins': 'SYS_ADMIN' });
  expect([await bench.status('reader'), await bench.status('outsider')]).toEqual([200, 401]);
  await bench.useGit();
});

if (process.env['TEST_SCALE'] === 'full') {
  test('without a proxy, of the same base URL and with the same data: nothing is written, and Git goes on', async () => {
    await bench.deploy({ access: 'httpDirect' });
    expect(await bench.said()).toContain('http://git:7990/bitbucket is running');
    expect(await bench.said()).toContain('directory "people": unchanged');
    expect(await bench.writes()).toEqual([]);
    await bench.push('hello', 'two');
    await bench.clone('reader', 'direct');
    const { headers } = await bench.ask('/', { user: 'reader' });
    expect(headers['location']).toBe(`${bench.base}/projects`);
  });
}
