import { SshEndpoint } from '../../constructs/git/ssh-endpoint';

test('the URL names the port, but for the one that clients take without', () => {
  expect(SshEndpoint.on(7999).port).toBe(7999);
  expect(SshEndpoint.on(7999).url('git.localhost')).toBe('ssh://git@git.localhost:7999');
  expect(SshEndpoint.on(22).url('git.example.com')).toBe('ssh://git@git.example.com');
});

test.each([0, -1, 65536, 79.99, NaN])('refuses port %d', (port) => {
  expect(() => SshEndpoint.on(port)).toThrow(`SshEndpoint.on: port ${port}; write a whole number from 1 to 65535`);
});
