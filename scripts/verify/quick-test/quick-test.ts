import type { DirectoryOutput } from '../../../stacks/directory-outputs';
import type { Dialler, FoundEntry } from './directory-reader';
import { bindHint } from './error-hints';
import { describeChanges } from './incremental';
import { findGroups } from './members';
import { findUser, findUsers } from './people';
import { describeGroupsOf } from './user-groups';

/** One line of `verify`. */
export interface Outcome {
  readonly passed: boolean;
  readonly text: string;
}

/** Names of accounts and their passwords, as far as they are known. */
export type Accounts = ReadonlyMap<string, string>;

interface Step {
  readonly what: string;
  /** Gives what there is to say, undefined where the step is none of this directory's. */
  run(): Promise<string | undefined>;
  /** Whether nothing after it makes sense where it fails. */
  readonly isNeeded?: boolean;
}

/**
 * What Atlassian's "Quick Test" does with a directory, step by step: connect, TLS, log in, find users and groups as the
 * settings say, one user's groups, that user's login. Nothing is written, and no secret is in what it says.
 */
export class QuickTest {
  private users: readonly FoundEntry[] = [];
  private user: { readonly name: string; readonly entry: FoundEntry } | undefined;

  /** @param accounts whose groups and logins may be looked at, the first that the directory knows */
  public constructor(
    private readonly directory: DirectoryOutput,
    private readonly dialler: Dialler,
    private readonly accounts: Accounts,
  ) {}

  /** The account that this directory knows, once it has run. */
  public get knownAccount(): string | undefined {
    return this.user !== undefined && this.accounts.has(this.user.name) ? this.user.name : undefined;
  }

  public async *run(): AsyncGenerator<Outcome> {
    try {
      for (const step of this.steps()) {
        const started = performance.now();
        const outcome = await this.outcome(step, started);
        if (outcome !== undefined) yield outcome;
        if (outcome?.passed === false && step.isNeeded === true) return;
      }
    } finally {
      await this.dialler.close();
    }
  }

  private steps(): readonly Step[] {
    const { hostname, port, secure, username, incrementalSynchronisation } = this.directory;
    const { dialler, directory } = this;
    return [
      { what: `connects to ${hostname}:${port}`, isNeeded: true, run: () => dialler.connect() },
      { what: secure === 'ssl' ? 'speaks TLS' : 'speaks StartTLS', isNeeded: true, run: () => dialler.secure() },
      { what: `lets ${username} in`, isNeeded: true, run: () => this.bind() },
      { what: 'has users', run: () => this.findUsers() },
      { what: 'has groups', run: async () => (await findGroups(dialler.reader, directory)).text },
      { what: 'knows the groups of a user', run: () => this.groupsOfOne() },
      ...(incrementalSynchronisation ? [{ what: 'shows changes', run: () => this.changes() }] : []),
      // Last, because the connection is that user's afterwards.
      { what: 'lets a user in', run: () => this.login() },
    ];
  }

  private async outcome(step: Step, started: number): Promise<Outcome | undefined> {
    const title = `directory ${this.directory.name}: ${step.what}`;
    try {
      const text = await step.run();
      if (text === undefined) return undefined;
      const detail = text === '' ? '' : `: ${text}`;
      return { passed: true, text: `${title}${detail} [${Math.round(performance.now() - started)} ms]` };
    } catch (error) {
      return { passed: false, text: `${title}: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  private async bind(): Promise<string> {
    const { username, password } = this.directory;
    try {
      await this.dialler.reader.bind(username, password);
      return '';
    } catch (error) {
      throw new Error(bindHint('the account', error), { cause: error });
    }
  }

  private async findUsers(): Promise<string> {
    const { entries, text } = await findUsers(this.dialler.reader, this.directory);
    this.users = entries;
    return text;
  }

  private changes(): Promise<string | undefined> {
    // Without users, why there are none has been said.
    if (this.users.length === 0) return Promise.resolve(undefined);
    return describeChanges(this.dialler.reader, this.directory);
  }

  /** Of the first account that is known here; else of the first user that was found. */
  private async groupsOfOne(): Promise<string | undefined> {
    const { reader } = this.dialler;
    if (this.users.length === 0) return undefined;
    for (const name of this.accounts.keys()) {
      const entry = await findUser(reader, this.directory, name);
      if (entry !== undefined) this.user ??= { name, entry };
      if (this.user !== undefined) break;
    }
    this.user ??= await this.anybody();
    if (this.user === undefined) return undefined;
    return describeGroupsOf(reader, this.directory, this.user.name, this.user.entry);
  }

  private async anybody(): Promise<typeof this.user> {
    const attribute = this.directory.schema.userNameAttribute;
    const [name] = this.users.flatMap((user) => user.values(attribute).slice(0, 1));
    const entry = name === undefined ? undefined : await findUser(this.dialler.reader, this.directory, name);
    return name === undefined || entry === undefined ? undefined : { name, entry };
  }

  private async login(): Promise<string | undefined> {
    const password = this.user === undefined ? undefined : this.accounts.get(this.user.name);
    if (this.user === undefined || password === undefined) return undefined;
    const { name, entry } = this.user;
    try {
      await this.dialler.reader.bind(entry.dn, password);
      return `${name}, as ${entry.dn}`;
    } catch (error) {
      throw new Error(bindHint(`${name} (${entry.dn})`, error), { cause: error });
    }
  }
}
