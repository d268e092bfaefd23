import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputValues } from '../../../scripts/stack/state';
import { Terraform } from '../../../scripts/stack/terraform';
import { AdHocClient } from './ad-hoc-client';
import { AdHocStack } from './ad-hoc-stack';
import { bitbucketTopology, type BitbucketSettings } from './bitbucket-topology';
import { command, succeed } from './command';
import type { CurlOptions, Reply } from './curl';
import { terraformBinary } from './terraform';

const REST = '/rest/api/latest';
/** Where people and programs get a session; it is kept nowhere but in the server's memory. */
const LOGIN = '/rest/tsv/1.0/authenticate';

/** A deployment of the stand-in, and what its people, its administrator and the engine see of it. */
export class BitbucketBench {
  public readonly stack: AdHocStack;
  public readonly client = new AdHocClient();
  /** Container of the provisioner. */
  public readonly provisioner: string;
  /** Base URL. */
  public base = '';
  /** The port beside the proxy. */
  public direct = '';
  /** What nobody but files may have. */
  public secrets: readonly string[] = [];
  private hasSessions = false;
  private terraform: Promise<string> | undefined;

  /** @param name part of the names on the engine */
  public constructor(name: string) {
    this.stack = new AdHocStack(name);
    this.provisioner = this.stack.container('git-provisioner');
  }

  public async deploy(settings: BitbucketSettings = {}): Promise<void> {
    // As `up` does, so that one that failed runs again.
    await command('docker', ['rm', '--force', this.provisioner]);
    // Its port is the server's now, and Terraform knows of no order between the end of one and the start of the other.
    if (settings.access?.endsWith('irect') === true) {
      await command('docker', ['rm', '--force', this.stack.container('proxy')]);
    }
    this.use(await this.stack.apply((scope, adHoc) => bitbucketTopology(scope, adHoc, settings)), settings);
  }

  /** What a deploy fails with. The server and its directory are there: their outputs are known before the failure. */
  public async refusal(settings: BitbucketSettings): Promise<string> {
    const message = await this.deploy(settings).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (message === undefined) throw new Error('nothing was refused');
    this.terraform ??= terraformBinary();
    this.use(outputValues(await new Terraform(await this.terraform, this.stack.stackFolder).state()), settings);
    return message;
  }

  /** The log of the provisioner. */
  public said(): Promise<string> {
    return this.stack.logs('git-provisioner');
  }

  /** Asks for a path of the base URL: with the password in the request, or with a session where that is off. */
  public async ask(path: string, options: CurlOptions = {}): Promise<Reply> {
    const { user, ...others } = options;
    if (user === undefined || !this.hasSessions) return this.client.curl(`${this.base}${path}`, options);
    const login = await this.client.curl(`${this.base}${LOGIN}`, {
      json: { username: user, password: this.client.password(user), rememberMe: false, targetUrl: '' },
      method: 'POST',
      headers: ['X-Atlassian-Token: no-check'],
    });
    if (login.status !== 200) return login;
    const cookie = `Cookie: ${login.headers['set-cookie']?.split(';')[0] ?? ''}`;
    return this.client.curl(`${this.base}${path}`, { ...others, headers: [...(options.headers ?? []), cookie] });
  }

  /** Whether somebody may use the server: 200, or the status that they get instead. */
  public async status(user: string, path = `${REST}/projects`): Promise<number> {
    return (await this.ask(path, { user })).status;
  }

  /** Names of the directories in order, without the internal one. */
  public async directories(): Promise<string[]> {
    const { body } = await this.ask(`${REST}/admin/user-directories`, { user: 'setup' });
    return (JSON.parse(body) as { values: { name: string }[] }).values.map(({ name }) => name).slice(1);
  }

  /** Groups and their levels. */
  public async permissions(): Promise<Record<string, string>> {
    const { body } = await this.ask(`${REST}/admin/permissions/groups`, { user: 'setup' });
    const { values } = JSON.parse(body) as { values: { group: { name: string }; permission: string }[] };
    return Object.fromEntries(values.map(({ group, permission }) => [group.name, permission]));
  }

  /** What the server was asked since it started, but for reading and logging in. */
  public async writes(): Promise<string[]> {
    const inside = [
      'exec',
      this.stack.container('git'),
      ...['curl', '-fsS', 'http://127.0.0.1:7990/stand-in/requests'],
    ];
    const requests = JSON.parse(await succeed('docker', inside)) as { method: string; path: string }[];
    return requests
      .filter(({ method, path }) => method !== 'GET' && !path.endsWith(LOGIN))
      .map(({ method, path }) => `${method} ${path}`);
  }

  /** A project with a repository, which is cloned, pushed to and cloned again: every URL is below the base URL. */
  public async useGit(): Promise<void> {
    const post = async (path: string, json: unknown): Promise<number> =>
      (await this.ask(`${REST}/${path}`, { user: 'admin', method: 'POST', json })).status;
    expect(await post('projects', { key: 'DEMO', name: 'Demo' })).toBe(201);
    expect(await post('projects/DEMO/repos', { name: 'hello' })).toBe(201);
    const { body } = await this.ask(`${REST}/projects/DEMO/repos/hello`, { user: 'reader' });
    expect(body).toContain(`"href":"${this.base}/scm/demo/hello.git"`);
    expect(body.match(/https?:\/\/[^"]+/g)?.filter((url) => !url.startsWith(this.base))).toEqual([]);
    await this.clone('admin', 'hello');
    await this.push('hello', 'one');
    await this.clone('reader', 'again');
    const { headers } = await this.ask('/', { user: 'reader' });
    expect(headers['location']).toBe(`${this.base}/projects`);
  }

  /** Clones the repository of `useGit` into a folder of the client. */
  public async clone(user: string, folder: string): Promise<void> {
    await this.client.git(user, 'clone', '-q', `${this.base}/scm/demo/hello.git`, folder);
  }

  /** A commit with the message, pushed to main from the folder. */
  public async push(folder: string, message: string): Promise<void> {
    const clone = join(this.client.folder, folder);
    const git = (...args: readonly string[]): Promise<string> => this.client.git('admin', '-C', clone, ...args);
    writeFileSync(join(clone, 'file'), `${message}\n`);
    await git('add', 'file');
    await git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', message);
    await git('push', '-q', 'origin', 'HEAD:main');
  }

  public async remove(): Promise<void> {
    this.client.remove();
    await this.stack.destroy();
  }

  private use(outputs: Readonly<Record<string, unknown>>, { version = '9' }: BitbucketSettings): void {
    this.base = outputs['base'] as string;
    this.direct = outputs['direct'] as string;
    this.hasSessions = Number.parseInt(version) >= 10;
    const users = { ...(outputs['users'] as Record<string, string>), setup: outputs['administrator'] as string };
    this.secrets = [...Object.values(users), outputs['bindPassword'] as string];
    this.client.use(outputs['ca'] as string, users);
  }
}
