import { renderCgitRc } from '../../constructs/git/cgit-rc';
import { Repository } from '../../constructs/git/repository';
import { NOBODY } from '../../constructs/ldap/group-name';
import { renderRepositoryList } from '../../constructs/git/repository-list';
import { renderWebXml, type WebXmlProps } from '../../constructs/git/web-xml';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { all, only, parseXml, texts, type Element } from './xml';

const url = PublicUrl.https('git.example.com', { port: 8443, contextPath: '/git' });

function render(
  repositories: readonly Repository[] = [],
  base: PublicUrl = url,
  isConfidential = false,
  permissions: Partial<Pick<WebXmlProps, 'licensedGroups' | 'administrators'>> = {},
): Element {
  return parseXml(
    renderWebXml({
      url: base,
      repositories,
      repositoriesFolder: '/repositories',
      repositoryList: '/files/repositories.tsv',
      pageProgram: '/page',
      pageSettings: '/files/cgitrc',
      isConfidential,
      licensedGroups: undefined,
      administrators: [],
      ...permissions,
    }),
  );
}

/** Roles by URL pattern; undefined where the pattern is open to everybody. */
function roles(app: Element): ReadonlyMap<string, readonly string[] | undefined> {
  const grants = new Map<string, readonly string[] | undefined>();
  for (const constraint of all(app, 'security-constraint')) {
    const isOpen = all(constraint, 'auth-constraint').length === 0;
    for (const pattern of texts(constraint, 'url-pattern')) {
      expect(grants.has(pattern)).toBe(false);
      grants.set(pattern, isOpen ? undefined : texts(constraint, 'role-name'));
    }
  }
  return grants;
}

describe('authorisation', () => {
  test('all is denied but status, index and what the pages look like', () => {
    expect([...roles(render())]).toEqual([
      ['/*', [NOBODY]],
      ['/status', undefined],
      ['', ['**']],
      ['/browse/', ['**']],
      ['/assets/*', ['**']],
    ]);
  });

  test.each(['a&amp;b', 'R&D;'])('the group %s is itself, and no other', (group) => {
    const grants = roles(render([new Repository('demo/hello', { readers: [group], writers: [] })]));
    expect(grants.get('/scm/demo/hello.git/info/refs')).toEqual([group]);
  });

  test('a repository opens its exact requests to its groups', () => {
    const grants = roles(render([new Repository('demo/hello', { readers: ['r'], writers: ['w'] })]));
    expect([...grants].slice(5)).toEqual([
      ['/scm/demo/hello.git/info/refs', ['r', 'w']],
      ['/scm/demo/hello.git/git-upload-pack', ['r', 'w']],
      ['/browse/demo/hello.git/*', ['r', 'w']],
      ['/scm/demo/hello.git/git-receive-pack', ['w']],
    ]);
  });

  test('where nobody may push, the rule for everything else stands', () => {
    const grants = roles(render([new Repository('hello', { readers: ['r'] })]));
    expect(grants.has('/scm/hello.git/git-receive-pack')).toBe(false);
  });

  test('many repositories of a few teams have a few constraints', () => {
    const many = Array.from(
      { length: 300 },
      (_, index) => new Repository(`r${index}`, { readers: [`t${index % 7}`], writers: ['w'] }),
    );
    const app = render(many);
    expect(all(app, 'security-constraint')).toHaveLength(3 + 2 * 7);
    expect(roles(app).size).toBe(5 + 4 * 300);
  });

  test('with a licence, what is for everybody is for the licensed groups', () => {
    const grants = roles(render([], url, false, { licensedGroups: ['staff', 'root'] }));
    for (const pattern of ['', '/browse/', '/assets/*']) expect(grants.get(pattern)).toEqual(['staff', 'root']);
    expect(grants.get('/status')).toBeUndefined();
  });

  test('administrators have the page about the server, and without any there is none', () => {
    const app = render([], url, false, { administrators: ['root'] });
    expect(roles(app).get('/admin/status')).toEqual(['root']);
    expect(all(app, 'servlet-class').map(({ text }) => text)).toContain('gitserver.ServerStatusServlet');
    expect(roles(render()).has('/admin/status')).toBe(false);
    expect(all(render(), 'servlet-class').map(({ text }) => text)).not.toContain('gitserver.ServerStatusServlet');
  });

  test('constraints are for every method', () => {
    expect(all(render(), 'http-method')).toEqual([]);
  });

  test('what is confidential is so for every pattern, or for none', () => {
    const hello = new Repository('a', { readers: ['r'], writers: ['w'] });
    const guarantees = (app: Element): string[] =>
      all(app, 'security-constraint').map((constraint) => texts(constraint, 'transport-guarantee').join());
    expect(guarantees(render([hello], url, true))).toEqual(Array(5).fill('CONFIDENTIAL'));
    expect(guarantees(render([hello]))).toEqual(Array(5).fill(''));
  });

  test('names of groups arrive as themselves', () => {
    const group = `we<i&r"d '{g}' \${x:-admins} ]]> ü`;
    const app = render([new Repository('a', { readers: [group] })]);
    expect(roles(app).get('/scm/a.git/info/refs')).toEqual([group]);
    expect(texts(app, 'role-name').filter((name) => name === group)).toHaveLength(2);
  });

  test('all roles are declared, but the one for everybody', () => {
    const app = render([new Repository('a', { readers: ['r'], writers: ['w'] })]);
    expect(all(app, 'security-role').flatMap((role) => texts(role, 'role-name'))).toEqual([NOBODY, 'r', 'w']);
  });
});

describe('servlets', () => {
  const params = (element: Element): Readonly<Record<string, string>> =>
    Object.fromEntries(
      all(element, 'init-param').map((param) => [only(param, 'param-name').text, only(param, 'param-value').text]),
    );
  const servlet = (app: Element, name: string): Element => {
    const found = all(app, 'servlet').find((each) => only(each, 'servlet-name').text === name);
    if (found === undefined) throw new Error(`no servlet ${name}`);
    return found;
  };

  test('know the base URL from the configuration, not from the request', () => {
    const app = render();
    const context = all(app, 'context-param').map((param) => [
      only(param, 'param-name').text,
      only(param, 'param-value').text,
    ]);
    expect(context).toEqual([
      ['baseUrl', 'https://git.example.com:8443/git'],
      ['repositories', '/files/repositories.tsv'],
      ['repositoriesFolder', '/repositories'],
    ]);
    expect(params(servlet(app, 'page'))).toEqual({
      program: '/page',
      settings: '/files/cgitrc',
      host: 'git.example.com:8443',
      https: 'on',
    });
  });

  test('pages of an HTTP server say so', () => {
    expect(params(servlet(render([], PublicUrl.http('git.example.com')), 'page'))).toMatchObject({
      host: 'git.example.com',
      https: 'off',
    });
  });

  test('JGit is behind the filter', () => {
    const app = render();
    expect(params(servlet(app, 'git'))['base-path']).toBe('/repositories');
    const mappings = all(app, 'filter-mapping').map((each) => [
      only(each, 'filter-name').text,
      ...texts(each, 'url-pattern'),
    ]);
    expect(mappings).toContainEqual(['repository', '/scm/*']);
  });
});

describe('list of repositories', () => {
  test('has a line for each kind of access', () => {
    const list = [
      new Repository('demo/hello', { readers: ['r s', 'q'], writers: ['w'] }),
      new Repository('top', { readers: ['r'] }),
    ];
    expect(renderRepositoryList(list)).toBe('demo/hello\tread\tq\tr s\tw\ndemo/hello\twrite\tw\ntop\tread\tr\n');
  });

  test('is empty without repositories', () => {
    expect(renderRepositoryList([])).toBe('');
  });
});

describe('cgit', () => {
  test('links stay below the context path and clone URLs start with the base URL', () => {
    const settings = renderCgitRc(url);
    expect(settings).toContain('virtual-root=/git/browse/\n');
    expect(settings).toContain('css=/git/assets/cgit.css\n');
    expect(settings).toContain('clone-url=https://git.example.com:8443/git/scm/$CGIT_REPO_URL\n');
  });

  test('names no repository and scans for none', () => {
    expect(renderCgitRc(url)).not.toMatch(/^(repo\.|scan-path|include)/m);
  });

  test('keeps nothing and serves no HTML of a repository', () => {
    expect(renderCgitRc(url)).toMatch(/^cache-size=0$/m);
    expect(renderCgitRc(url)).toMatch(/^enable-html-serving=0$/m);
    expect(renderCgitRc(url)).toMatch(/^enable-http-clone=0$/m);
  });
});
