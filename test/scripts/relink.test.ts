import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errands, relinkText, setUrl, type Move, type Place } from '../../scripts/stack/relink-lines';

const HTTP: Place = { baseUrl: 'http://git.example.com:7990', sshUrl: 'ssh://git@git.example.com:7999' };
const HTTPS: Place = { baseUrl: 'https://git.example.com/bitbucket', sshUrl: 'ssh://git@git.example.com:7999' };
const ELSEWHERE: Place = { baseUrl: 'https://code.example.com', sshUrl: 'ssh://git@code.example.com' };
const move = (from: Place, to: Place, isBitbucket = true): Move => ({ from, to, stack: 'bitbucket', isBitbucket });
const titles = (it: Move): string[] => errands(it).map(({ what }) => what);

test('where nothing moved there is nothing to do', () => {
  expect(errands(move(HTTPS, HTTPS))).toEqual([]);
  expect(relinkText(move(HTTPS, HTTPS))).toBe(
    'bitbucket: the base URL is https://git.example.com/bitbucket as before; nothing else must change.\n',
  );
});

test('Bitbucket keeps its own base URL and links, the default server has neither', () => {
  expect(titles(move(HTTP, HTTPS))).toEqual([
    'The base URL in Bitbucket itself',
    'Application links, on both sides',
    'Webhooks, integrations and what comes back',
    'Remotes of clones, submodules and build jobs',
    'Clients',
  ]);
  expect(titles(move(HTTP, HTTPS, false))).toEqual(['Remotes of clones, submodules and build jobs', 'Clients']);
});

test('every line has the old URL or the new one where it needs it', () => {
  const text = relinkText(move(HTTP, HTTPS));
  expect(text).toContain(
    'https://git.example.com/bitbucket/admin/server-settings: write https://git.example.com/bitbucket',
  );
  expect(text).toContain('https://git.example.com/bitbucket/plugins/servlet/applinks/listApplicationLinks');
  expect(text).toContain('the link to http://git.example.com:7990:');
  expect(text).toContain('npm run trust -- bitbucket');
});

test('SSH is told of where its URL changed, and where it is gone', () => {
  expect(titles(move(HTTPS, ELSEWHERE))).toContain('The URL of SSH');
  expect(relinkText(move(HTTPS, ELSEWHERE))).toContain("ssh-keygen -R '[git.example.com]:7999'");
  expect(relinkText(move(HTTPS, ELSEWHERE))).toContain('the same host keys under code.example.com (');
  expect(relinkText(move(HTTPS, { ...HTTPS, sshUrl: undefined }))).toContain('answers no longer');
});

test('a browser that was told HSTS is warned of plain HTTP on the same host', () => {
  expect(relinkText(move(HTTPS, HTTP))).toContain('HSTS');
  expect(relinkText(move(HTTPS, HTTP))).not.toContain('npm run trust');
  expect(relinkText(move(HTTP, HTTPS))).not.toContain('HSTS');
});

describe('the lines for git, run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'relink-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }).trim();

  test('remotes of the old URL lead to the new one, others stay, and so does what only begins alike', () => {
    git('init', '-q');
    const remotes = {
      origin: `${HTTP.baseUrl}/scm/demo/hello.git`,
      ssh: `${HTTPS.sshUrl}/demo/hello.git`,
      other: 'https://example.org/a.git',
      alike: `${HTTP.baseUrl}0/scm/a.git`,
      odd: 'http://[::1]:7990/scm/a.git',
    };
    for (const [name, url] of Object.entries(remotes)) git('remote', 'add', name, url);
    const pairs = [
      [HTTP.baseUrl, HTTPS.baseUrl],
      [HTTPS.sshUrl ?? '', ELSEWHERE.sshUrl ?? ''],
      ['http://[::1]:7990', 'https://git.example.com'],
    ] as const;
    for (const [from, to] of pairs) execFileSync('sh', ['-c', setUrl(from, to)], { cwd: folder, env });
    expect(Object.fromEntries(Object.keys(remotes).map((name) => [name, git('remote', 'get-url', name)]))).toEqual({
      origin: 'https://git.example.com/bitbucket/scm/demo/hello.git',
      ssh: 'ssh://git@code.example.com/demo/hello.git',
      other: remotes.other,
      alike: remotes.alike,
      odd: 'https://git.example.com/scm/a.git',
    });
  });

  test('insteadOf serves a remote that still has the old one', () => {
    const line = errands(move(HTTP, HTTPS))
      .flatMap(({ lines }) => lines)
      .find((text) => text.includes('.insteadOf'));
    execFileSync('sh', ['-c', line ?? 'false'], { cwd: folder, env });
    git('remote', 'add', 'old', `${HTTP.baseUrl}/scm/x.git`);
    expect(git('remote', 'get-url', 'old')).toBe('https://git.example.com/bitbucket/scm/x.git');
  });
});
