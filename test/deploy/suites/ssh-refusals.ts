import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { command, succeed } from '../support/command';
import { SshClient } from '../support/ssh-client';
import type { Stack } from '../support/stack';

const SENTENCE = 'git-ssh: no such repository, or no access to it';

/** What writer, who may push to demo/hello, may ask for in vain: other programs, other repositories, and tricks. */
const COMMANDS = [
  'id',
  'sh -c id',
  'git-shell',
  'git',
  'scp -t /tmp',
  'git-receive-pack',
  'git-upload-pack',
  "git-upload-pack '",
  "git-upload-pack ''",
  "git-upload-pack '/'",
  "git-upload-pack '/demo/private.git'",
  "git-receive-pack '/demo/private.git'",
  "git-receive-pack '../..'",
  "git-upload-pack '/demo/../demo/hello.git'",
  "git-upload-pack '//demo/hello.git'",
  "git-upload-pack '/demo//hello.git'",
  "git-upload-pack '/demo/hello.git/'",
  "git-upload-pack '/demo/hello.git.git'",
  "git-upload-pack '/DEMO/hello.git'",
  "git-upload-pack '/var/lib/git-repositories/demo/hello.git'",
  "git-upload-pack '~/demo/hello.git'",
  "git-upload-pack '/demo/*.git'",
  "git-upload-pack '/demo/hello.git'; id",
  "git-upload-pack '/demo/hello.git' ; id ; echo '",
  "git-upload-pack '/demo/hello.git' && id",
  "git-upload-pack '/demo/hello.git'\nid",
  "git-upload-pack '/demo/hello.git\nid'",
  "git-upload-pack '/demo/hello.git\tread'",
  "git-upload-pack '$(id)'",
  "git-upload-pack '`id`'",
  "git-upload-pack --strict '/demo/hello.git'",
  "git-upload-pack '--help'",
  'git-upload-pack /demo/hello.git',
  'git-upload-pack "/demo/hello.git"',
  "git upload-pack '/demo/hello.git'",
  " git-upload-pack '/demo/hello.git'",
  "git-upload-archive '/demo/hello.git'",
  "GIT_TRACE=1 git-upload-pack '/demo/hello.git'",
  'account dWlkPXdyaXRlcg== d3JpdGVy',
];

/** No other accounts, no other repositories, no shell, no forwarding. */
export function sshRefusals(stack: Stack): void {
  const folder = mkdtempSync(join(tmpdir(), 'ssh-refusals-'));
  const clients: SshClient[] = [];
  const as = (user: string): SshClient => {
    const client = new SshClient(stack, user);
    clients.push(client);
    return client;
  };
  afterAll(() => {
    clients.forEach((client) => client.remove());
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['outsider', 'demo/hello'],
    ['writer', 'demo/private'],
    ['writer', 'demo/undeclared'],
    ['admin', 'demo/hello'],
  ])('%s gets one sentence for %s, whether it exists or not', async (user, repository) => {
    const { status, output } = await as(user).ssh([], `git-upload-pack '/${repository}.git'`);
    expect(output.trim()).toBe(SENTENCE);
    expect(status).toBe(1);
  });

  test("reader's push is refused, before anything is sent", async () => {
    const git = as('reader');
    await git.clone('demo/hello', 'hello');
    await git.commit('hello', 'refused.bin');
    const { status, output } = await git.git(['push'], 'hello');
    expect(output).toContain(SENTENCE);
    expect(status).not.toBe(0);
  });

  test.each(COMMANDS)('writer gets nothing by %j', async (remote) => {
    const { status, output } = await as('writer').ssh([], remote, '0000');
    expect(output).toMatch(/^git-ssh: /);
    expect(output).not.toMatch(/uid=|refs\/heads|usage/);
    expect(status).toBe(1);
  });

  test('no shell, and nothing of what is typed into it', async () => {
    const { status, output } = await as('writer').ssh(['-T'], undefined, 'id\nexit 0\n');
    expect(output.trim()).toBe('git-ssh: this is for git clone, fetch and push alone');
    expect(status).toBe(1);
  });

  test('no terminal', async () => {
    const { status, output } = await as('writer').ssh(['-tt']);
    expect(output).toContain('PTY allocation request failed');
    expect(status).toBe(255);
  });

  test('no subsystem', async () => {
    const { status, output } = await as('writer').ssh(['-s'], 'sftp');
    expect(output).toContain('subsystem request failed');
    expect(status).not.toBe(0);
  });

  test('a key that the directory does not have', async () => {
    const key = join(folder, 'stranger');
    await succeed('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const { hostname } = new URL(stack.sshUrl);
    const { status, output } = await command('ssh', [
      '-F',
      join(stack.folder, 'ssh_config'),
      '-i',
      key,
      '-o',
      'BatchMode=yes',
      hostname,
      "git-upload-pack '/demo/hello.git'",
    ]);
    expect(output).toContain('Permission denied (publickey)');
    expect(status).toBe(255);
  });

  test.each(['root', 'writer', 'sshd'])('no other user than git: %s', async (user) => {
    const { status, output } = await as('writer').ssh(['-l', user], "git-upload-pack '/demo/hello.git'");
    expect(output).toContain('Permission denied (publickey)');
    expect(status).toBe(255);
  });

  test('the right password is no way in: nothing but keys is offered', async () => {
    const askPass = join(folder, 'askpass');
    writeFileSync(join(folder, 'password'), `${stack.password('writer')}\n`, { mode: 0o600 });
    writeFileSync(askPass, `#!/bin/sh\necho asked >>"${folder}/asked"\ncat "${folder}/password"\n`, { mode: 0o700 });
    const { hostname } = new URL(stack.sshUrl);
    const { status, output } = await command(
      'ssh',
      [
        '-F',
        join(stack.folder, 'ssh_config'),
        '-o',
        'PubkeyAuthentication=no',
        '-o',
        'PreferredAuthentications=password,keyboard-interactive,hostbased,gssapi-with-mic',
        hostname,
        'id',
      ],
      { env: { SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' } },
    );
    expect(output).toContain('Permission denied (publickey)');
    expect(status).toBe(255);
    expect((await command('cat', [join(folder, 'asked')])).status).not.toBe(0);
  });

  describe('forwarding', () => {
    const UPLOAD = "git-upload-pack '/demo/hello.git'";

    /** Keeps a connection of writer's with a session at work, and forwards, while `use` looks at them. */
    async function connected(options: readonly string[], use: () => Promise<void>): Promise<string> {
      const session = spawn('ssh', as('writer').sshArguments(['-v', ...options], UPLOAD));
      let said = '';
      session.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const closed = new Promise((resolve) => session.once('close', resolve));
      await Promise.race([new Promise((resolve) => session.stdout.once('data', resolve)), closed]);
      await use();
      session.stdin.end('0000');
      await closed;
      return said;
    }
    const fetched = (...options: readonly string[]): Promise<{ status: number; output: string }> =>
      command('curl', ['--silent', '--show-error', '--max-time', '10', '--noproxy', '', ...options]);

    test('-W: the Git server is out of reach', async () => {
      const { status, output } = await as('writer').ssh(['-W', 'git:7990'], undefined, 'GET /status HTTP/1.0\r\n\r\n');
      expect(output).toContain('administratively prohibited');
      expect(output).not.toContain('RUNNING');
      expect(status).not.toBe(0);
    });

    test('-L: nothing comes through', async () => {
      const said = await connected(['-L', '127.0.0.1:28431:git:7990'], async () => {
        const { status, output } = await fetched('http://127.0.0.1:28431/status');
        expect(output).not.toContain('RUNNING');
        expect([52, 56]).toContain(status);
      });
      expect(said).toContain('administratively prohibited');
    });

    test('-L to a socket: nothing comes through', async () => {
      const path = '/tmp/probe.socket';
      const perl = (code: string): string[] => [stack.container('git-ssh'), 'perl', '-MIO::Socket::UNIX', '-e', code];
      const serve = `alarm 30; $s = IO::Socket::UNIX->new(Local => '${path}', Listen => 5) or die; while ($c = $s->accept) { print $c "HTTP/1.0 200 RUNNING\\r\\n\\r\\n"; close $c }`;
      const ask = `print IO::Socket::UNIX->new('${path}')->getline`;
      await succeed('docker', ['exec', '--detach', ...perl(serve)]);
      await sleep(500);
      expect(await succeed('docker', ['exec', ...perl(ask)])).toContain('RUNNING');
      await connected(['-L', `127.0.0.1:28432:${path}`], async () => {
        const { status, output } = await fetched('--include', 'http://127.0.0.1:28432/');
        expect(output).not.toContain('RUNNING');
        expect([52, 56]).toContain(status);
      });
      await succeed('docker', ['exec', stack.container('git-ssh'), 'rm', path]);
    });

    test('-D: nothing comes through', async () => {
      await connected(['-D', '127.0.0.1:28433'], async () => {
        const { status, output } = await fetched('--socks5-hostname', '127.0.0.1:28433', 'http://git:7990/status');
        expect(output).not.toContain('RUNNING');
        expect(status).toBe(97);
      });
    });

    test('-R: the server listens on no other port', async () => {
      const before = await listening();
      const said = await connected(['-R', '28434:127.0.0.1:22', '-R', '/tmp/socket:127.0.0.1:22'], async () => {
        await sleep(500);
        expect(await listening()).toBe(before);
        expect(await sockets()).toBe('');
      });
      expect(said).toMatch(/remote port forwarding failed for listen port 28434/i);
      expect(said).toMatch(/remote port forwarding failed for listen path/i);
    });

    test('-A: no socket for an agent', async () => {
      const agent = await succeed('ssh-agent', ['-s']);
      const socket = /SSH_AUTH_SOCK=([^;]+)/.exec(agent)?.[1] ?? '';
      const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(agent)?.[1]);
      try {
        await connected(['-A', '-o', `IdentityAgent=${socket}`], async () => {
          expect(await sockets()).toBe('');
        });
      } finally {
        process.kill(pid);
      }
    });

    test('-X: no display', async () => {
      const before = await listening();
      await connected(['-X', '-o', 'ForwardX11Timeout=0'], async () => expect(await listening()).toBe(before));
    });

    /** What listens in the container, by address and port as /proc has them. */
    async function listening(): Promise<string> {
      const table = await succeed('docker', [
        'exec',
        stack.container('git-ssh'),
        'cat',
        '/proc/net/tcp',
        '/proc/net/tcp6',
      ]);
      const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
      return rows
        .filter((fields) => fields[3] === '0A')
        .map((fields) => fields[1])
        .sort()
        .join(' ');
    }

    /** But the one that the Git server answers on. */
    function sockets(): Promise<string> {
      const find = ['find', '/tmp', '/run', '-type', 's', '!', '-path', '/run/git-access/socket'];
      return succeed('docker', ['exec', stack.container('git-ssh'), ...find]);
    }
  });

  test("sshd's own view of its configuration", async () => {
    const text = await succeed('docker', [
      'exec',
      stack.container('git-ssh'),
      '/usr/sbin/sshd',
      '-T',
      '-f',
      '/files/current/sshd_config',
    ]);
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'authenticationmethods publickey',
        'passwordauthentication no',
        'kbdinteractiveauthentication no',
        'hostbasedauthentication no',
        'permitemptypasswords no',
        'permitrootlogin no',
        'disableforwarding yes',
        'allowtcpforwarding no',
        'allowagentforwarding no',
        'allowstreamlocalforwarding no',
        'x11forwarding no',
        'permittunnel no',
        'gatewayports no',
        'permittty no',
        'permituserrc no',
        'permituserenvironment no',
        'allowusers git',
        'authorizedkeysfile none',
        'trustedusercakeys none',
        'usepam no',
        'channeltimeout *=10m',
        'unusedconnectiontimeout 300',
      ]),
    );
    expect(text).not.toMatch(/^subsystem/m);
    const offered = /^(kexalgorithms|ciphers|macs|hostkeyalgorithms|pubkeyacceptedalgorithms) .*$/gm;
    const algorithms = text.match(offered)?.join('\n') ?? '';
    expect(algorithms.split('\n')).toHaveLength(5);
    expect(algorithms).not.toMatch(/sha1|-cbc|diffie-hellman|ssh-dss|ssh-rsa|-cert-/);
    expect(algorithms).toMatch(/^kexalgorithms mlkem768x25519-sha256,/m);
  });

  test('it runs as nobody special: no capability, no way to get one, a read-only root', async () => {
    const status = await succeed('docker', ['exec', stack.container('git-ssh'), 'cat', '/proc/1/status']);
    expect(status).toMatch(/^Uid:\t10001\t10001\t10001\t10001$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^CapBnd:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect((await command('docker', ['exec', stack.container('git-ssh'), 'touch', '/opt/x'])).status).not.toBe(0);
  });
}
