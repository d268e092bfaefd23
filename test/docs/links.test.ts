import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { PROJECT } from '../../stacks/settings';
import { ABOUT_COMMANDS, pages, readPage, writtenPages, type Page } from './pages';

const all = pages();

/** Why a link leads nowhere; undefined where it leads somewhere, or out of the project, where nobody looks. */
function problem(page: Page, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) {
    return link.startsWith('https://') && URL.canParse(link) && new URL(link).hostname.includes('.')
      ? undefined
      : `${page.path}: ${link} is no https URL`;
  }
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? page.path : normalize(join(dirname(page.path), decodeURI(file)));
  if (path.startsWith('..') || !existsSync(join(PROJECT, path))) return `${page.path}: there is no ${link}`;
  if (anchor === undefined) return undefined;
  if (!path.endsWith('.md')) return `${page.path}: ${link} names a part of a file that is no page`;
  return readPage(path).anchors.has(anchor) ? undefined : `${page.path}: ${path} has no heading #${anchor}`;
}

test('every link leads to a file and a heading that exist, or is an https URL', () => {
  expect(all.flatMap((page) => page.links.map((link) => problem(page, link))).filter(Boolean)).toEqual([]);
  expect(all.flatMap(({ links }) => links).length).toBeGreaterThan(50);
});

test.each([
  ['no-such-page.md', /there is no no-such-page\.md/],
  ['README.md#no-such-heading', /README\.md has no heading #no-such-heading/],
  ['#no-such-heading', /has no heading/],
  ['../outside.md', /there is no/],
  ['http://example.com', /is no https URL/],
  ['https://localhost', /is no https URL/],
])('a link that leads nowhere is found: %s', (link, message) => {
  expect(problem(readPage('README.md'), link)).toMatch(message);
});

test('the index has every page of docs/, with a line about it, and nothing twice', () => {
  const index = readPage('docs/README.md');
  const listed = index.links.filter((link) => link.endsWith('.md')).map((link) => normalize(join('docs', link)));
  const others = all.map(({ path }) => path).filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
  expect(listed.filter((path) => path.startsWith('docs/')).sort()).toEqual(others.sort());
});

test('README leads to the index', () => {
  expect(readPage('README.md').links).toContain('docs/README.md');
});

test('every page that people wrote starts with an example', () => {
  const first = writtenPages().map(({ path, fences }) => [path, fences[0]?.language]);
  expect(first).toEqual(first.map(([path = '']) => [path, ABOUT_COMMANDS.includes(path) ? 'sh' : 'ts']));
});
