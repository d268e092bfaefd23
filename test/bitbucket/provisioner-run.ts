import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';
import { TestFolder } from '../support/test-certificates';
import { BASE_URL, FakeBitbucket } from './fake-bitbucket';

const IMAGE = join(PROJECT, 'images/bitbucket-provisioner');
const LDAP_PASSWORD = 'ldap-secret-1';
export const ADMINISTRATOR_PASSWORD = 'admin-secret-1';
/** Python that makes the pauses between two looks short. */
export const SHORT_PAUSES = 'import time\nsleep = time.sleep\ntime.sleep = lambda seconds: sleep(seconds / 20)\n';

export interface Outcome {
  readonly status: number | null;
  readonly log: string[];
  /** What it failed with, without the name of the program. */
  readonly error: string;
}

/** A directory of provision.json, with the password in a file beside it. */
export interface Wanted {
  readonly name: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly checkboxes?: Readonly<Record<string, boolean>>;
  readonly password?: string;
  readonly authority?: string;
}

const FIELDS = {
  type: 'com.atlassian.crowd.directory.OpenLDAP',
  hostname: 'ldap',
  port: '636',
  ldapUserdn: 'cn=reader,dc=example,dc=com',
  ldapBasedn: 'dc=example,dc=com',
  ldapUserFilter: '(&(objectclass=inetorgperson)(mail="*"))',
};

interface Order {
  readonly before: string;
  readonly arguments: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

/** Python that stays for all runs of a test file: most of a run is to load it. */
class ForkedRuns {
  private readonly child = spawn('python3', ['-B', join(__dirname, 'forked-runs.py'), IMAGE]);
  private readonly statuses = createInterface(this.child.stdout)[Symbol.asyncIterator]();

  public async run(order: Order): Promise<number> {
    this.child.stdin.write(`${JSON.stringify(order)}\n`);
    const { value } = (await this.statuses.next()) as { value?: string };
    return Number(value);
  }

  public end(): void {
    this.child.stdin.end();
  }
}

let runs: ForkedRuns;
beforeAll(() => (runs = new ForkedRuns()));
afterAll(() => runs.end());

/** A fake server and folders for the program that talks to it. */
export class Provisioner {
  private readonly folder = new TestFolder();
  /** What is wanted besides directories; a value of `undefined` leaves the key out. */
  public settings: Record<string, unknown> = {};
  public directories: readonly Wanted[] = [];

  private constructor(public readonly fake: FakeBitbucket) {
    mkdirSync(this.path('state'));
    mkdirSync(this.path('files'));
    this.folder.write('files/administrator-password', `${ADMINISTRATOR_PASSWORD}\n`);
  }

  public static async start(): Promise<Provisioner> {
    return new Provisioner(await FakeBitbucket.start());
  }

  public async stop(): Promise<void> {
    this.folder.remove();
    await this.fake.stop();
  }

  public write(name: string, text: string): void {
    this.folder.write(name, text);
  }

  public path(name: string): string {
    return join(this.folder.path, name);
  }

  public get stateFile(): string {
    return this.path('state/state.json');
  }

  public get state(): string {
    return existsSync(this.stateFile) ? readFileSync(this.stateFile, 'utf8') : '';
  }

  /** A run; `before` is Python that it runs first, to make times short that are minutes otherwise. */
  public async run(before = ''): Promise<Outcome> {
    this.writeSettings();
    const [stdout, stderr] = [this.path('stdout'), this.path('stderr')];
    const status = await runs.run({ before, arguments: this.arguments(), stdout, stderr });
    return this.outcome(status, readFileSync(stdout, 'utf8'), readFileSync(stderr, 'utf8'));
  }

  /** A run of the program itself, which gets SIGTERM as soon as it says `signalAt`. */
  public async runProgram({ arguments: given = this.arguments(), signalAt = '' } = {}): Promise<Outcome> {
    this.writeSettings();
    const child = spawn(join(IMAGE, 'provision'), given);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (signalAt !== '' && stdout.includes(signalAt)) child.kill('SIGTERM');
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return this.outcome(status, stdout, stderr);
  }

  private outcome(status: number | null, stdout: string, stderr: string): Outcome {
    for (const secret of [ADMINISTRATOR_PASSWORD, LDAP_PASSWORD, 'of-the-session']) {
      expect(stdout + stderr + this.state).not.toContain(secret);
    }
    const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
    return {
      status,
      log: lines(stdout).map((line) => line.replace(/^provision: /, '')),
      error: lines(stderr)
        .join('\n')
        .replace(/^provision: /, '')
        .replaceAll(this.fake.url, 'SERVER')
        .replaceAll(this.folder.path, 'FOLDER'),
    };
  }

  /** A run that must succeed. */
  public async succeed(before = ''): Promise<string[]> {
    const { status, log, error } = await this.run(before);
    expect([status, error]).toEqual([0, '']);
    expect(log.at(-1)).toBe('all is as wanted');
    return log;
  }

  /** The one sentence that a run fails with. */
  public async fail(before = ''): Promise<string> {
    const { status, error, log } = await this.run(before);
    expect(status).toBe(1);
    expect(error).not.toContain('\n');
    expect(log).not.toContain('all is as wanted');
    return error;
  }

  private arguments(): string[] {
    return ['--files', this.path('files'), '--state', this.path('state')];
  }

  private writeSettings(): void {
    const directories = this.directories.map(({ name, fields, checkboxes, ...given }, index) => {
      this.folder.write(`files/password-${index}`, given.password ?? LDAP_PASSWORD);
      this.folder.write(`files/ca-${index}.pem`, given.authority ?? 'the authority');
      return {
        path: 'ldap',
        name,
        fields: { ...FIELDS, ...fields },
        checkboxes: { useSSL: true, ldapSecure: true, nestedGroupsEnabled: false, ...checkboxes },
        passwordFile: `password-${index}`,
        authorityFile: `ca-${index}.pem`,
      };
    });
    const settings = {
      server: this.fake.url,
      baseUrl: BASE_URL,
      login: 'basic',
      administrator: { username: 'admin', passwordFile: 'administrator-password' },
      directories,
      permissions: {},
      waitForRunning: 5,
      waitForSynchronisation: 5,
      requestTimeout: 5,
      ...this.settings,
    };
    this.folder.write('files/provision.json', JSON.stringify(settings));
  }
}
