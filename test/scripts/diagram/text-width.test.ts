import fc from 'fast-check';
import { textWidth, wrapped } from '../../../scripts/diagram/svg/text-width';
import { plainText } from '../../../scripts/diagram/diagram-text';
import { text } from '../../properties/arbitraries';

const size = { size: 12 };

test('wide characters are wider, bold ones wider still, and unknown ones as wide as high', () => {
  expect(textWidth('WWW', size)).toBeGreaterThan(textWidth('iii', size));
  expect(textWidth('git', { size: 12, bold: true })).toBeGreaterThan(textWidth('git', size));
  expect(textWidth('目录', size)).toBe(24);
  expect(textWidth('', size)).toBe(0);
});

test.each([
  ['one two three', 60, ['one two', 'three']],
  ['base URL https://git.example.com', 200, ['base URL', 'https://git.example.com']],
  ['https://git.example.com/tools/git', 120, ['https://git.', 'example.com/', 'tools/git']],
  ['x'.repeat(10), 40, ['xxxxx', 'xxxxx']],
  ['short', 500, ['short']],
  ['', 10, ['']],
])('%p in %d pixels is %p', (said, width, lines) => {
  expect(wrapped(said, width, size)).toEqual(lines);
});

test('lines fit, and hold all that there is', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: 300 }), (said, width) => {
      const plain = plainText(said);
      const lines = wrapped(plain, width, size);
      for (const line of lines) expect(textWidth(line, size)).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(plain.replaceAll(' ', ''));
    }),
  );
});
