import { setTimeout as sleep } from 'node:timers/promises';
import { illContainers } from '../../../scripts/stack/engine-objects';
import { BASE_DN } from '../../../stacks/demo-directory';
import { engineName } from '../../../stacks/settings';
import { command, npmRun, succeed } from '../support/command';
import { curl } from '../support/curl';
import { DirectoryServer } from '../support/directory-server';
import { measured } from '../support/measured';
import { SmallDisk } from '../support/small-disk';
import type { Stack } from '../support/stack';
import { Traffic } from '../support/traffic';
import { until } from '../support/until';

const IS_FULL = process.env.TEST_SCALE === 'full';
const SERVICES = ['git', 'proxy', 'ldap', 'git-ssh'] as const;
/** So often is the main process of each service killed. */
const KILLS = IS_FULL ? 50 : 1;
/** Milliseconds, some ten seconds for each. */
const KILLS_TAKE = KILLS * SERVICES.length * 10_000 + 60_000;
const BACK_WITHIN_SECONDS = 60;

/** Faults while pushes, clones and logins go on: what was acknowledged is there afterwards, and the next `up` exits 0. */
export function faultsUnderTraffic(stack: Stack): void {
  const docker = (...args: readonly string[]): Promise<string> => succeed('docker', args);
  const container = (service: string): string => stack.container(service);
  const pidOf = async (service: string): Promise<string> =>
    (await docker('inspect', '--format', '{{.State.Pid}}', container(service))).trim();
  const kill = async (service: string): Promise<void> => void process.kill(Number(await pidOf(service)), 'SIGKILL');
  const directory = (): DirectoryServer => new DirectoryServer(container('ldap'), stack.read('ca.pem'));
  const login = async (): Promise<number> =>
    (await curl(stack, `${stack.outputs.base_url}/`, { user: 'reader' }).catch(() => ({ status: 0 }))).status;

  /** Whether logins work and a push goes through, over both ways; the seconds that it took. */
  async function secondsUntilBack(traffic: Traffic): Promise<number> {
    const start = Date.now();
    expect(await until(login, (status) => status === 200, BACK_WITHIN_SECONDS)).toBe(200);
    const before = traffic.pushes;
    const least = (): Promise<number> => Promise.resolve(traffic.leastSince(before));
    if ((await until(least, (pushes) => pushes > 0, BACK_WITHIN_SECONDS)) === 0) {
      throw new Error(`no push goes through over one of the ways: ${traffic.lastFailures}`);
    }
    return (Date.now() - start) / 1000;
  }

  let number = 0;
  /** Runs a fault, which ends mended, and looks at everything that must be as it was. */
  async function survive(faults: number, fault: (traffic: Traffic) => Promise<number>): Promise<void> {
    const names = async (): Promise<string[]> => [...(await directory().entries(BASE_DN)).keys()].sort();
    const before = await names();
    const traffic = new Traffic(stack, String((number += 1)));
    await traffic.start();
    let longest = 0;
    let report;
    try {
      longest = await fault(traffic);
    } finally {
      report = await traffic.stop();
    }
    expect(await names()).toEqual(before);
    // A check of its health may have met the fault.
    const ill = (): Promise<unknown[]> => illContainers(engineName(stack.environment, stack.name));
    expect(await until(ill, ({ length }) => length === 0, BACK_WITHIN_SECONDS)).toEqual([]);
    const up = await npmRun('up', stack.name);
    expect(up.output).not.toMatch(/^FAIL/m);
    expect(up.status).toBe(0);
    measured(
      `${faults} injected, ${report.pushes} pushes acknowledged and 0 lost, ${report.clones} clones, ${report.logins} logins, ` +
        `${report.failures} failed meanwhile, back after at most ${longest.toFixed(1)} s`,
    );
  }

  test(
    `kill -9 of the main process of ${SERVICES.join(', ')}, each ${KILLS} times`,
    async () => {
      await survive(KILLS * SERVICES.length, async (traffic) => {
        let longest = 0;
        for (let times = 0; times < KILLS; times++) {
          for (const service of SERVICES) {
            // At a moment of a push and a clone that is another one each time.
            await sleep(200 + Math.random() * 1500);
            await kill(service);
            longest = Math.max(longest, await secondsUntilBack(traffic));
          }
        }
        return longest;
      });
    },
    KILLS_TAKE,
  );

  if (!IS_FULL) return;

  test('the directory stopped for 10 s', async () => {
    await survive(1, async (traffic) => {
      await docker('stop', container('ldap'));
      await sleep(10_000);
      await docker('start', container('ldap'));
      return secondsUntilBack(traffic);
    });
  });

  test('the directory silent for 5 s, three times', async () => {
    await survive(3, async (traffic) => {
      let longest = 0;
      for (let times = 0; times < 3; times++) {
        await docker('pause', container('ldap'));
        await sleep(5000);
        await docker('unpause', container('ldap'));
        longest = Math.max(longest, await secondsUntilBack(traffic));
      }
      return longest;
    });
  });

  test('connections to the directory cut in mid-answer for 5 s', async () => {
    await survive(1, async (traffic) => {
      const rule = ['-p', 'tcp', '--sport', '636', '-j', 'REJECT', '--reject-with', 'tcp-reset'];
      const iptables = async (...args: readonly string[]): Promise<string> =>
        succeed('nsenter', ['-t', await pidOf('ldap'), '-n', 'iptables', ...args]);
      await iptables('-I', 'OUTPUT', ...rule);
      await sleep(5000);
      await iptables('-D', 'OUTPUT', ...rule);
      return secondsUntilBack(traffic);
    });
  });

  test('the disk of the repositories full', async () => {
    await survive(1, async (traffic) => {
      const stop = (): Promise<string> => docker('stop', container('git-ssh'), container('git'));
      const start = (): Promise<string> => docker('start', container('git'), container('git-ssh'));
      await stop();
      const disk = await SmallDisk.over(`${container('git')}-data`, 12);
      await start();
      // Traffic fills it: its pushes are refused then, and logins and clones go on.
      const isFull = async (): Promise<boolean> =>
        / 100% /.test((await command('docker', ['exec', container('git'), 'df', '/var/lib/git-repositories'])).output);
      await until(isFull, (full) => full, 60);
      await sleep(5000);
      expect(await login()).toBe(200);
      await stop();
      await disk.end();
      await start();
      return secondsUntilBack(traffic);
    });
  });

  test('the disk of the directory full', async () => {
    await survive(1, async (traffic) => {
      await docker('stop', container('ldap'));
      const disk = await SmallDisk.over(`${container('ldap')}-data`, 1);
      await docker('start', container('ldap'));
      expect(await until(login, (status) => status === 200, BACK_WITHIN_SECONDS)).toBe(200);
      let made = 0;
      let refusal = '';
      for (; refusal === '' && made < 400; made++) {
        const entry = `dn: uid=full-${made},ou=people,${BASE_DN}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: x\nsn: x\nuid: full-${made}\ndescription: ${'x'.repeat(30_000)}\n`;
        refusal = await directory()
          .change(entry)
          .then(() => '', String);
      }
      expect(refusal).not.toBe('');
      expect(await login()).toBe(200);
      await docker('stop', container('ldap'));
      await disk.end();
      await docker('start', container('ldap'));
      const longest = await secondsUntilBack(traffic);
      for (let index = 0; index < made - 1; index++) {
        await directory().change(`dn: uid=full-${index},ou=people,${BASE_DN}\nchangetype: delete\n`);
      }
      return longest;
    });
  });

  test('the memory limit of the Git server and of SSH hit', async () => {
    await survive(2, async (traffic) => {
      let longest = 0;
      for (const [service, megabytes] of [
        ['git', 1024],
        ['git-ssh', 512],
      ] as const) {
        const limit = (mebibytes: number): Promise<string> =>
          docker('update', '--memory', `${mebibytes}m`, '--memory-swap', `${mebibytes}m`, container(service));
        await limit(service === 'git' ? 90 : 6).catch(() => '');
        await sleep(5000);
        await limit(megabytes);
        longest = Math.max(longest, await secondsUntilBack(traffic));
      }
      return longest;
    });
  });

  test.each(['directory', 'front'])(
    'the network of %s disconnected for 30 s, and another address of the server then',
    async (network) => {
      await survive(1, async (traffic) => {
        const name = container(network);
        await docker('network', 'disconnect', name, container('git'));
        await sleep(30_000);
        await docker('network', 'connect', '--alias', 'git', name, container('git'));
        return secondsUntilBack(traffic);
      });
    },
  );

  test('another address of the server while it runs', async () => {
    await survive(1, async (traffic) => {
      const name = container('front');
      const format = `{{(index .NetworkSettings.Networks ${JSON.stringify(name)}).IPAddress}}`;
      const before = (await docker('inspect', '--format', format, container('git'))).trim();
      const parts = before.split('.').map(Number);
      const last = parts[3] ?? 0;
      const other = [...parts.slice(0, 3), (last & ~15) + 8 + ((last + 5) % 7)].join('.');
      await docker('network', 'disconnect', name, container('git'));
      await docker('network', 'connect', '--alias', 'git', '--ip', other, name, container('git'));
      return secondsUntilBack(traffic);
    });
  });

  test('the proxy up before the server', async () => {
    await survive(1, async (traffic) => {
      await docker('stop', container('proxy'), container('git'));
      await docker('start', container('proxy'));
      await sleep(5000);
      await docker('start', container('git'));
      return secondsUntilBack(traffic);
    });
  });

  // It ends everybody's containers, so only where nobody else is on the engine and somebody has said so.
  if (process.env.TEST_KILL_ENGINE !== 'yes') return;

  test('the engine killed and started again', async () => {
    const others = (await docker('ps', '--format', '{{.Names}}'))
      .split('\n')
      .filter((name) => name !== '' && !name.startsWith(container('')));
    expect(others).toEqual([]);
    await survive(1, async (traffic) => {
      const pid = Number((await succeed('pidof', ['dockerd'])).trim().split(' ')[0]);
      const line = (await succeed('ps', ['-o', 'args=', '-p', String(pid)])).trim().split(' ');
      process.kill(pid, 'SIGKILL');
      await sleep(3000);
      await succeed('sh', ['-c', 'rm -f /var/run/docker.pid; setsid "$@" >/dev/null 2>&1 &', 'sh', ...line]);
      await until(
        () => command('docker', ['info']),
        ({ status }) => status === 0,
        60,
      );
      return secondsUntilBack(traffic);
    });
  });
}
