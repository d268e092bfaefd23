import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Browser } from '../support/browser';
import { command, succeed } from '../support/command';
import { curl } from '../support/curl';
import { GitClient } from '../support/git-client';
import { SshClient } from '../support/ssh-client';
import type { Stack } from '../support/stack';

/** Says that a script ran, whatever page it is in. */
const ATTACK = '<img src=x onerror="document.title=\'owned\'">';
const SVG = '<svg onload="document.title=\'owned\'">';
const BRANCH = 'x"\'><svg/onload=document.title=1>';
const FILE = `${ATTACK.replaceAll('/', '')}.md`;
const BROWSE = '/browse/demo/hello.git';

/** Pages that show what is pushed, of the branch. */
const PAGES = ['', 'log/', 'refs/', 'tree/', 'commit/', 'diff/', 'patch/', 'stats/', 'about/', 'atom/'];

/** Parameters and paths in which cgit might take something for an option, a command, a file of the server or a header. */
const PARAMETERS = [
  'log/?qt=grep&q=--output=/tmp/owned',
  'log/?qt=range&q=--output=/tmp/owned',
  'log/?h=--output=/tmp/owned',
  'commit/?id=--help',
  'commit/?id=main;id',
  'tree/?id=$(id)',
  'tree/?h=`id`',
  'diff/?id=main&id2=--output%3d/tmp/owned',
  'rawdiff/?id2=--no-index',
  'patch/?id=--output=/tmp/owned',
  'blame/README.md?h=--contents=/etc/passwd',
  'blob/?path=/etc/passwd',
  'blob/?path=../../../etc/passwd',
  'plain/etc/passwd',
  'plain/../../../../etc/passwd',
  'plain/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  'plain/..%2f..%2fetc%2fpasswd',
  'tree/%00/etc/passwd',
  'about/../../../etc/passwd',
  'snapshot/$(id).tar',
  'snapshot/--output=owned.tar',
  'snapshot/main.tar.gz;id',
  'stats/?period=$(id)',
  'atom/?h=--help',
  '?p=%0d%0aX-Owned:%201',
  'snapshot/hello-main%0d%0aX-Owned:%201.tar',
  'log/?qt=%22%3E%3Cscript%3Eowned%3C/script%3E&q=%22%3E%3Cscript%3Eowned%3C/script%3E',
];

/** What writers put into a repository, and readers into a URL, must reach neither a browser nor a shell. */
export function attacksOnPages(stack: Stack): void {
  let git: GitClient;
  beforeAll(async () => {
    git = new GitClient(stack, 'writer');
    await git.clone('demo/hello', 'evil');
    const folder = join(git.folder, 'evil');
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    await git.ok(['checkout', '-q', '-b', BRANCH], 'evil');
    write(FILE, `${ATTACK}\n[x](javascript:document.title=1)\n`);
    write('README.html', `<html><body>${ATTACK}<script>document.title = 'owned'</script></body></html>\n`);
    write('owned.svg', `<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = 'owned'</script></svg>\n`);
    write(
      '.gitmodules',
      `[submodule "x"]\n\tpath = module\n\turl = "javascript:document.title='owned'"\n` +
        `[submodule "y"]\n\tpath = "${SVG.replaceAll('"', '\\"')}"\n\turl = https://git.invalid/y.git\n`,
    );
    symlinkSync('/etc/passwd', join(folder, 'absolute-link'));
    symlinkSync('../../../../../../etc/passwd', join(folder, 'relative-link'));
    symlinkSync(ATTACK, join(folder, 'named-link'));
    await git.ok(['add', '--all'], 'evil');
    const head = (await git.ok(['rev-parse', 'HEAD'], 'evil')).trim();
    await git.ok(['update-index', '--add', '--cacheinfo', `160000,${head},module`], 'evil');
    await git.ok(['commit', '-q', '--author', `${SVG.replaceAll(/[<>]/g, '')} <x@example.com>`, '-m', ATTACK], 'evil');
    await git.ok(['tag', '-a', 'v"><svg/onload=document.title=1>', '-m', SVG], 'evil');
    await git.ok(['push', '-q', '--follow-tags', 'origin', BRANCH], 'evil');
  });
  afterAll(async () => {
    await git.run(['push', '-q', 'origin', `:${BRANCH}`, ':refs/tags/v"><svg/onload=document.title=1>'], 'evil');
    git.remove();
  });

  const page = (path: string, branch = true): string =>
    `${stack.outputs.base_url}${BROWSE}/${path}${branch ? `?h=${encodeURIComponent(BRANCH)}` : ''}`;

  test('names, messages and texts that were pushed run no script, in any page', async () => {
    const chromium = await Browser.open(stack, 'reader');
    try {
      const tab = await chromium.context.newPage();
      let dialogs = 0;
      tab.on('dialog', (dialog) => {
        dialogs += 1;
        void dialog.dismiss();
      });
      const files = ['owned.svg', 'README.html', encodeURIComponent(FILE), '.gitmodules'].map((name) => `tree/${name}`);
      for (const path of [...PAGES.filter((each) => each !== 'atom/'), ...files]) {
        const reply = await tab.goto(page(path));
        expect([path, reply?.status()]).toEqual([path, path === 'about/' ? expect.any(Number) : 200]);
        expect([path, await tab.title()]).not.toEqual([path, expect.stringMatching(/^(owned|1)$/)]);
        // Nothing that was pushed has become an element of the page.
        expect([path, await tab.locator('[onload], [onerror], [href^="javascript:"]').count()]).toEqual([path, 0]);
        expect([path, await tab.locator('svg:not([class])').count()]).toEqual([path, 0]);
      }
      expect(dialogs).toBe(0);
    } finally {
      await chromium.close();
    }
  });

  test.each(PAGES)('the text of the page %j has no markup of what was pushed', async (path) => {
    const { body, headers } = await curl(stack, page(path), { user: 'reader' });
    // A patch is plain text, and has what was pushed as it is.
    if (headers['content-type']?.startsWith('text/plain') !== true) {
      expect(body).not.toMatch(/<img src=x|<svg[ /]onload|<script>document|href=['"]javascript:/);
    }
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test.each(['README.html', 'owned.svg', encodeURIComponent(FILE)])(
    'the file %s is sent as one that no browser shows as a page',
    async (name) => {
      const { status, headers } = await curl(stack, page(`plain/${name}`), { user: 'reader' });
      expect(status).toBe(200);
      expect(headers['content-type']).not.toMatch(/html|svg|xml/);
      expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );

  test.each(['absolute-link', 'relative-link'])('a symbolic link is a text, and leads nowhere: %s', async (name) => {
    for (const way of ['tree', 'plain', 'blame', 'blob']) {
      const { body } = await curl(stack, page(`${way}/${name}`), { user: 'reader' });
      expect(body).not.toContain('root:x:');
    }
    const { body } = await curl(stack, page(`plain/${name}`), { user: 'reader' });
    expect(body).toMatch(/^[./]*etc\/passwd$/);
  });

  test.each(PARAMETERS)('the page of %s runs nothing, reads nothing and adds no header', async (path) => {
    const { body, headers, status } = await curl(stack, page(path, false), { user: 'reader' });
    expect(status).toBeLessThan(500);
    expect(body).not.toMatch(/root:x:|uid=\d|<script>owned/);
    expect(headers['x-owned']).toBeUndefined();
    const find = ['find', '/tmp', '/run/git-server', '/var/lib/git-repositories', '-name', '*owned*'];
    expect(await succeed('docker', ['exec', stack.container('git'), ...find])).toBe('');
  });

  describe('trees that a checkout would be harmed by are refused', () => {
    const trees = (blob: string, empty: string): Readonly<Record<string, string>> => ({
      'a folder .git': `040000 tree ${empty}\t.git\n`,
      'a folder .GIT': `040000 tree ${empty}\t.GIT\n`,
      'a folder git~1': `040000 tree ${empty}\tgit~1\n`,
      'a folder ..': `040000 tree ${empty}\t..\n`,
      '.gitmodules as a link': `120000 blob ${blob}\t.gitmodules\n`,
      '.gitmodules with a URL that is an option': `100644 blob ${blob}\t.gitmodules\n`,
    });

    test.each(Object.keys(trees('', '')))('%s, over HTTPS and over SSH', async (name) => {
      const module = join(git.folder, 'gitmodules');
      writeFileSync(module, '[submodule "x"]\n\tpath = -u\n\turl = --upload-pack=id\n');
      const blob = (await git.ok(['hash-object', '-w', module], 'evil')).trim();
      const inside = { cwd: join(git.folder, 'evil') };
      const empty = (await succeed('git', ['mktree'], inside)).trim();
      const tree = (await succeed('git', ['mktree'], { ...inside, input: trees(blob, empty)[name] ?? '' })).trim();
      const commit = (await git.ok(['commit-tree', tree, '-m', 'x'], 'evil')).trim();
      const refspec = `${commit}:refs/heads/refused`;
      const overHttps = await git.run(['push', 'origin', refspec], 'evil');
      expect(overHttps.output).toMatch(/rejected|fatal|error/);
      expect(overHttps.status).not.toBe(0);
      const ssh = new SshClient(stack, 'writer');
      try {
        const overSsh = await ssh.git(['-C', inside.cwd, 'push', stack.sshCloneUrl('demo/hello'), refspec]);
        expect(overSsh.output).toMatch(/fsck|unpack/);
        expect(overSsh.status).not.toBe(0);
      } finally {
        ssh.remove();
      }
      const { output } = await command('git', [
        '-C',
        inside.cwd,
        'rev-parse',
        '--verify',
        'refs/remotes/origin/refused',
      ]);
      expect(output).toContain('fatal');
    });
  });
}
