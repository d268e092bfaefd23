import { InputError } from '../../constructs/errors';
import { PublicUrl } from '../../constructs/proxy/public-url';

describe('PublicUrl', () => {
  test.each([
    [PublicUrl.https('git.localhost'), 'https', 443, 'https://git.localhost', 'https://git.localhost'],
    [PublicUrl.http('git.localhost'), 'http', 80, 'http://git.localhost', 'http://git.localhost'],
    [
      PublicUrl.https('git.localhost', { port: 80 }),
      'https',
      80,
      'https://git.localhost:80',
      'https://git.localhost:80',
    ],
    [
      PublicUrl.http('git.localhost', { port: 443 }),
      'http',
      443,
      'http://git.localhost:443',
      'http://git.localhost:443',
    ],
    [
      PublicUrl.https('a.b', { port: 8443, contextPath: '/git' }),
      'https',
      8443,
      'https://a.b:8443',
      'https://a.b:8443/git',
    ],
    [
      PublicUrl.https('a.b', { contextPath: '/tools/git-1.0_x~' }),
      'https',
      443,
      'https://a.b',
      'https://a.b/tools/git-1.0_x~',
    ],
  ])('%j has scheme %s, port %d, origin %s and base %s', (url, scheme, port, origin, base) => {
    expect([url.scheme, url.port, url.origin, url.base]).toEqual([scheme, port, origin, base]);
  });

  test('a host is lower case, as clients send it', () => {
    expect(PublicUrl.https('Git.Example.COM').host).toBe('git.example.com');
  });

  test('a single label, the longest label and a digit at the start are hosts', () => {
    for (const host of ['localhost', 'a'.repeat(63), '3com.example', 'xn--bcher-kva.example']) {
      expect(PublicUrl.https(host).host).toBe(host);
    }
  });

  test.each([
    '',
    '.',
    'git.',
    '.git',
    'a..b',
    '-a.b',
    'a-.b',
    'git_1.example',
    'git.example/x',
    'https://git.example',
    'git:443',
    'a b',
    'git\n',
    'gît.example',
    '127.0.0.1',
    '1',
    '[::1]',
    '*.example.com',
    'user@host',
    'a'.repeat(64),
    `${'a.'.repeat(127)}ab`,
    '${x}',
    '"',
  ])('refuses the host %j', (host) => {
    expect(() => PublicUrl.https(host)).toThrow(InputError);
    expect(() => PublicUrl.http(host)).toThrow(/^PublicUrl\.http: the host .*; write a host name such as/);
  });

  test.each([0, 65536, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses port %d', (port) => {
    expect(() => PublicUrl.https('git.localhost', { port })).toThrow(
      /PublicUrl\.https "git\.localhost": port .*; write a whole number from 1 to 65535/,
    );
  });

  test.each([1, 65535])('takes port %d', (port) => {
    expect(PublicUrl.http('git.localhost', { port }).port).toBe(port);
  });

  test.each([
    'git',
    '/',
    '/git/',
    '//git',
    '/git//x',
    '/../x',
    '/a/..',
    '/.',
    '/a/./b',
    '/a b',
    ' /git',
    '/git\n',
    '/%2f',
    '/a%20b',
    '/git;x',
    '/git?x',
    '/git#x',
    '/gît',
    '/${x}',
    '/a"b',
    '\\git',
    '/a\\b',
  ])('refuses the context path %j', (contextPath) => {
    expect(() => PublicUrl.https('git.localhost', { contextPath })).toThrow(
      /the context path .*; write "" or a path such as "\/git"/,
    );
  });

  test('an empty context path is none', () => {
    expect(PublicUrl.https('git.localhost', { contextPath: '' }).base).toBe('https://git.localhost');
  });
});
