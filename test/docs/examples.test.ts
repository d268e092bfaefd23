import { examples, type Example } from './examples';
import { runExample, type Run } from './run-example';

const all = examples();
const run = all.filter(({ isForCompiler }) => !isForCompiler);

test.each(run.map((example) => [example.name, example] as const))('%s does what it says', (_, example) => {
  if (example.refusal !== undefined) {
    expect(() => runExample(example)).toThrow(example.refusal);
    return;
  }
  expectSaid(example, runExample(example));
});

function expectSaid(example: Example, { printed, files }: Run): void {
  expect(printed).toEqual(example.prints);
  const lines = files.flatMap((file) => file.split('\n')).map((line) => line.trim());
  expect(example.renders.filter((quoted) => !lines.some((line) => isQuoted(line, quoted)))).toEqual([]);
}

/** Whether a quotation is the line, but for what it leaves out. */
function isQuoted(line: string, quotation: string): boolean {
  const parts = quotation.split(/ *\.\.\. */).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(line);
}

describe('an example that does not do what it says is found', () => {
  const example = (code: string, of: Partial<Example> = {}): Example => ({
    name: 'page.md:1',
    page: 'page.md',
    line: 1,
    code,
    isForCompiler: false,
    refusal: undefined,
    prints: [],
    renders: [],
    ...of,
  });

  test('one that synthesises nothing', () => {
    expect(() => runExample(example('const one = 1;'))).toThrow('neither calls app.synth() nor exports anything');
  });

  test('one that exports what nobody can synthesise', () => {
    expect(() => runExample(example('export const one = 1;'))).toThrow('export one: write a function');
  });

  test('one that prints something else', () => {
    const called = example('export function a() { console.log("two"); }', { prints: ['one'] });
    expect(() => expectSaid(called, runExample(called))).toThrow();
  });

  test('one that makes other files', () => {
    const code = 'export function a() {}';
    const rendered = example(code, { renders: ['<Connector port="7990"/>'] });
    expect(() => expectSaid(rendered, runExample(rendered))).toThrow();
  });
});

test('README has an example of fifteen statements or fewer, which is a whole program', () => {
  const [readme] = examples('README.md');
  expect(readme?.code.match(/;$/gm)?.length).toBeLessThanOrEqual(15);
  expect(readme === undefined ? [] : runExample(readme).stacks).toEqual(['git']);
});
