import { renderSshdConfig } from '../../constructs/git/sshd-config';

const text = renderSshdConfig({ port: 7999, hostKeyFiles: ['/k/a', '/k/b'], keysCommand: '/opt/x/keys' });
const settings = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const setting = (name: string): string =>
  settings.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';

test('port, host keys in order and the command are those that are given', () => {
  expect(setting('Port')).toBe('7999');
  expect(settings.filter((line) => line.startsWith('HostKey '))).toEqual(['HostKey /k/a', 'HostKey /k/b']);
  expect(setting('AuthorizedKeysCommand')).toBe('/opt/x/keys %t %k %f "%C"');
  expect(setting('AuthorizedKeysCommandUser')).toBe('git');
});

test('keys are the only way in, for one user', () => {
  expect(setting('AllowUsers')).toBe('git');
  expect(setting('AuthenticationMethods')).toBe('publickey');
  for (const name of ['Password', 'KbdInteractive', 'Hostbased', 'GSSAPI', 'Kerberos']) {
    expect(setting(`${name}Authentication`)).toBe('no');
  }
  for (const name of ['AuthorizedKeysFile', 'TrustedUserCAKeys', 'AuthorizedPrincipalsFile']) {
    expect(setting(name)).toBe('none');
  }
});

test('nothing is forwarded, and there is no terminal, no environment, no subsystem', () => {
  expect(setting('DisableForwarding')).toBe('yes');
  for (const name of ['AllowTcpForwarding', 'AllowStreamLocalForwarding', 'AllowAgentForwarding', 'X11Forwarding']) {
    expect(setting(name)).toBe('no');
  }
  for (const name of ['GatewayPorts', 'PermitTunnel', 'PermitTTY', 'PermitUserRC', 'PermitUserEnvironment']) {
    expect(setting(name)).toBe('no');
  }
  expect(setting('AcceptEnv')).toBe('GIT_PROTOCOL');
  expect(settings.some((line) => line.startsWith('Subsystem') || line.startsWith('Include'))).toBe(false);
});

test('no algorithm of yesterday, and post-quantum key exchange first', () => {
  expect(setting('KexAlgorithms')).toMatch(/^mlkem768x25519-sha256,sntrup761x25519-sha512,/);
  const algorithms = ['KexAlgorithms', 'Ciphers', 'MACs', 'HostKeyAlgorithms', 'PubkeyAcceptedAlgorithms'].map(setting);
  expect(algorithms.every((list) => list !== '')).toBe(true);
  expect(algorithms.join(',')).not.toMatch(/sha1|cbc|diffie-hellman|ssh-dss|ssh-rsa|cert-v01/);
  expect(
    setting('MACs')
      .split(',')
      .every((name) => name.endsWith('-etm@openssh.com')),
  ).toBe(true);
  expect(setting('RequiredRSASize')).toBe('2048');
});

test('connections that do nothing end', () => {
  expect([setting('LoginGraceTime'), setting('ChannelTimeout'), setting('UnusedConnectionTimeout')]).toEqual([
    '60',
    '*=10m',
    '5m',
  ]);
  expect(setting('MaxStartups')).toBe('32:50:64');
  // Behind one address, the failures of one, or of the directory, would lock all others out.
  expect(setting('PerSourcePenalties')).toBe('no');
});

test('every setting is there once', () => {
  const names = settings.map((line) => line.split(' ')[0]).filter((name) => name !== 'HostKey');
  expect(new Set(names).size).toBe(names.length);
});
