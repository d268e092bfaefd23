import { Access } from '../../constructs/git/access';
import { Connector } from '../../constructs/git/connector';
import { compositeNameText, messageFormatText } from '../../constructs/git/jndi-text';
import { NOBODY, Repository } from '../../constructs/git/repository';
import { PublicUrl } from '../../constructs/proxy/public-url';

describe('Connector', () => {
  test('behind HTTPS', () => {
    expect(Connector.behind(PublicUrl.https('git.example.com'))).toEqual({
      port: 7990,
      scheme: 'https',
      secure: true,
      proxyName: 'git.example.com',
      proxyPort: 443,
      redirectPort: 443,
    });
  });

  test('behind HTTP on a port of its own', () => {
    expect(Connector.behind(PublicUrl.http('git.example.com', { port: 8080 }))).toEqual({
      port: 7990,
      scheme: 'http',
      secure: false,
      proxyName: 'git.example.com',
      proxyPort: 8080,
      redirectPort: 8080,
    });
  });

  test('reached directly it believes in no proxy', () => {
    const { proxyName, proxyPort, redirectPort, secure } = Connector.direct();
    expect([proxyName, proxyPort, redirectPort, secure]).toEqual([undefined, undefined, undefined, false]);
  });
});

describe('Access', () => {
  test('behind a proxy publishes nothing', () => {
    const access = Access.behindProxy(PublicUrl.https('git.example.com'));
    expect([access.isBehindProxy, access.publishedPort]).toEqual([true, undefined]);
  });

  test('direct publishes the port of the URL', () => {
    const access = Access.direct(PublicUrl.http('git.example.com', { port: 7990 }));
    expect([access.isBehindProxy, access.publishedPort]).toEqual([false, 7990]);
  });
});

describe('Repository', () => {
  test('writers may read; groups are sorted and named once', () => {
    const repository = new Repository('demo/hello', { readers: ['b', 'a', 'b'], writers: ['c', 'a'] });
    expect(repository.readers).toEqual(['a', 'b']);
    expect(repository.writers).toEqual(['a', 'c']);
    expect(repository.readingGroups).toEqual(['a', 'b', 'c']);
  });

  test.each(['hello', 'demo/hello', 'A/b-c/d_e.f', '_x', '0', 'a.git.md'])('takes the path %s', (path) => {
    expect(new Repository(path, { readers: ['g'] }).path).toBe(path);
  });

  test.each([
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    '.',
    '..',
    'a/../b',
    'a..b',
    '-x',
    'a/-x',
    '.hidden',
    'a.git',
    'a.GIT/b',
    'a.lock',
    'a.',
    'a b',
    'a\tb',
    'a\nb',
    'a\u0000b',
    'a%2fb',
    'a;b',
    'a\\b',
    'ä',
    'a*',
    'x'.repeat(201),
  ])('refuses the path %j', (path) => {
    expect(() => new Repository(path, { readers: ['g'] })).toThrow(
      /^repository ".*": a path that is no repository path; /s,
    );
  });

  test.each(['', ' ', ' a', 'a ', '*', '**', 'a\tb', 'a\nb', '\u0000', '\ud800', NOBODY])(
    'refuses the group %j',
    (group) => {
      expect(() => new Repository('a', { readers: [group] })).toThrow(/in readers; write the name of a group/);
      expect(() => new Repository('a', { writers: [group] })).toThrow(/in writers; write the name of a group/);
    },
  );

  test('refuses a repository that nobody may read', () => {
    expect(() => new Repository('a', {})).toThrow(/neither readers nor writers; name at least one group/);
    expect(() => new Repository('a', { readers: [], writers: [] })).toThrow(/neither readers nor writers/);
  });
});

describe('text for Java', () => {
  test('MessageFormat takes quotes and braces as themselves', () => {
    expect(messageFormatText(`it's {0} \${x}`)).toBe(`it''s '{'0'}' $'{'x'}'`);
  });

  test('a composite name takes slashes, backslashes and a quote at its start as themselves', () => {
    expect(compositeNameText('ou=a/b\\,c,dc=x')).toBe('ou=a\\/b\\\\,c,dc=x');
    expect(compositeNameText('"a')).toBe('\\"a');
  });
});
