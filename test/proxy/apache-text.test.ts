import { InputError } from '../../constructs/errors';
import {
  argument,
  DEFINE_DOLLAR,
  formatText,
  patternText,
  rewriteArgument,
  section,
} from '../../constructs/proxy/apache-text';

describe('argument', () => {
  test.each([
    ['plain', '"plain"'],
    ['', '""'],
    ['two words', '"two words"'],
    ['say "x"', String.raw`"say \"x\""`],
    ['a\\b\\', String.raw`"a\\b\\"`],
    ['\\"', String.raw`"\\\""`],
    ['${HOME}', '"${dollar}{HOME}"'],
    ['$${x}$', '"$${dollar}{x}$"'],
    ['%{x}e', '"%{x}e"'],
    ["a&<'>", `"a&<'>"`],
    ['# no comment', '"# no comment"'],
    ['gît', '"gît"'],
  ])('%j is written as %s', (value, text) => {
    expect(argument(value)).toBe(text);
  });

  test('the dollar of a variable is a variable itself', () => {
    expect(DEFINE_DOLLAR).toBe('Define dollar "$"');
  });

  test.each(['a\nb', 'a\r', '\u0000', '\t', '\u007f'])('refuses %j, which no directive can say', (value) => {
    expect(() => argument(value)).toThrow(InputError);
  });
});

describe('rewriteArgument', () => {
  test('is in quotes, without escapes, as mod_rewrite reads it', () => {
    expect(rewriteArgument(String.raw`^\S+ (?:/|\\)$`)).toBe(String.raw`"^\S+ (?:/|\\)$"`);
  });

  test.each(['"', '${x}', 'a\nb'])('refuses %j', (value) => {
    expect(() => rewriteArgument(value)).toThrow(/for mod_rewrite; leave out double quotes/);
  });
});

test('formatText and patternText make text stand for itself', () => {
  expect(formatText('100%{x}')).toBe('100%%{x}');
  for (const text of ['/a.b', '/x+y*(z)[1]{2}^$|?\\']) {
    expect(text).toMatch(new RegExp(`^${patternText(text)}$`));
  }
  expect('/aXb').not.toMatch(new RegExp(`^${patternText('/a.b')}$`));
});

test('a section holds its lines, indented, and no trailing blanks', () => {
  expect(section('If', '"true"', ['A', '', 'B'])).toEqual(['<If "true">', '  A', '', '  B', '</If>']);
});
