import { pages, type Fence } from './pages';

/** A ```ts block of a page. How they are written: CONTRIBUTING.md. */
export interface Example {
  /** `docs/ssh.md:5`. */
  readonly name: string;
  readonly page: string;
  /** Line of the page that the code starts on. */
  readonly line: number;
  readonly code: string;
  /** Whether the compiler refuses a line of it (`@ts-expect-error`): such a block is not run. */
  readonly isForCompiler: boolean;
  /** What `// refused: ...` at its end says of the error that it is to end with; undefined where it is to end well. */
  readonly refusal: string | undefined;
  /** What it is to print: the comments after its calls of `console.log`. */
  readonly prints: readonly string[];
  /**
   * Lines of the ```xml, ```apache and ```nginx blocks between it and the next: each is to be a line of a file that it makes,
   * "..." for what is left out.
   */
  readonly renders: readonly string[];
}

const RENDERED = ['xml', 'apache', 'nginx'];

/** A test by itself, which test/testing/docs-example.test.ts runs. */
const RUN_ELSEWHERE = 'docs/testing.md';

/** Those of all pages, or of one. */
export function examples(of?: string): readonly Example[] {
  return pages()
    .filter(({ path }) => (of === undefined || path === of) && path !== RUN_ELSEWHERE)
    .flatMap(({ path, fences }) => examplesOf(path, fences));
}

function examplesOf(page: string, fences: readonly Fence[]): Example[] {
  return fences.flatMap(({ language, text: code, line }, index) => {
    if (language !== 'ts') return [];
    const after = fences.slice(index + 1);
    const next = after.findIndex((fence) => fence.language === 'ts');
    const own = next === -1 ? after : after.slice(0, next);
    return {
      name: `${page}:${line}`,
      page,
      line,
      code,
      isForCompiler: code.includes('@ts-expect-error'),
      refusal: refusalOf(code),
      prints: [...code.matchAll(/^ *console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text = '']) => text),
      renders: own.filter((fence) => RENDERED.includes(fence.language)).flatMap((fence) => linesOf(fence.text)),
    };
  });
}

/** The comment may go on over several lines. */
function refusalOf(code: string): string | undefined {
  const [, text] = /^\/\/ refused: ((?:.*\n?(?:\/\/ )?)*)$/m.exec(code) ?? [];
  return text?.replaceAll(/\n(\/\/ )?/g, ' ').trim();
}

/** Without those that only tell that something was left out. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '...');
}
