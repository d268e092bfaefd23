import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeed } from './command';
import { curlWith, type CurlOptions, type Reply } from './curl';

/** The stock curl and git for a topology that a test declared: its CA and its accounts, in a folder of their own. */
export class AdHocClient {
  public readonly folder = mkdtempSync(join(tmpdir(), 'client-'));
  private users: Readonly<Record<string, string>> = {};

  public use(caPem: string, users: Readonly<Record<string, string>>): void {
    writeFileSync(this.caFile, caPem);
    this.users = users;
  }

  public get caFile(): string {
    return join(this.folder, 'ca.pem');
  }

  public password(user: string): string {
    return this.users[user] ?? '';
  }

  public curl(url: string, options: CurlOptions = {}): Promise<Reply> {
    return curlWith(this.caFile, (user) => this.password(user), url, options);
  }

  /** Runs git as one account, for what must succeed. */
  public git(user: string, ...args: readonly string[]): Promise<string> {
    const script = join(this.folder, `askpass-${user}`);
    writeFileSync(script, `#!/bin/sh\ncase $1 in User*) echo ${user} ;; *) echo '${this.password(user)}' ;; esac\n`, {
      mode: 0o700,
    });
    return succeed('git', ['-c', `http.sslCAInfo=${this.caFile}`, '-c', 'credential.helper=', ...args], {
      cwd: this.folder,
      env: { GIT_ASKPASS: script, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null', GIT_SSL_CAINFO: undefined },
    });
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
