import { argument, block, directive, pattern } from '../../constructs/proxy/nginx-text';

test.each([
  ['plain', '"plain"'],
  ['', '""'],
  ['two words; {x}', '"two words; {x}"'],
  ['say "x"', String.raw`"say \"x\""`],
  ['a\\b\\', String.raw`"a\\b\\"`],
  ["it's # no comment", '"it\'s # no comment"'],
])('%j is written as %s', (value, text) => {
  expect(argument(value)).toBe(text);
});

test.each(['$host', 'a${x}b', '$'])('%j would be a variable, and is refused', (value) => {
  expect(() => argument(value)).toThrow(/^nginx configuration: the value .*; leave out the dollar sign/);
});

test.each(['a\nb', 'a\r', '\u0000', '\t', '\u007f'])('refuses %j', (value) => {
  expect(() => argument(value)).toThrow(/leave out line breaks and other control characters/);
  expect(() => pattern(value)).toThrow(/leave out line breaks and other control characters/);
});

test('a pattern may end with a dollar sign, and keeps its backslashes', () => {
  expect(pattern(String.raw`^/a\.b\\"$`)).toBe(String.raw`"^/a\\.b\\\\\"$"`);
});

test('directives end with a semicolon, blocks hold indented lines', () => {
  expect(directive('listen', '443', 'ssl')).toBe('listen 443 ssl;');
  expect(block('server', ['a;', '', 'b;'])).toEqual(['server {', '    a;', '', '    b;', '}']);
});
