import { DOT_SEGMENTS, DOT_SEGMENTS_IN_LINE } from '../../constructs/proxy/dot-segments';

const inTarget = new RegExp(DOT_SEGMENTS, 'i');
const inLine = new RegExp(DOT_SEGMENTS_IN_LINE, 'i');

const refused = [
  '/..',
  '/.',
  '/../',
  '/./a',
  '/git/../manager',
  '/git/..;/manager',
  '/git/..;x=y/manager',
  '/git/.;/x',
  '/git/..;',
  '/git/%2e%2e/manager',
  '/git/%2E./manager',
  '/git/.%2e;x/manager',
  '/git/..%2fmanager',
  '/git/..%2Fmanager',
  '/git%2f..%2fmanager',
  '/git%2F..',
  '/git/..%3b/manager',
  '/git/..%3B',
  '/git/%2e%2e%3bx/manager',
  '/git/..\\manager',
  '/git\\..\\manager',
  '/git/..%5cmanager',
  '/git%5C..',
  '/git/..?x=y',
  '/git/..#x',
  'http://git.localhost/git/../manager',
  'http://git.localhost/..',
];

const taken = [
  '/',
  '/...',
  '/..git',
  '/.git/config',
  '/a..',
  '/a../b',
  '/a./b',
  '/..a;x',
  '/a.b/..c/...;x',
  '/%2egit',
  '/..%20/x',
  '/%252e%252e/x',
  '/a/x..%2fb',
  '/browse/a?path=/../b',
  '/a?..',
  '/a?/..;/b',
  '/scm/demo.git;x/info/refs?service=git-upload-pack',
  'http://git.localhost/git?x=/../',
];

test.each(refused)('%j has dot segments', (target) => {
  expect(target).toMatch(inTarget);
  expect(`GET ${target} HTTP/1.1`).toMatch(inLine);
});

test.each(taken)('%j has none', (target) => {
  expect(target).not.toMatch(inTarget);
  expect(`GET ${target} HTTP/1.1`).not.toMatch(inLine);
});

test('nothing is captured, and long paths take no time', () => {
  expect(inTarget.exec('/a/../b')).toHaveLength(1);
  const start = Date.now();
  expect(`/${'.%2e'.repeat(20000)}x`).not.toMatch(inTarget);
  expect(Date.now() - start).toBeLessThan(1000);
});
