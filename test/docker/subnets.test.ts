import { subnetOf } from '../../constructs/docker/subnets';

describe('subnetOf', () => {
  test('cuts a /28 with gateway, proxy and upper half out of the pool', () => {
    expect(subnetOf('here', '172.30.0.0/16', 0)).toEqual({
      cidr: '172.30.0.0/28',
      gateway: '172.30.0.1',
      proxyAddress: '172.30.0.2',
      dynamicRange: '172.30.0.8/29',
    });
    expect(subnetOf('here', '172.30.0.0/16', 17)).toEqual({
      cidr: '172.30.1.16/28',
      gateway: '172.30.1.17',
      proxyAddress: '172.30.1.18',
      dynamicRange: '172.30.1.24/29',
    });
  });

  test.each([
    ['172.30.0.0/16', 4095, '172.30.255.240/28'],
    ['10.0.0.0/8', 2 ** 20 - 1, '10.255.255.240/28'],
    ['192.168.7.0/24', 15, '192.168.7.240/28'],
  ])('the last one of %s is number %d, %s', (pool, index, cidr) => {
    expect(subnetOf('here', pool, index).cidr).toBe(cidr);
    expect(() => subnetOf('here', pool, index + 1)).toThrow(
      new RegExp(`^here: subnet number ${index + 1}; the pool .* holds ${index + 1} subnets: write 0 to ${index}`),
    );
  });

  test.each([-1, 0.5, Number.NaN])('refuses number %d', (index) => {
    expect(() => subnetOf('here', '172.30.0.0/16', index)).toThrow(/^here: subnet number/);
  });

  test.each([
    '',
    '172.30.0.0',
    '172.30.0.0/',
    '172.30.0.0/7',
    '172.30.0.0/25',
    '172.30.0/16',
    '300.0.0.0/16',
    'fd00::/16',
    '172.30.0.0/1x',
    '172.30.0.0/ 16',
  ])('refuses the pool %j', (pool) => {
    expect(() => subnetOf('here', pool, 0)).toThrow(
      /^here: the subnet pool .*; write a private IPv4 range of \/8 to \/24/,
    );
  });

  test('refuses a pool that does not start where its size says, and tells where', () => {
    expect(() => subnetOf('here', '172.30.1.0/16', 0)).toThrow(/write its first address, "172\.30\.0\.0\/16"$/);
  });
});
