import { ProxyLoad } from '../../constructs/proxy/proxy-load';

test.each([
  [{}, { cores: 2, maxRequests: 256, requestsPerCore: 128, memory: 256, openFiles: 16384, processes: 8192 }],
  [{ cores: 32 }, { maxRequests: 4096, requestsPerCore: 128, memory: 1216, openFiles: 16384, processes: 32768 }],
  [
    { cores: 64, maxRequests: 16384 },
    { requestsPerCore: 256, memory: 4288, openFiles: 33152, processes: 131072 },
  ],
  [
    { cores: 1, maxRequests: 1 },
    { requestsPerCore: 1, memory: 193, connections: 258 },
  ],
  [{ memory: 80 }, { maxRequests: 256, memory: 80 }],
])('%j is %j', (props, values) => {
  expect(new ProxyLoad('test', props)).toMatchObject(values);
});

test('a process has room for all requests: two connections for each', () => {
  const load = new ProxyLoad('test', { cores: 32, maxRequests: 8192 });
  expect(load.connections).toBeGreaterThanOrEqual(2 * 8192);
  expect(load.openFiles).toBeGreaterThan(load.connections);
});

test.each([0, -1, 1.5, 65, Number.NaN])('refuses %d cores', (cores) => {
  expect(() => new ProxyLoad('test', { cores })).toThrow(/^test: .* cores; write a whole number from 1 to 64$/);
});

test.each([0, -2, 3, 1.5, 514, Number.NaN])('refuses %d requests on two cores', (maxRequests) => {
  expect(() => new ProxyLoad('test', { maxRequests })).toThrow(
    /^test: maxRequests .* on 2 cores; write a multiple of 2 up to 512$/,
  );
});

test.each([0, 79, 100.5, Number.NaN])('refuses %d MiB of memory for 256 requests', (memory) => {
  expect(() => new ProxyLoad('test', { memory })).toThrow(
    /^test: .* MiB of memory for 256 requests at once; write a whole number of MiB from 80$/,
  );
});
