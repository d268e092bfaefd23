import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';

export const STAND_IN = join(PROJECT, 'test/bitbucket-stand-in');
export const ADMINISTRATOR = { username: 'admin', password: 'secret of the administrator' };
const FAKE_CLIENTS = join(__dirname, 'fake-clients');

export interface Answer {
  readonly status: number;
  readonly location: string;
  readonly cookie: string;
  readonly body: string;
}

export interface Ask {
  readonly method?: string;
  /** Basic; null for none. @default the administrator */
  readonly as?: { readonly username: string; readonly password: string } | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Asks a TLS connector, which is trusted by this authority. */
  readonly caPem?: string;
  readonly port?: number;
}

export interface StandInOptions {
  readonly properties?: Readonly<Record<string, string | undefined>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Rules that are switched off. */
  readonly without?: readonly string[];
  /** The home of a stand-in that ran before. */
  readonly home?: string;
}

/** A stand-in for Bitbucket that runs outside a container, with an LDAP server that a file stands for. */
export class StandIn {
  private output = '';

  private constructor(
    public readonly home: string,
    public readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /** Starts it, and waits until it listens. */
  public static async start(options: StandInOptions = {}): Promise<StandIn> {
    const home = options.home ?? mkdtempSync(join(tmpdir(), 'bitbucket-home-'));
    const port = await freePort();
    mkdirSync(join(home, 'shared'), { recursive: true });
    const properties = { ...defaultProperties(port), ...options.properties };
    writeFileSync(join(home, 'shared/bitbucket.properties'), propertiesText(properties), { mode: 0o600 });
    const child = spawn('python3', ['-B', join(STAND_IN, 'entrypoint.py'), '--log=INFO'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `${FAKE_CLIENTS}:${process.env['PATH'] ?? ''}`,
        BITBUCKET_HOME: home,
        JAVA_HOME: join(home, 'no-java'),
        FAKE_DIRECTORY: join(home, 'directory.json'),
        STANDIN_STARTUP_SECONDS: '0',
        STANDIN_SYNCHRONISATION_SECONDS: '0',
        STANDIN_WITHOUT: (options.without ?? []).join(','),
        ...options.environment,
      },
    });
    const standIn = new StandIn(home, port, child);
    try {
      await standIn.waitUntilListening();
    } catch (error) {
      await standIn.remove();
      throw error;
    }
    return standIn;
  }

  /** What it has printed. */
  public get log(): string {
    return this.output;
  }

  private async waitUntilListening(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const read = (text: Buffer): void => {
        this.output += text.toString();
        if (this.output.includes('Listening on')) resolve();
      };
      this.child.stdout?.on('data', read);
      this.child.stderr?.on('data', read);
      this.child.once('exit', () => reject(new Error(`The stand-in ended: ${this.output}`)));
    });
  }

  /** Ends it; its home stays. */
  public async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  /** Ends it and removes its home. */
  public async remove(): Promise<void> {
    await this.end();
    rmSync(this.home, { recursive: true });
  }

  /** Makes the LDAP server answer with these people and groups; undefined takes it away. */
  public serveDirectory(directory: FakeDirectory | undefined): void {
    const file = join(this.home, 'directory.json');
    if (directory === undefined) rmSync(file, { force: true });
    else writeFileSync(file, JSON.stringify(directory));
  }

  /** The LDAPS connection that was last made. */
  public lastLdaps(): { url: string; verify: string; authorities: string } {
    return JSON.parse(readFileSync(join(this.home, 'directory.tls'), 'utf8')) as ReturnType<StandIn['lastLdaps']>;
  }

  /** Asks for a path below the port, and follows no redirect. */
  public async ask(path: string, ask: Ask = {}): Promise<Answer> {
    const { as = ADMINISTRATOR, form, json, caPem, port = this.port } = ask;
    const body = form === undefined ? JSON.stringify(json) : new URLSearchParams(form).toString();
    const request = caPem === undefined ? httpRequest : httpsRequest;
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      method: ask.method ?? (form === undefined && json === undefined ? 'GET' : 'POST'),
      agent: false,
      ca: caPem,
      servername: 'git.localhost',
      headers: {
        ...(as === null ? {} : { authorization: basic(as) }),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...ask.headers,
      },
    });
    sent.end(form === undefined && json === undefined ? undefined : body);
    return new Promise((resolve, reject) => {
      sent.once('error', reject);
      sent.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            location: response.headers.location ?? '',
            cookie: response.headers['set-cookie']?.[0] ?? '',
            body: text,
          }),
        );
      });
    });
  }
}

export interface FakeDirectory {
  readonly passwords: Readonly<Record<string, string>>;
  readonly entries: readonly {
    readonly dn: string;
    readonly attributes: Readonly<Record<string, readonly string[]>>;
  }[];
}

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function defaultProperties(port: number): Record<string, string> {
  return {
    'server.port': String(port),
    'server.address': '127.0.0.1',
    'server.context-path': '/bitbucket',
    'setup.displayName': 'Git',
    'setup.baseUrl': 'https://git.localhost:9443/bitbucket',
    'setup.license': 'a licence that is for tests\nusers=3',
    'setup.sysadmin.username': ADMINISTRATOR.username,
    'setup.sysadmin.password': ADMINISTRATOR.password,
    'setup.sysadmin.displayName': 'Administrator',
    'setup.sysadmin.emailAddress': 'admin@example.com',
  };
}

/** What is undefined is left out. */
function propertiesText(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value.replaceAll('\n', '\\n')}\n`]))
    .join('');
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
