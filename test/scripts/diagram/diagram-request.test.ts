import { singlePicture } from '../../../scripts/diagram/diagram-request';
import { readCommandLine } from '../../../scripts/stack/command-line';

const read = (...args: string[]) => singlePicture(readCommandLine('', [], ['format', 'out'], args));

test.each([
  [[], undefined],
  [['a', 'b'], undefined],
  [['--format', 'svg'], { format: 'svg', file: undefined }],
  [['--format', 'mermaid', 'a'], { format: 'mermaid', file: undefined }],
  [['--out', 'a/b.svg'], { format: 'svg', file: 'a/b.svg' }],
  [['--out', 'a.MMD'], { format: 'mermaid', file: 'a.MMD' }],
  [['--out', 'a.mermaid', '--format', 'mermaid'], { format: 'mermaid', file: 'a.mermaid' }],
  [['--out', 'a.txt', '--format', 'svg'], { format: 'svg', file: 'a.txt' }],
])('%p asks for %p', (args, asked) => {
  expect(read(...args)).toEqual(asked);
});

test.each([
  [['--format', 'png'], '--format: "png"; write one of svg, mermaid'],
  [['--format', ''], '--format: ""; write one of svg, mermaid'],
  [['--out', 'a.png'], '--out: "a.png"; write a name that ends in .svg, .mmd, .mermaid, or give --format'],
  [
    ['--out', 'a.svg', '--format', 'mermaid'],
    '--out: "a.svg" for the format mermaid; leave --format out, or write another name',
  ],
  [['--out', 'a.svg', 'a', 'b'], 'stacks: a b with --format or --out; name one stack at a time'],
  [['--format', 'svg', 'a', 'b'], 'stacks: a b with --format or --out; name one stack at a time'],
])('%p is refused: %s', (args, message) => {
  expect(() => read(...args)).toThrow(message);
});
