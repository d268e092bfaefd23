import fc from 'fast-check';
import { AndFilter, EqualityFilter, FilterParser } from 'ldapts';
import { Access } from '../../constructs/git/access';
import { compositeNameText, messageFormatText } from '../../constructs/git/jndi-text';
import { TomcatGitServer } from '../../constructs/git/tomcat-git-server';
import { LdapFilter } from '../../constructs/ldap/ldap-filter';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { all, parseXml } from '../git/xml';
import { fakeDirectory } from '../support/fakes';
import { compositeName, jndiRealmEscaped, messageFormat } from '../support/java-text';
import { synth } from '../support/synth';
import { anyString, attack, RUNS, text } from './arbitraries';

test('MessageFormat gives any text back, around its arguments', () => {
  fc.assert(
    fc.property(anyString, anyString, attack, (before, after, argument) => {
      const pattern = `${messageFormatText(before)}{0}${messageFormatText(after)}`;
      expect(messageFormat(pattern, [argument])).toBe(`${before}${argument}${after}`);
    }),
    RUNS,
  );
});

test.each([
  // Found by the property: each brace was quoted alone, and quotes that meet are a quote.
  ['{{', "'{{'"],
  ["{'{", "'{''{'"],
  ["a'b{0}", "a''b'{'0'}'"],
])('MessageFormat gives %j back', (given, pattern) => {
  expect(messageFormatText(given)).toBe(pattern);
  expect(messageFormat(pattern, [])).toBe(given);
});

test('CompositeName gives any text back, as one component', () => {
  fc.assert(
    fc.property(anyString, (name) => {
      expect(compositeName(compositeNameText(name))).toEqual([name]);
    }),
    RUNS,
  );
});

test('a base of a search that is a pattern, too, gives the text back', () => {
  fc.assert(
    fc.property(anyString, (name) => {
      expect(compositeName(messageFormat(messageFormatText(compositeNameText(name)), []))).toEqual([name]);
    }),
    RUNS,
  );
});

describe('a user name in the search of JNDIRealm', () => {
  /** The pattern that Tomcat is given, read out of the server.xml that it is given in. */
  const searchPattern = (userObjectFilter: LdapFilter): string => {
    const synthesised = synth((environment) => {
      new TomcatGitServer(environment, 'git', {
        access: Access.direct(PublicUrl.http('git.example.com')),
        directories: [fakeDirectory({ userObjectFilter })],
      });
    });
    const server = parseXml(synthesised.file('env/git', 'server.xml'));
    const [pattern] = all(server, 'Realm').flatMap((realm) => realm.attributes['userSearch'] ?? []);
    if (pattern === undefined) throw new Error('no userSearch');
    return pattern;
  };

  test('is one value and nothing else, beside any filter for users', () => {
    const printable = text.map((value) => value.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ''));
    fc.assert(
      fc.property(printable, fc.array(attack, { minLength: 20, maxLength: 20 }), (inFilter, names) => {
        const pattern = searchPattern(LdapFilter.equal('department', inFilter));
        for (const name of names) {
          const search = FilterParser.parseString(messageFormat(pattern, [jndiRealmEscaped(name)]));
          const parts = search instanceof AndFilter ? search.filters : [];
          expect(parts.map((part) => part instanceof EqualityFilter && [part.attribute, part.value])).toEqual([
            ['department', inFilter],
            ['uid', name],
          ]);
        }
      }),
      { numRuns: 8 },
    );
  });
});
