import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';

/** A fenced block of a page. */
export interface Fence {
  /** First word after the fence: `ts`, `sh` and so on. */
  readonly language: string;
  readonly text: string;
  /** Of its first line of text, from 1. */
  readonly line: number;
}

/** A page of the documentation, read as GitHub reads it. */
export interface Page {
  /** Below the project, such as `docs/ssh.md`. */
  readonly path: string;
  readonly fences: readonly Fence[];
  /** Targets of links and pictures, as they are written. */
  readonly links: readonly string[];
  /** What a link may name after `#`. */
  readonly anchors: ReadonlySet<string>;
  /** Text between single backticks. */
  readonly codes: readonly string[];
}

/** Pages that a command writes: they hold figures, and have no example. */
export const WRITTEN_BY_COMMANDS: readonly string[] = ['docs/performance.md', 'docs/reliability.md'];
/** Pages about what is done with an app, and not about what is written in it. */
export const ABOUT_COMMANDS: readonly string[] = [
  'docs/diagram.md',
  'docs/package.md',
  'docs/terraform-and-opentofu.md',
];

/** README, CONTRIBUTING, CHANGELOG and everything in docs/, in the order of their paths. */
export function pages(): readonly Page[] {
  return pagePaths().map(readPage);
}

/** The pages of docs/ that people wrote, but for its index. */
export function writtenPages(): readonly Page[] {
  return pages().filter(
    ({ path }) => path.startsWith('docs/') && path !== 'docs/README.md' && !WRITTEN_BY_COMMANDS.includes(path),
  );
}

function pagePaths(): string[] {
  const docs = readdirSync(join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`);
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs.sort()];
}

export function readPage(path: string): Page {
  const tokens = new MarkdownIt({ html: true }).parse(readFileSync(join(PROJECT, path), 'utf8'), {});
  const inline = tokens.flatMap((token) => token.children ?? []);
  const slugger = new GithubSlugger();
  const headings = tokens.filter((_, index) => tokens[index - 1]?.type === 'heading_open');
  return {
    path,
    fences: tokens
      .filter(({ type }) => type === 'fence')
      .map(({ info, content, map }) => ({
        language: info.trim().split(/\s+/)[0] ?? '',
        text: content,
        line: (map?.[0] ?? 0) + 2,
      })),
    links: inline.flatMap((token) => {
      const target = token.attrGet(token.type === 'image' ? 'src' : 'href');
      return target === null ? [] : [String(target)];
    }),
    anchors: new Set(
      headings.map(({ children }) =>
        slugger.slug((children ?? []).map(({ type, content }) => (type.endsWith('_open') ? '' : content)).join('')),
      ),
    ),
    codes: inline.filter(({ type }) => type === 'code_inline').map(({ content }) => content),
  };
}
