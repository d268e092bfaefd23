import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { command, npmRun, succeed } from '../support/command';
import { Directory } from '../support/directory';
import { GitClient } from '../support/git-client';
import { SshClient } from '../support/ssh-client';
import type { Stack } from '../support/stack';

const BACK_WITHIN_SECONDS = 30;
/** Tomcat's own start, on a machine that does other things, too. */
const SERVER_BACK_WITHIN_SECONDS = 60;
const PUSH_MEGABYTES = process.env.TEST_SCALE === 'full' ? 200 : 20;
const PEOPLE = 'ou=people,dc=example,dc=com';

/** Git over SSH with the stock clients: what it serves, and that accounts and grants are the directory's at that moment. */
export function ssh(stack: Stack): void {
  const directory = new Directory(stack);
  const clients: { remove(): void }[] = [];
  const as = (user: string): SshClient => {
    const client = new SshClient(stack, user);
    clients.push(client);
    return client;
  };
  const https = (user: string): GitClient => {
    const client = new GitClient(stack, user);
    clients.push(client);
    return client;
  };
  const container = (): string => stack.container('git-ssh');
  const publicKey = async (user: string): Promise<string> =>
    (await succeed('ssh-keygen', ['-y', '-f', stack.sshKeyFile(user)])).trim();
  const head = async (): Promise<string> =>
    (await as('reader').ok(['ls-remote', stack.sshCloneUrl('demo/hello'), 'refs/heads/main'])).slice(0, 40);
  const isServed = async (user: string): Promise<boolean> =>
    (await as(user).git(['ls-remote', stack.sshCloneUrl('demo/hello')])).status === 0;
  const untilServed = async (user: string, seconds = BACK_WITHIN_SECONDS): Promise<void> => {
    const deadline = Date.now() + seconds * 1000;
    while (!(await isServed(user))) {
      if (Date.now() > deadline) throw new Error(`not served within ${seconds} s`);
      await sleep(500);
    }
  };
  afterAll(() => clients.forEach((client) => client.remove()));

  test('what writer pushes over HTTPS, reader gets over SSH', async () => {
    const web = https('writer');
    await web.clone('demo/hello', 'hello');
    const commit = await web.commitRandom('hello', 'by-https.bin', 1);
    await web.ok(['push'], 'hello');
    const git = as('reader');
    await git.clone('demo/hello', 'hello');
    expect((await git.ok(['rev-parse', 'HEAD'], 'hello')).trim()).toBe(commit);
  });

  test('shallow and partial clones, by version 2 of the protocol', async () => {
    const git = as('reader');
    await git.clone('demo/hello', 'shallow', '--depth=1');
    expect((await git.ok(['rev-list', '--count', 'HEAD'], 'shallow')).trim()).toBe('1');
    await git.clone('demo/hello', 'partial', '--filter=blob:none', '--no-checkout');
    expect(await git.ok(['rev-list', '--objects', '--missing=print', 'HEAD'], 'partial')).toMatch(/^\?/m);
    await git.ok(['checkout', 'main'], 'partial');
    const { output } = await command(
      'ssh',
      as('reader').sshArguments(['-o', 'SetEnv=GIT_PROTOCOL=version=2'], "git-upload-pack '/demo/hello.git'"),
      { input: '0000' },
    );
    expect(output).toContain('version 2');
  });

  test('pushes over both ways at once: all arrive, and the repository is whole', async () => {
    // Other branches each time: the stack may be one that was tested before.
    const run = Date.now();
    const pushes = [1, 2, 3, 4]
      .map((index) => `${run}-${index}`)
      .flatMap((number) => [
        async (): Promise<string> => {
          const git = as('writer');
          await git.clone('demo/hello', 'hello', '--depth=1');
          await git.ok(['checkout', '-b', `ssh-${number}`], 'hello');
          const commit = await git.commit('hello', `ssh-${number}.bin`, 512);
          await git.ok(['push', '-u', 'origin', `ssh-${number}`], 'hello');
          return commit;
        },
        async (): Promise<string> => {
          const git = https('writer');
          await git.ok(['clone', '--depth=1', stack.cloneUrl('demo/hello'), 'hello']);
          await git.ok(['checkout', '-b', `https-${number}`], 'hello');
          const commit = await git.commitRandom('hello', `https-${number}.bin`, 1);
          await git.ok(['push', '-u', 'origin', `https-${number}`], 'hello');
          return commit;
        },
      ]);
    const commits = await Promise.all(pushes.map((push) => push()));
    const git = as('reader');
    const refs = await git.ok(['ls-remote', '--heads', stack.sshCloneUrl('demo/hello')]);
    for (const commit of commits) expect(refs).toContain(commit);
    await succeed('docker', [
      'exec',
      stack.container('git'),
      'git',
      '-C',
      '/var/lib/git-repositories/demo/hello.git',
      'fsck',
      '--strict',
    ]);
  });

  test('more clones at once than there are places: all are served', async () => {
    const git = as('reader');
    const folders = Array.from({ length: 30 }, (_, number) => `clone-${number}`);
    await Promise.all(folders.map((folder) => git.clone('demo/hello', folder, '--depth=1', '--bare')));
    const heads = await Promise.all(folders.map((folder) => git.ok(['rev-parse', 'HEAD'], folder)));
    expect(new Set(heads).size).toBe(1);
  });

  test('a group given and taken counts at once', async () => {
    const git = as('reader');
    await git.clone('demo/hello', 'hello');
    await git.commit('hello', 'by-reader.bin');
    const reader = `member: uid=reader,${PEOPLE}`;
    expect((await git.git(['push'], 'hello')).output).toContain('no such repository, or no access to it');
    await directory.member('git-writers', 'add', reader);
    try {
      await git.ok(['push'], 'hello');
    } finally {
      await directory.member('git-writers', 'delete', reader);
    }
    await git.commit('hello', 'by-reader-too.bin');
    expect((await git.git(['push'], 'hello')).status).not.toBe(0);
  });

  describe('keys as they are found in directories', () => {
    afterEach(async () => directory.keys(`uid=reader,${PEOPLE}`, await publicKey('reader')));

    test.each([
      ['without a comment', (key: string): string[] => [key]],
      ['with a comment', (key: string): string[] => [`${key} reader@desk top`]],
      ['with a comment in UTF-8', (key: string): string[] => [`${key} Jörg's "desk" \\ *)(uid=*`]],
      ['with a newline at the end', (key: string): string[] => [`${key} a\n`]],
      [
        'among others',
        (key: string): string[] => [`ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7 old`, `${key} new`, 'no key at all'],
      ],
    ])('%s', async (_, values) => {
      await directory.keys(`uid=reader,${PEOPLE}`, ...values(await publicKey('reader')));
      expect(await isServed('reader')).toBe(true);
    });

    test("another account's key in a comment is not that account's: both log in as themselves", async () => {
      const [mine, others] = await Promise.all([publicKey('reader'), publicKey('writer')]);
      await directory.keys(`uid=reader,${PEOPLE}`, `${mine} ${others}`, `${others}x`);
      expect([await isServed('reader'), await isServed('writer')]).toEqual([true, true]);
    });

    test('a key of two accounts logs in neither, and the log says so', async () => {
      await directory.keys(`uid=reader,${PEOPLE}`, `${await publicKey('writer')} mine, too`);
      expect(await isServed('writer')).toBe(false);
      const log = await succeed('docker', ['logs', '--since', '1m', container()]);
      expect(log).toContain('more than one account has this key');
    });

    test('a key that is taken away logs nobody in', async () => {
      await directory.keys(`uid=reader,${PEOPLE}`);
      expect(await isServed('reader')).toBe(false);
    });
  });

  describe('names that mean something to filters, shells and LDIF', () => {
    const nasty = [
      '*)(uid=*',
      'a, b + "c" \\ <d>;',
      ' leading and trailing ',
      '#hash',
      'Jürgen 漢字',
      'two\nlines',
      "$(id) `id` '; id",
      '\\2a',
    ];
    const dnOf = (uid: string): string =>
      `uid=${[...Buffer.from(uid)].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join('')},${PEOPLE}`;

    test.each(nasty)('%j is served by its groups and by no other', async (uid) => {
      // The key is writer's for once, and writer has none.
      const key = await publicKey('writer');
      const dn = dnOf(uid);
      const base64 = (text: string): string => Buffer.from(text).toString('base64');
      await directory.keys(`uid=writer,${PEOPLE}`);
      await directory.change(
        `dn:: ${base64(dn)}\nchangetype: add\nobjectClass: inetOrgPerson\nobjectClass: ldapPublicKey\n` +
          `uid:: ${base64(uid)}\ncn: x\nsn: x\nsshPublicKey: ${key} x\n`,
      );
      try {
        expect(await isServed('writer')).toBe(false);
        await directory.member('git-readers', 'add', `member:: ${base64(dn)}`);
        expect(await isServed('writer')).toBe(true);
        const { output } = await as('writer').git(['ls-remote', stack.sshCloneUrl('demo/private')]);
        expect(output).toContain('no access to it');
      } finally {
        await directory.remove(dn);
        await directory.keys(`uid=writer,${PEOPLE}`, key);
      }
      expect(await isServed('writer')).toBe(true);
    });
  });

  test('each session has a line in the log, and the checks of the health have none', async () => {
    const since = new Date().toISOString();
    await isServed('reader');
    await isServed('outsider');
    await sleep(12_000);
    const lines = (await succeed('docker', ['logs', '--since', since, container()])).trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^\S+Z git-ssh: \S+ reader git-upload-pack demo\/hello: status 0 after \d+ s$/),
      expect.stringMatching(/^\S+Z git-ssh: \S+ outsider git-upload-pack '\/demo\/hello.git': refused, no such/),
    ]);
  });

  test('without the directory nobody logs in, the log says why, and afterwards everybody does at once', async () => {
    const since = new Date().toISOString();
    await succeed('docker', ['stop', stack.container('ldap')]);
    try {
      // More than what would lock an address out, were failures counted.
      for (let tries = 0; tries < 8; tries++) expect(await isServed('reader')).toBe(false);
    } finally {
      await succeed('docker', ['start', stack.container('ldap')]);
    }
    expect(await succeed('docker', ['logs', '--since', since, container()])).toContain('the directory did not answer');
    await untilServed('reader');
  });

  test.each(['stop', 'kill'])(
    'without the Git server (%s) nobody logs in, the log says so, and afterwards everybody does at once',
    async (how) => {
      const since = new Date().toISOString();
      await succeed('docker', [how, stack.container('git')]);
      try {
        for (let tries = 0; tries < 3; tries++) expect(await isServed('reader')).toBe(false);
        // What its health is judged by.
        const check = await command('docker', ['exec', container(), '/opt/git-ssh/check-sshd']);
        expect(check.status).toBe(0);
      } finally {
        await succeed('docker', ['start', stack.container('git')]);
      }
      expect(await succeed('docker', ['logs', '--since', since, container()])).toContain(
        'the Git server did not answer',
      );
      await untilServed('reader', SERVER_BACK_WITHIN_SECONDS);
    },
  );

  test('the socket answers SSH alone, and the ports answer nothing of it', async () => {
    const ask = async (...args: readonly string[]): Promise<string> =>
      succeed('docker', [
        ...['exec', stack.container('git'), 'curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}'],
        ...args,
      ]);
    const socket = ['--unix-socket', '/run/git-access/socket'];
    expect(await ask(...socket, 'http://git-server/licensed')).toBe('200');
    for (const path of ['/', '/status', '/scm/demo/hello.git/info/refs?service=git-upload-pack', '/key', '/access']) {
      expect(await ask(...socket, `http://git-server${path}`)).toBe('404');
    }
    for (const path of ['/key?type=a&key=b', '/access', '/licensed']) {
      expect(await ask(`http://127.0.0.1:7990${path}`)).toBe('401');
    }
    const mode = await succeed('docker', [
      'exec',
      stack.container('git'),
      'stat',
      '-c',
      '%a %u',
      '/run/git-access',
      '/run/git-access/socket',
    ]);
    expect(mode).toBe('700 10001\n600 10001\n');
  });

  test('the container of SSH has neither the directory on its networks nor a password of it', async () => {
    const networks = await succeed('docker', [
      'inspect',
      '--format',
      '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}',
      container(),
    ]);
    expect(networks).not.toContain('directory');
    const files = await succeed('docker', ['exec', container(), 'find', '/files/current/', '-type', 'f']);
    expect(files).not.toMatch(/directories|password/);
  });

  test('a session at work ends in peace when the container stops, and no new one starts', async () => {
    const session = spawn('ssh', as('reader').sshArguments([], "git-upload-pack '/demo/hello.git'"));
    await new Promise((resolve, reject) => {
      session.stdout.once('data', resolve);
      session.once('close', (status) => reject(new Error(`the session ended with ${status}`)));
    });
    const started = Date.now();
    const stop = succeed('docker', ['stop', '--time', '60', container()]);
    await sleep(3000);
    expect(session.exitCode).toBeNull();
    expect(await isServed('reader')).toBe(false);
    const ended = new Promise<number | null>((resolve) => session.once('close', resolve));
    session.stdin.end('0000');
    expect(await ended).toBe(0);
    await stop;
    expect(Date.now() - started).toBeLessThan(15_000);
    await succeed('docker', ['start', container()]);
    await untilServed('reader');
  });

  test(`kill -9 of the main process: back within ${BACK_WITHIN_SECONDS} s`, async () => {
    const before = await head();
    const pid = (await succeed('docker', ['inspect', '--format', '{{.State.Pid}}', container()])).trim();
    process.kill(Number(pid), 'SIGKILL');
    await untilServed('reader');
    expect(await head()).toBe(before);
  });

  test(`writer clones, pushes ${PUSH_MEGABYTES} MB, and HTTPS has them`, async () => {
    const git = as('writer');
    await git.clone('demo/hello', 'hello');
    expect(readFileSync(join(git.folder, 'hello/README.md'), 'utf8')).toContain('# Hello');
    const commit = await git.commit('hello', 'by-ssh.bin', PUSH_MEGABYTES * 1024);
    await git.ok(['push'], 'hello');
    const web = https('reader');
    await web.clone('demo/hello', 'hello');
    expect((await web.ok(['rev-parse', 'HEAD'], 'hello')).trim()).toBe(commit);
    await web.ok(['fsck', '--strict'], 'hello');
  });

  test('another container has the same host keys', async () => {
    const known = readFileSync(join(stack.folder, 'known_hosts'), 'utf8');
    await succeed('docker', ['rm', '--force', container()]);
    expect((await npmRun('up', stack.name)).status).toBe(0);
    expect(readFileSync(join(stack.folder, 'known_hosts'), 'utf8')).toBe(known);
    expect(await isServed('reader')).toBe(true);
  });
}
