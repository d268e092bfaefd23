import { create } from 'xmlbuilder2';
import { NOBODY } from '../ldap/group-name';
import type { PublicUrl } from '../proxy/public-url';
import { xmlText } from '../xml-text';
import type { Repository } from './repository';
import type { XmlElement } from './tomcat-xml';

export interface WebXmlProps {
  readonly url: PublicUrl;
  readonly repositories: readonly Repository[];
  /** Folder of the bare repositories. */
  readonly repositoriesFolder: string;
  /** File with their grants, as renderRepositoryList writes it. */
  readonly repositoryList: string;
  /** Program that makes a page of a repository (CGI), and file with its settings, as renderCgitRc writes it. */
  readonly pageProgram: string;
  readonly pageSettings: string;
  /** Whether requests of a connector that is not secure are redirected to where they are. */
  readonly isConfidential: boolean;
  /** Groups whose members may use the server; undefined where every account may. */
  readonly licensedGroups: readonly string[] | undefined;
  /** Groups that see the page about the server; without any there is none. */
  readonly administrators: readonly string[];
}

/** Any account that has logged in (Servlet 6.0, 13.3). */
const ANYONE = '**';

/** Tomcat's page about itself. */
const SERVER_STATUS = '/admin/status';

/** A set of URL patterns and the roles that may use them; undefined for everybody, even without login. */
interface Constraint {
  readonly name: string;
  readonly patterns: readonly string[];
  readonly roles: readonly string[] | undefined;
}

interface Mapping {
  readonly name: string;
  readonly className: string;
  readonly patterns: readonly string[];
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * The application's web.xml: everything is denied but what is named. An undeclared repository, a forbidden one and a
 * strange spelling all get the same answer, 401 without login and 403 with one, because the rule for the rest asks for a
 * role that nobody has; an empty rule would tell strangers 403.
 * @see https://jakarta.ee/specifications/servlet/6.0/jakarta-servlet-spec-6.0#security
 */
export function renderWebXml(props: WebXmlProps): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const app = document.ele('https://jakarta.ee/xml/ns/jakartaee', 'web-app', {
    version: '6.0',
    'metadata-complete': 'true',
  });
  const params = {
    baseUrl: props.url.base,
    repositories: props.repositoryList,
    repositoriesFolder: props.repositoriesFolder,
  };
  for (const [name, value] of Object.entries(params)) {
    const param = app.ele('context-param');
    param.ele('param-name').txt(name);
    param.ele('param-value').txt(xmlText(value));
  }
  for (const mapping of FILTERS) addMapping(app, 'filter', mapping);
  for (const mapping of servlets(props)) addMapping(app, 'servlet', mapping);
  app.ele('session-config').ele('tracking-mode').txt('COOKIE');
  const constraints = [...pageConstraints(props), ...repositoryConstraints(props.repositories)];
  for (const constraint of constraints) addConstraint(app, constraint, props.isConfidential);
  app.ele('login-config').ele('auth-method').txt('BASIC').up().ele('realm-name').txt('Git');
  for (const role of namedRoles(constraints)) app.ele('security-role').ele('role-name').txt(xmlText(role));
  return `${document.end({ prettyPrint: true })}\n`;
}

function pageConstraints({ licensedGroups, administrators }: WebXmlProps): readonly Constraint[] {
  return [
    { name: 'everything', patterns: ['/*'], roles: [NOBODY] },
    { name: 'status', patterns: ['/status'], roles: undefined },
    // "" is the context root alone. cgit links to the folder of its pages as the index.
    { name: 'index', patterns: ['', '/browse/', '/assets/*'], roles: licensedGroups ?? [ANYONE] },
    ...(administrators.length === 0 ? [] : [{ name: 'server', patterns: [SERVER_STATUS], roles: administrators }]),
  ];
}

/** Two constraints for each distinct pair of grants: Tomcat looks through all of them at every request. */
function repositoryConstraints(repositories: readonly Repository[]): readonly Constraint[] {
  const groups = new Map<string, Repository[]>();
  for (const repository of repositories) {
    const key = JSON.stringify([repository.readingGroups, repository.writers]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [repository]);
    else group.push(repository);
  }
  return [...groups.values()].flatMap((group, index) => {
    const [first] = group;
    if (first === undefined) return [];
    const read = group.flatMap(({ path }) => [
      `/scm/${path}.git/info/refs`,
      `/scm/${path}.git/git-upload-pack`,
      `/browse/${path}.git/*`,
    ]);
    const write = group.map(({ path }) => `/scm/${path}.git/git-receive-pack`);
    return [
      { name: `read ${index + 1}`, patterns: read, roles: first.readingGroups },
      // Without writers there is nothing to open: the rule for everything else stands.
      ...(first.writers.length > 0 ? [{ name: `write ${index + 1}`, patterns: write, roles: first.writers }] : []),
    ];
  });
}

const FILTERS: readonly Mapping[] = [
  { name: 'repository', className: 'gitserver.RepositoryFilter', patterns: ['/scm/*'] },
  { name: 'page', className: 'gitserver.PageHeadersFilter', patterns: ['', '/browse/*', '/assets/*', SERVER_STATUS] },
];

function servlets(props: WebXmlProps): readonly Mapping[] {
  return [
    { name: 'status', className: 'gitserver.StatusServlet', patterns: ['/status'] },
    { name: 'index', className: 'gitserver.IndexServlet', patterns: ['', '/browse/'] },
    ...(props.administrators.length === 0
      ? []
      : [{ name: 'server', className: 'gitserver.ServerStatusServlet', patterns: [SERVER_STATUS] }]),
    {
      name: 'assets',
      className: 'org.apache.catalina.servlets.DefaultServlet',
      patterns: ['/assets/*'],
      params: { listings: 'false', readonly: 'true' },
    },
    {
      name: 'git',
      className: 'org.eclipse.jgit.http.server.GitServlet',
      patterns: ['/scm/*'],
      // Whether a repository is served is decided before JGit is asked.
      params: { 'base-path': props.repositoriesFolder, 'export-all': 'true' },
    },
    {
      name: 'page',
      className: 'gitserver.PageServlet',
      patterns: ['/browse/*'],
      params: {
        program: props.pageProgram,
        settings: props.pageSettings,
        host: props.url.origin.slice(`${props.url.scheme}://`.length),
        https: props.url.scheme === 'https' ? 'on' : 'off',
      },
    },
  ];
}

function addMapping(app: XmlElement, kind: 'filter' | 'servlet', mapping: Mapping): void {
  const element = app.ele(kind);
  element.ele(`${kind}-name`).txt(mapping.name);
  element.ele(`${kind}-class`).txt(mapping.className);
  for (const [name, value] of Object.entries(mapping.params ?? {})) {
    const param = element.ele('init-param');
    param.ele('param-name').txt(name);
    param.ele('param-value').txt(xmlText(value));
  }
  // At the start, so that a mistake in it shows there and not at the first request.
  if (kind === 'servlet') element.ele('load-on-startup').txt('1');
  const target = app.ele(`${kind}-mapping`);
  target.ele(`${kind}-name`).txt(mapping.name);
  for (const pattern of mapping.patterns) target.ele('url-pattern').txt(pattern);
}

function addConstraint(app: XmlElement, constraint: Constraint, isConfidential: boolean): void {
  const element = app.ele('security-constraint');
  const collection = element.ele('web-resource-collection');
  collection.ele('web-resource-name').txt(constraint.name);
  for (const pattern of constraint.patterns) collection.ele('url-pattern').txt(pattern);
  if (constraint.roles !== undefined) {
    const auth = element.ele('auth-constraint');
    for (const role of constraint.roles) auth.ele('role-name').txt(xmlText(role));
  }
  // On each: one without it would let its requests through.
  if (isConfidential) element.ele('user-data-constraint').ele('transport-guarantee').txt('CONFIDENTIAL');
}

function namedRoles(constraints: readonly Constraint[]): readonly string[] {
  const roles = new Set(constraints.flatMap((constraint) => constraint.roles ?? []));
  roles.delete(ANYONE);
  return [...roles].sort();
}
