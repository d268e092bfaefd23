import { RequestLimits, type ProxyLimitsProps } from '../../constructs/proxy/request-limits';

test.each<[ProxyLimitsProps, number, Partial<RequestLimits>]>([
  [{}, 256, { headerSize: 8192, perAddress: 224, bodySize: 0 }],
  [{}, 8, { perAddress: 7 }],
  [{}, 1, { perAddress: 1 }],
  [{ headerSize: 1024, perAddress: 3, bodySize: 2 }, 256, { headerSize: 1024, perAddress: 3, bodySize: 2097152 }],
])('%j with %d at once is %j', (props, atOnce, values) => {
  expect(new RequestLimits('test', props, atOnce)).toMatchObject(values);
});

test.each<ProxyLimitsProps>([
  ...[0, 1023, 65537, 1.5, Number.NaN].map((headerSize) => ({ headerSize })),
  ...[0, -1, 65536].map((perAddress) => ({ perAddress })),
  ...[0, -1, 0.5].map((bodySize) => ({ bodySize })),
])('refuses %j', (props) => {
  const [[name, value] = []] = Object.entries(props);
  expect(() => new RequestLimits('test', props, 256)).toThrow(
    `test: ${String(name)} ${String(value)}; write a whole number from`,
  );
});
