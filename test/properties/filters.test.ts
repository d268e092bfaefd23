import fc from 'fast-check';
import { AndFilter, EqualityFilter, FilterParser, NotFilter, OrFilter, type Filter } from 'ldapts';
import { InputError } from '../../constructs/errors';
import { checkedFilter, LdapFilter } from '../../constructs/ldap/ldap-filter';
import { utf8Unescaped } from '../../scripts/verify/quick-test/filter-text';
import { anyString, attack, attribute, MANY_RUNS, RUNS, text } from './arbitraries';

/** RFC 4515: what a value may hold as it is, and escapes. */
const ESCAPED_VALUE = /^(?:[^*()\\\0]|\\[0-9a-f]{2})*$/;

function equalityOf(filter: Filter | undefined): [string, unknown] {
  if (!(filter instanceof EqualityFilter)) throw new Error(`a ${filter?.constructor.name ?? 'nothing'}`);
  return [filter.attribute, filter.value];
}

/** A filter, with items of every kind. */
const valid = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    fc
      .tuple(attribute, fc.constantFrom('=', '>=', '<=', '~=', ':caseExactMatch:=', ':dn:='), attack)
      .map(([name, operator, value]) => `(${name}${operator}${escaped(value)})`),
    fc.tuple(attribute, attack, attack).map(([name, start, end]) => `(${name}=${escaped(start)}*${escaped(end)})`),
    attribute.map((name) => `(${name}=*)`),
    tie('filter').map((filter) => `(!${filter})`),
    fc
      .tuple(fc.constantFrom('&', '|'), fc.array(tie('filter'), { minLength: 1, maxLength: 3 }))
      .map(([operator, filters]) => `(${operator}${filters.join('')})`),
  ),
})).filter;

function escaped(value: string): string {
  const escape = (character: string): string => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return value.replace(/[*()\\\p{Cc}]/gu, (character) => (character > '\u007f' ? character : escape(character)));
}

/** Valid filters with a piece taken out, doubled, or with something put in. */
const nearlyValid = fc.tuple(valid, fc.nat(), fc.nat(4), attack).map(([filter, at, gone, extra]) => {
  const start = at % (filter.length + 1);
  return filter.slice(0, start) + extra + filter.slice(start + gone);
});

describe('LdapFilter', () => {
  test('equal holds any value, escaped, and reads back as it', () => {
    fc.assert(
      fc.property(attribute, anyString, (name, value) => {
        const filter = LdapFilter.equal(name, value).toString();
        expect(filter.slice(name.length + 2, -1)).toMatch(ESCAPED_VALUE);
        expect(equalityOf(FilterParser.parseString(filter))).toEqual([name, value]);
        expect(checkedOrRefused(filter)).toBe(hasControls(value) ? undefined : filter);
      }),
      RUNS,
    );
  });

  test('inGroups holds any names', () => {
    fc.assert(
      fc.property(attribute, fc.array(anyString, { minLength: 1, maxLength: 4 }), (name, groups) => {
        const filter = FilterParser.parseString(LdapFilter.inGroups(name, groups).toString());
        const [isGroup, either] = filter instanceof AndFilter ? filter.filters : [];
        expect(equalityOf(isGroup)).toEqual(['objectClass', 'group']);
        expect(either instanceof OrFilter && either.filters.map(equalityOf)).toEqual(
          groups.map((group) => [name, group]),
        );
      }),
      RUNS,
    );
  });
});

/** `checkedFilter` refuses them as they are; a filter that was made holds them. */
function hasControls(value: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for; NUL is escaped
  return /[\u0001-\u001f\u007f]/.test(value);
}

function checkedOrRefused(filter: string): string | undefined {
  try {
    return checkedFilter('here', filter);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
}

describe('checkedFilter', () => {
  test('takes what is valid', () => {
    fc.assert(
      fc.property(valid, (filter) => {
        expect(checkedFilter('here', filter)).toBe(filter);
      }),
      RUNS,
    );
  });

  test.each([
    ['any text', anyString],
    ['text that is nearly a filter', nearlyValid],
  ])('takes or refuses %s; what it takes means one thing, also inside another filter', (_what, filters) => {
    fc.assert(
      fc.property(filters, (filter) => {
        const taken = checkedOrRefused(filter);
        if (taken === undefined) return;
        const parsed = FilterParser.parseString(taken);
        expect(FilterParser.parseString(parsed.toString()).toString()).toBe(parsed.toString());
        const inside = FilterParser.parseString(`(&${taken}(!${taken})(uid=x))`);
        const [first, second, third, ...more] = inside instanceof AndFilter ? inside.filters : [];
        expect(first?.toString()).toBe(parsed.toString());
        expect(second instanceof NotFilter && second.filter.toString()).toBe(parsed.toString());
        expect(equalityOf(third)).toEqual(['uid', 'x']);
        expect(more).toEqual([]);
      }),
      MANY_RUNS,
    );
  });

  test('is quick and does not overflow, however deep', () => {
    for (const depth of [100, 100_000]) checkedOrRefused(`${'(!'.repeat(depth)}(a=b)${')'.repeat(depth)}`);
    expect(checkedOrRefused('('.repeat(100_000))).toBeUndefined();
  });
});

test('escaped bytes of UTF-8 are the same filter as the characters', () => {
  fc.assert(
    fc.property(attribute, text, (name, value) => {
      const bytes = Array.from(Buffer.from(value), (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
      const filter = utf8Unescaped(`(${name}=${bytes})`);
      expect(equalityOf(FilterParser.parseString(filter))).toEqual([name, value]);
    }),
    RUNS,
  );
});
