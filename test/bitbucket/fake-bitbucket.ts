import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const BASE_URL = 'https://git.example:9443/bitbucket';
export const SERVLET = '/plugins/servlet/embedded-crowd';
const TOKEN = 'token-of-the-session';

/** What came in, its path below the context path. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export interface FakeDirectory {
  readonly id: number;
  readonly internal: boolean;
  active: boolean;
  values: Record<string, string>;
  password: string;
  /** What the list says of synchronisations, look by look; the last one stays. */
  rounds: Round[];
}

interface Round {
  readonly running?: boolean;
  readonly start?: string;
  readonly status?: string;
}

const CHECKBOXES = ['useSSL', 'ldapSecure', 'nestedGroupsEnabled'];
/** The fields of the form that tests look at, with what the form of a new directory shows. */
const FIELDS: Readonly<Record<string, string>> = {
  name: 'LDAP server',
  type: '',
  hostname: '',
  port: '389',
  ldapUserdn: '',
  ldapBasedn: '',
  ldapPermissionOption: 'READ_ONLY',
  ldapUserFilter: '',
  ldapAutoAddGroups: '',
  minEvictableIdleTimeSeconds: '300',
};
const TYPES = ['com.atlassian.crowd.directory.OpenLDAP', 'com.atlassian.crowd.directory.MicrosoftActiveDirectory'];
const DONE = 'Full synchronisation completed successfully.';

export const json = (value: unknown, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
export const redirect = (place: string): Reply => ({ status: 302, headers: { location: place } });
/** The form again, with a message above it, and messages below fields. */
export const formWith = (error: string, fields: Readonly<Record<string, string>> = {}): Reply => ({
  status: 200,
  body: form({}, error, fields),
});

/**
 * Answers what the provisioner asks, after the templates and controllers of the embedded-crowd plug-in; tests say with
 * {@link FakeBitbucket.on} what else it should answer. It enforces nothing of its own accord but the token.
 */
export class FakeBitbucket {
  public readonly seen: Seen[] = [];
  public readonly directories: FakeDirectory[] = [];
  /** Level by group. */
  public readonly permissions = new Map<string, string>();
  private readonly scripts = new Map<string, (seen: Seen) => Reply | 'hang up' | undefined>();
  private readonly server: Server;
  private nextId = 32769;
  private minute = 0;

  private constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => this.answer(request, response, body));
    });
    this.add('Internal Directory', { internal: true });
  }

  public static async start(): Promise<FakeBitbucket> {
    const fake = new FakeBitbucket();
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/bitbucket`;
  }

  /** Answers such requests otherwise, as long as `reply` gives something. */
  public on(request: string, reply: (seen: Seen) => Reply | 'hang up' | undefined): void {
    this.scripts.set(request, reply);
  }

  /** Answers such requests with each of these once, then as ever. */
  public once(request: string, ...replies: readonly (Reply | 'hang up')[]): void {
    const left = [...replies];
    this.on(request, () => left.shift());
  }

  public add(
    name: string,
    { internal = false, values = {}, password = '', active = true }: Partial<FakeDirectory> = {},
  ): FakeDirectory {
    const all = { ...FIELDS, ...Object.fromEntries(CHECKBOXES.map((each) => [each, 'false'])), ...values, name };
    const directory = { id: this.nextId++, internal, active, values: all, password, rounds: [{}] };
    this.directories.push(directory);
    return directory;
  }

  public find(name: string): FakeDirectory {
    const found = this.directories.find((each) => each.values['name'] === name);
    if (found === undefined) throw new Error(`no directory ${name}`);
    return found;
  }

  public get order(): (string | undefined)[] {
    return this.directories.map((each) => each.values['name']);
  }

  /** Methods and paths of what changes something, since the last call. */
  public changes(): string[] {
    const changes = this.seen.filter(({ method }) => method !== 'GET');
    this.seen.length = 0;
    return changes.map(({ method, path, query }) =>
      decodeURIComponent(`${method} ${path.replace(SERVLET, '')}${query.size > 0 ? '?' : ''}${query.toString()}`),
    );
  }

  /** What was sent in the forms of this path. */
  public forms(path: string): URLSearchParams[] {
    return this.seen
      .filter((each) => each.method === 'POST' && each.path === SERVLET + path)
      .map(({ body }) => new URLSearchParams(body));
  }

  private answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const url = new URL(request.url ?? '', 'http://fake');
    const path = url.pathname.replace(/^\/bitbucket/, '');
    const seen = { method: request.method ?? '', path, query: url.searchParams, headers: request.headers, body };
    this.seen.push(seen);
    const script = this.scripts.get(`${seen.method} ${path}`) ?? this.scripts.get(`${seen.method} *`);
    const reply = script?.(seen) ?? this.reply(seen);
    if (reply === 'hang up') {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, {
      'set-cookie': 'SESSION=cookie-of-the-session; Path=/; Secure',
      ...reply.headers,
    });
    response.end(reply.body);
  }

  public reply(seen: Seen): Reply {
    const { method, path, query, body } = seen;
    if (path.startsWith(SERVLET)) return method === 'GET' ? this.form(query) : this.post(path, query, body);
    if (path === '/rest/api/latest/admin/permissions/groups') return this.permission(method, query);
    switch (path) {
      case '/status':
        return json({ state: 'RUNNING' });
      case '/rest/tsv/1.0/authenticate':
        return json({});
      case '/rest/crowd/1/directory':
        return json({ directory: this.directories.map((each) => this.listed(each)) });
      case '/rest/api/latest/admin/user-directories':
        return json(
          this.directories.map(({ values, active, internal }) => ({
            name: values['name'],
            active,
            type: internal ? 'INTERNAL' : 'CONNECTOR',
          })),
        );
      default:
        return { status: 404 };
    }
  }

  private listed(directory: FakeDirectory): object {
    const round = (directory.rounds.length > 1 ? directory.rounds.shift() : directory.rounds[0]) ?? {};
    return {
      name: directory.values['name'],
      link: [{ rel: 'self', href: `${BASE_URL}/rest/crowd/1/directory/${directory.id}` }],
      ...(directory.internal
        ? {}
        : {
            synchronisation: {
              currentStartTime: round.running === true ? 1764061200000 : 0,
              currentDuration: 0,
              lastDuration: 0,
              ...(round.start === undefined ? {} : { lastStartTime: round.start }),
              ...(round.status === undefined ? {} : { syncStatus: round.status }),
            },
          }),
    };
  }

  private form(query: URLSearchParams): Reply {
    const directory = this.directories.find(({ id }) => String(id) === query.get('directoryId'));
    return {
      status: 200,
      body: form(directory === undefined ? {} : { ...directory.values, id: String(directory.id) }),
    };
  }

  private post(path: string, query: URLSearchParams, body: string): Reply {
    const sent = new URLSearchParams(body);
    if (sent.get('atl_token') !== TOKEN) return redirect(`${BASE_URL}${SERVLET}/directories/list?timeout=true`);
    const operation = path.replace(`${SERVLET}/`, '');
    if (operation.startsWith('configure/')) return this.save(sent);
    const place = this.directories.findIndex(({ id }) => String(id) === query.get('directoryId'));
    const directory = this.directories[place];
    if (directory === undefined) return { status: 404 };
    switch (operation) {
      case 'directories/moveUp':
        this.directories.splice(place - 1, 2, directory, ...this.directories.slice(place - 1, place));
        break;
      case 'directories/moveDown':
        this.directories.splice(place, 2, ...this.directories.slice(place + 1, place + 2), directory);
        break;
      case 'directories/sync':
        directory.rounds = [{ running: true }, this.completed()];
        break;
      case 'directories/remove':
        this.directories.splice(place, 1);
        break;
      default:
        directory.active = operation === 'directories/enable';
    }
    return redirect(`${BASE_URL}${SERVLET}/directories/list?highlightDirectoryId=${directory.id}`);
  }

  public completed(status = DONE): Round {
    return { start: `11/25/26 9:${String(this.minute++).padStart(2, '0')} AM`, status };
  }

  private save(sent: URLSearchParams): Reply {
    const directory =
      this.directories.find(({ id }) => String(id) === sent.get('directoryId')) ?? this.add(sent.get('name') ?? '');
    for (const name of Object.keys(FIELDS)) directory.values[name] = sent.get(name) ?? 'was not sent';
    for (const name of CHECKBOXES) directory.values[name] = sent.has(`_${name}`) ? (sent.get(name) ?? 'false') : 'lost';
    directory.password = sent.get('ldapPassword') || directory.password;
    return redirect(`${BASE_URL}${SERVLET}/directories/troubleshoot?directoryId=${directory.id}&forceTest=true`);
  }

  private permission(method: string, query: URLSearchParams): Reply {
    const name = query.get('name') ?? '';
    if (method === 'PUT') this.permissions.set(name, query.get('permission') ?? '');
    if (method === 'DELETE') this.permissions.delete(name);
    if (method !== 'GET') return { status: 204 };
    // Pages of one, so that whoever reads the first alone is found out.
    const start = Number(query.get('start'));
    const groups = [...this.permissions].slice(start, start + 1);
    return json({
      values: groups.map(([group, permission]) => ({ group: { name: group }, permission })),
      isLastPage: start + 1 >= this.permissions.size,
      nextPageStart: start + 1,
    });
  }
}

/** After configure-ldap-form.vm and aui-form-macros.vm, with another form before it as the page around it has. */
function form(
  shown: Readonly<Record<string, string>>,
  error = '',
  fieldErrors: Readonly<Record<string, string>> = {},
): string {
  const id = shown['id'] ?? '0';
  const values: Readonly<Record<string, string>> = { ...FIELDS, ...shown };
  const text = (name: string): string => {
    const value = (values[name] ?? '').replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    return `<label for="${name}">${name}</label><input class="text" name="${name}" value="${value}">`;
  };
  const control = (name: string): string => {
    if (name === 'type') {
      const options = TYPES.map(
        (type) => `<option value="${type}"${type === values[name] ? ' selected' : ''}>x</option>`,
      );
      return `<select name="type"><option value="">Please select</option>${options.join('')}</select>`;
    }
    if (name !== 'ldapPermissionOption') return text(name);
    return ['READ_ONLY', 'READ_WRITE']
      .map((each) => `<input type="radio" name="${name}" value="${each}"${each === values[name] ? ' checked' : ''}>`)
      .join('');
  };
  const message = (name: string): string =>
    fieldErrors[name] === undefined ? '' : `<div class="error">${fieldErrors[name]}</div>`;
  return `<html><head><title>Configure LDAP User Directory</title></head><body>
    <form action="/search"><input name="atl_token" type="hidden" value="of another form"><input name="q"></form>
    <form class="aui" action="/configure/ldap/" method="POST">
      ${error === '' ? '' : `<div class="aui-message error"><span class="error-icon"></span>${error}</div>`}
      <input type="hidden" name="atl_token" value="${TOKEN}"/>
      <input name="newForm" type="hidden" value="true"><input name="directoryId" type="hidden" value="${id}">
      ${Object.keys(FIELDS)
        .map((name) => control(name) + message(name))
        .join('\n')}
      <input class="text" name="ldapPassword" type="password" value="">
      ${CHECKBOXES.map(
        (name) =>
          `<input type="hidden" name="_${name}" value="visible"><input type="checkbox" name="${name}" value="true"${values[name] === 'true' ? ' checked' : ''}>`,
      ).join('\n')}
      <input name="test" type="submit" value="Test"><input name="save" type="submit" value="Save">
    </form></body></html>`;
}
