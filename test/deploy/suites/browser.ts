import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { succeed } from '../support/command';
import type { Stack } from '../support/stack';

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the browser did not start');
  return value;
}

/** Headless Chromium that trusts the CA as a user's would: in its certificate database, with no flag about errors. */
export function browser(stack: Stack): void {
  const home = mkdtempSync(join(tmpdir(), 'browser-'));
  let context: BrowserContext | undefined;

  beforeAll(async () => {
    const database = join(home, '.pki/nssdb');
    mkdirSync(database, { recursive: true });
    await succeed('certutil', ['-d', `sql:${database}`, '-N', '--empty-password']);
    await succeed('certutil', ['-d', `sql:${database}`, '-A', '-t', 'C,,', '-n', 'test CA', '-i', stack.caFile]);
    context = await chromium.launchPersistentContext(join(home, 'profile'), {
      executablePath: '/usr/bin/chromium',
      env: { ...process.env, HOME: home },
      httpCredentials: { username: 'reader', password: stack.password('reader') },
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
  });

  afterAll(async () => {
    await context?.close();
    rmSync(home, { recursive: true, force: true });
  });

  test('the list of repositories, then a file of demo/hello', async () => {
    const page = await required(context).newPage();
    await page.goto(`${stack.outputs.base_url}/`);
    expect(await page.getByText('demo/private').count()).toBe(0);
    await page.getByRole('link', { name: 'demo/hello' }).click();
    await page.getByRole('link', { name: 'tree', exact: true }).first().click();
    await page.getByRole('link', { name: 'README.md', exact: true }).first().click();
    await page.getByText('A repository that the group git-readers may clone').first().waitFor();
    expect(page.url().startsWith(`${stack.outputs.base_url}/browse/demo/hello.git/`)).toBe(true);
  });
}
