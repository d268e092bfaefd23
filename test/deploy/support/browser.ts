import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { succeed } from './command';
import type { Stack } from './stack';

/** Headless Chromium that trusts the CA as a user's would: in its certificate database, with no flag about errors. */
export class Browser {
  /** As one account of a stack. */
  public static async open(stack: Stack, user: string): Promise<Browser> {
    const home = mkdtempSync(join(tmpdir(), 'browser-'));
    const database = join(home, '.pki/nssdb');
    mkdirSync(database, { recursive: true });
    await succeed('certutil', ['-d', `sql:${database}`, '-N', '--empty-password']);
    await succeed('certutil', ['-d', `sql:${database}`, '-A', '-t', 'C,,', '-n', 'test CA', '-i', stack.caFile]);
    const context = await chromium.launchPersistentContext(join(home, 'profile'), {
      executablePath: '/usr/bin/chromium',
      env: { ...process.env, HOME: home },
      httpCredentials: { username: user, password: stack.password(user) },
      // Chromium's own sandbox does not start as root.
      chromiumSandbox: false,
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    return new Browser(context, home);
  }

  private constructor(
    public readonly context: BrowserContext,
    private readonly home: string,
  ) {}

  public async close(): Promise<void> {
    await this.context.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}
