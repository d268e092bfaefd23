import { Access } from '../../constructs/git/access';
import { Connector } from '../../constructs/git/connector';
import { DirectAccess, type OpenAccess } from '../../constructs/git/direct-access';
import { ExternalProxy } from '../../constructs/git/external-proxy';
import { compositeNameText, messageFormatText } from '../../constructs/git/jndi-text';
import { Repository } from '../../constructs/git/repository';
import { NOBODY } from '../../constructs/ldap/group-name';
import { Hsts } from '../../constructs/proxy/hsts';
import { PublicUrl, type HttpUrl } from '../../constructs/proxy/public-url';
import { TlsPolicy } from '../../constructs/tls/tls-policy';
import { fakeCertificate } from '../support/fakes';

describe('Connector', () => {
  test('behind HTTPS', () => {
    expect(Connector.behind(PublicUrl.https('git.example.com'))).toMatchObject({
      port: 7990,
      scheme: 'https',
      secure: true,
      proxyName: 'git.example.com',
      proxyPort: 443,
      redirectPort: 443,
    });
  });

  test('behind HTTP on a port of its own', () => {
    expect(Connector.behind(PublicUrl.http('git.example.com', { port: 8080 }))).toMatchObject({
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
  const http = PublicUrl.http('git.example.com', { port: 8123 });
  const https = PublicUrl.https('git.example.com', { port: 8443 });
  const published = (access: Access): unknown[] =>
    access.published.map(({ port, address, connector }) => [port, address, connector.port, connector.scheme]);

  test('behind a proxy publishes nothing', () => {
    const access = Access.behindProxy(https);
    expect([access.isBehindProxy, published(access)]).toEqual([true, []]);
  });

  test('direct publishes the port of the URL, with TLS where the URL has it', () => {
    const plain = Access.direct(http);
    expect([plain.isBehindProxy, plain.tls, published(plain)]).toEqual([
      false,
      undefined,
      [[8123, undefined, 7990, 'http']],
    ]);
    const tls = Access.direct(https, fakeCertificate(https.host), {
      tlsPolicy: TlsPolicy.modern,
      hsts: Hsts.maxAge(5),
    });
    expect([tls.isBehindProxy, tls.tls?.hsts.seconds, tls.connector.tlsPolicy, published(tls)]).toEqual([
      false,
      5,
      TlsPolicy.modern,
      [[8443, undefined, 7990, 'https']],
    ]);
    const byDefault = Access.direct(https, fakeCertificate(https.host));
    expect([byDefault.tls?.hsts, byDefault.connector.tlsPolicy]).toEqual([Hsts.twoYears, TlsPolicy.intermediate]);
  });

  test('direct HTTPS refuses a certificate for another host, and none', () => {
    expect(() => Access.direct(https, fakeCertificate('other.example.com'))).toThrow(
      'Access.direct https://git.example.com:8443: a certificate for other.example.com; give one that is issued for git.example.com',
    );
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- what JavaScript could do
    const withoutTypes = (url: PublicUrl): Access => Access.direct(url as HttpUrl);
    expect(() => withoutTypes(https)).toThrow(/no certificate; give the certificate that Tomcat serves/);
  });

  test('the port beside a proxy redirects, or is open', () => {
    expect(published(Access.behindProxy(https, DirectAccess.redirect()))).toEqual([[7990, undefined, 7991, 'http']]);
    expect(published(Access.behindProxy(http, DirectAccess.open(7001)))).toEqual([[7001, undefined, 7992, 'http']]);
  });

  test('nothing redirects to plain HTTP', () => {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- what JavaScript could do
    const withoutTypes = (url: PublicUrl, also: DirectAccess): Access => Access.behindProxy(url, also as OpenAccess);
    expect(() => withoutTypes(http, DirectAccess.redirect())).toThrow(
      'Access.behindProxy http://git.example.com:8123: DirectAccess.redirect() to a URL of plain HTTP; give a PublicUrl.https',
    );
  });

  test('an external proxy reaches the connector that believes in it', () => {
    const proxy = ExternalProxy.at({ bind: '10.0.0.1', port: 7001, allowFrom: ['10.0.0.2', '10.0.0.2'] });
    const access = Access.behindProxy(https, proxy);
    expect([access.isBehindProxy, access.externalProxy?.allowFrom]).toEqual([true, ['10.0.0.2']]);
    expect(published(access)).toEqual([[7001, '10.0.0.1', 7990, 'https']]);
    expect(ExternalProxy.at({ bind: '::1', allowFrom: ['10.0.0.0/8'] }).port).toBe(7990);
  });

  test.each([
    [
      { bind: 'proxy.example.com', allowFrom: ['10.0.0.2'] },
      /bind "proxy\.example\.com"; write an IP address of this host/,
    ],
    [{ bind: '10.0.0.1', allowFrom: [] }, /no address in allowFrom; name the addresses/],
    [
      { bind: '10.0.0.1', allowFrom: ['proxy'] },
      /"proxy" in allowFrom; write an IPv4 address or a network of \/8 to \/32/,
    ],
    [{ bind: '10.0.0.1', allowFrom: ['10.0.0.0/7'] }, /"10\.0\.0\.0\/7" in allowFrom/],
    [{ bind: '10.0.0.1', allowFrom: ['10.0.0.0/8/8'] }, /in allowFrom/],
    [{ bind: '10.0.0.1', port: 0, allowFrom: ['10.0.0.2'] }, /ExternalProxy\.at: .*port 0/],
  ])('refuses the external proxy %j', (props, message) => {
    expect(() => ExternalProxy.at(props)).toThrow(message);
  });

  test.each([0, 65536])('refuses direct access on port %d', (port) => {
    expect(() => DirectAccess.open(port)).toThrow(/DirectAccess: /);
    expect(() => DirectAccess.redirect(port)).toThrow(/DirectAccess: /);
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
      expect(() => new Repository('a', { readers: [group] })).toThrow(
        /readers: the group .*; write the name of a group/,
      );
      expect(() => new Repository('a', { writers: [group] })).toThrow(
        /writers: the group .*; write the name of a group/,
      );
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
