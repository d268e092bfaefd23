import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { clientTrusts, type ClientTrust } from '../../../scripts/stack/trust-lines';
import { readFileSync } from 'node:fs';
import { command, npmRun, succeed, type Result } from '../support/command';
import type { Stack } from '../support/stack';

/** Reads a URL as any Java program does. */
const READER = `
import java.net.URI;
class Reader {
    public static void main(String[] args) throws Exception {
        System.out.write(new URI(args[0]).toURL().openStream().readAllBytes());
        System.out.flush();
    }
}
`;

/** What `npm run trust` prints, run as it is printed, in a home of its own. */
export function trust(stack: Stack): void {
  const home = mkdtempSync(join(tmpdir(), 'trust-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const lines = (client: string): ClientTrust => {
    const { base_url: baseUrl } = stack.outputs;
    const all = clientTrusts({
      name: stack.container('').replace(/-$/, ''),
      baseUrl,
      caFile: stack.caFile,
      caPem: readFileSync(stack.caFile, 'utf8'),
    });
    const found = all.find((each) => each.client.startsWith(client));
    if (found === undefined) throw new Error(`no lines for ${client}`);
    return found;
  };
  /** A person's shell, without what this machine sets for its own clients. */
  const shell = (script: string): Promise<Result> =>
    command('sh', ['-euc', script], {
      cwd: home,
      env: {
        HOME: home,
        XDG_CONFIG_HOME: undefined,
        GIT_CONFIG_GLOBAL: undefined,
        GIT_SSL_CAINFO: undefined,
        CURL_CA_BUNDLE: undefined,
        SSL_CERT_FILE: undefined,
        SSL_CERT_DIR: undefined,
      },
    });
  const run = (all: readonly string[]): Promise<Result> => shell(all.join('\n'));

  test('is printed by npm run trust, line by line', async () => {
    const { status, output } = await npmRun('trust', stack.name);
    expect(status).toBe(0);
    for (const client of ['git', 'curl', 'Java', 'Chromium', 'Debian', 'Red Hat', 'macOS', 'Windows']) {
      for (const line of [...lines(client).trust, ...lines(client).undo]) expect(output).toContain(line);
    }
  });

  test('unknown arguments are refused, and --help answers', async () => {
    expect(await npmRun('trust', '--nosuch')).toMatchObject({ status: 1 });
    const { status, output } = await npmRun('trust', '--help');
    expect([status, output]).toEqual([0, expect.stringContaining('npm run trust [-- STACK]')]);
  });

  test('git', async () => {
    const { trust: trustGit, undo } = lines('git');
    const account = `reader:${encodeURIComponent(stack.password('reader'))}`;
    writeFileSync(
      join(home, 'credentials'),
      `${new URL(stack.outputs.base_url).origin.replace('//', `//${account}@`)}\n`,
    );
    chmodSync(join(home, 'credentials'), 0o600);
    const read = `git -c credential.helper='store --file=credentials' ls-remote ${stack.cloneUrl('demo/hello')}`;
    expect((await shell(read)).output).toMatch(/certificate/i);
    expect(await run(trustGit)).toEqual({ status: 0, output: '' });
    expect(await shell(read)).toMatchObject({
      status: 0,
      output: expect.stringContaining('refs/heads/main') as string,
    });
    expect(await run(undo)).toEqual({ status: 0, output: '' });
    expect((await shell(read)).output).toMatch(/certificate/i);
  });

  test('curl', async () => {
    const { status, output } = await run(lines('curl').trust.map((line) => line.replace(/^curl /, 'curl -sS ')));
    expect([status, output]).toEqual([0, expect.stringContaining('RUNNING')]);
  });

  test('Java, with the trust store of its JDK', async () => {
    // The JDK of the Git server's image, so that no JDK of this machine is touched.
    const image = (await succeed('docker', ['inspect', '--format', '{{.Image}}', stack.container('git')])).trim();
    const { trust: trustJava, undo } = lines('Java');
    writeFileSync(join(home, 'Reader.java'), READER);
    const java = `java /trust/Reader.java ${stack.outputs.base_url}/status`;
    const script = [`! ${java} 2>/dev/null`, ...trustJava, java, ...undo, `! ${java} 2>/dev/null`].join('\n');
    const { status, output } = await command('docker', [
      ...['run', '--rm', '--network', 'host', '--user', '0:0', '--entrypoint', 'sh'],
      ...['--add-host', `${new URL(stack.outputs.base_url).hostname}:127.0.0.1`],
      ...['--volume', `${home}/Reader.java:/trust/Reader.java:ro`, '--volume', `${stack.caFile}:${stack.caFile}:ro`],
      ...[image, '-euc', script],
    ]);
    expect(output).toContain('RUNNING');
    expect(status).toBe(0);
  });

  test('Chromium', async () => {
    const { trust: trustChromium, undo } = lines('Chromium');
    const visit = async (): Promise<string> => {
      const context = await chromium.launchPersistentContext(join(home, 'profile'), {
        executablePath: '/usr/bin/chromium',
        env: { ...process.env, HOME: home },
        // Chromium's own sandbox does not start as root.
        chromiumSandbox: false,
        args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      });
      try {
        const page = await context.newPage();
        const answer = await page.goto(`${stack.outputs.base_url}/status`);
        return (await answer?.text()) ?? '';
      } catch (error) {
        return String(error);
      } finally {
        await context.close();
      }
    };
    expect(await visit()).toContain('ERR_CERT_AUTHORITY_INVALID');
    expect((await run(trustChromium)).status).toBe(0);
    expect(await visit()).toContain('RUNNING');
    // Again, with the database there already.
    expect((await run(trustChromium)).status).toBe(0);
    expect((await run(undo)).status).toBe(0);
    expect(await visit()).toContain('ERR_CERT_AUTHORITY_INVALID');
  });
}
