import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AdHocClient } from '../test/deploy/support/ad-hoc-client';
import { AdHocStack } from '../test/deploy/support/ad-hoc-stack';
import type { Bench, Measurement, Target } from './bench';
import { deployWays, WAYS, type Way } from './git-topology';
import { LoginClient } from './login-client';
import { inTurn, median, ratio, timed } from './statistics';

/** libcurl 7.88 (Debian 12) never sends the end of some uploads over HTTP/2, whoever the server is. */
const HTTP = ['-c', 'http.version=HTTP/1.1'];
const AUTHOR = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
const SMALL_TIMES = 7;
const CLIENTS = 20;
const CROWD_TIMES = 3;
/** Megabytes of the large repository and of one push: random bytes, which nothing makes smaller. */
const LARGE_MB = 200;
const PUSH_MB = 32;
const LARGE_TIMES = 2;
const LOGINS = 100;

type Times = Readonly<Record<Way, readonly number[]>>;

/** What git costs through each proxy, straight to Tomcat, and on the servers that people build by hand. */
export const gitBench: Bench = {
  name: 'git',
  about: 'ls-remote, clone and push, 1 and 20 clients, through both proxies, straight to 7990 and on classic servers',
  run: async (say) => {
    const stack = new AdHocStack('bench');
    const client = new AdHocClient();
    let stop: () => Promise<void> = () => Promise.resolve();
    try {
      say('deploying a server behind each proxy, and two classic ones');
      const topology = await deployWays(stack, client);
      stop = () => topology.stop();
      return await measure(client, topology.urls, topology.statusUrl, say);
    } finally {
      await stop();
      client.remove();
      await stack.destroy();
    }
  },
};

async function measure(
  client: AdHocClient,
  urls: Readonly<Record<Way, string>>,
  statusUrl: string,
  say: (line: string) => void,
): Promise<Measurement[]> {
  const git: Git = (...args) => client.git('writer', ...HTTP, ...args);
  const clone = async (url: string, into: string): Promise<void> => {
    await git('clone', '--quiet', '--bare', url, into);
    rmSync(join(client.folder, into), { recursive: true });
  };
  const each = (work: (url: string) => Promise<unknown>): Record<Way, () => Promise<unknown>> =>
    Object.fromEntries(WAYS.map((way) => [way, () => work(urls[way])])) as Record<Way, () => Promise<unknown>>;
  // Java is slow until it has run something a few times.
  await inTurn(
    3,
    each((url) => clone(url, 'warm')),
  );
  say(`${SMALL_TIMES} times ls-remote and clone of a small repository, six ways`);
  const listing = await inTurn(
    SMALL_TIMES,
    each((url) => git('ls-remote', url)),
  );
  const small = await inTurn(
    SMALL_TIMES,
    each((url) => clone(url, 'small')),
  );
  say(`${CROWD_TIMES} times ${CLIENTS} clients at once, six ways`);
  const crowd = await inTurn(
    CROWD_TIMES,
    each((url) => Promise.all(Array.from({ length: CLIENTS }, (_, index) => clone(url, `crowd-${index}`)))),
  );
  say(`${LARGE_TIMES} pushes of ${PUSH_MB} MB and clones of ${LARGE_MB} MB, six ways`);
  const pushes = await pushesOf(git, client.folder, urls);
  await git('clone', '--quiet', urls.apache, 'work');
  await commit(git, client.folder, 'work', LARGE_MB);
  for (const way of WAYS) await git('-C', 'work', 'push', '--quiet', '--force', urls[way], 'HEAD:refs/heads/large');
  const large = await inTurn(
    LARGE_TIMES,
    each(async (url) => {
      await git('clone', '--quiet', '--bare', '--single-branch', '--branch', 'large', url, 'large');
      rmSync(join(client.folder, 'large'), { recursive: true });
    }),
  );
  say(`${LOGINS} logins`);
  return [
    ...compare('ls-remote', listing),
    ...compare('clone of a small repository', small),
    ...compare(`${CLIENTS} clients that clone`, crowd, { atLeast: 1.2 }),
    ...compare(`clone of ${LARGE_MB} MB`, large),
    ...compare(`push of ${PUSH_MB} MB`, pushes),
    await loginCost(client, statusUrl),
  ];
}

type Git = (...args: readonly string[]) => Promise<string>;

/** What pushes cost, in turn as inTurn has it: their commits are made beforehand, and are not measured. */
async function pushesOf(git: Git, folder: string, urls: Readonly<Record<Way, string>>): Promise<Times> {
  const times = Object.fromEntries(WAYS.map((way) => [way, [] as number[]])) as Record<Way, number[]>;
  for (let round = 0; round < LARGE_TIMES; round++) {
    for (const way of WAYS) {
      await git('clone', '--quiet', '--depth=1', urls[way], 'push');
      await commit(git, folder, 'push', PUSH_MB);
      times[way].push(
        await timed(() => git('-C', 'push', 'push', '--quiet', '--force', urls[way], 'HEAD:refs/heads/pushed')),
      );
      rmSync(join(folder, 'push'), { recursive: true });
    }
  }
  return times;
}

async function commit(git: Git, folder: string, work: string, megabytes: number): Promise<void> {
  writeFileSync(join(folder, work, 'random'), randomBytes(megabytes * 1024 * 1024));
  await git('-C', work, 'add', '.');
  await git('-C', work, ...AUTHOR, 'commit', '--quiet', '-m', 'random');
}

/**
 * Speed, so that more is better: the proxies against Tomcat itself, and against what people build by hand.
 * @param classic what is asked of the latter
 */
function compare(what: string, times: Times, classic?: Target): Measurement[] {
  return (['apache', 'nginx'] as const).flatMap((proxy): Measurement[] => {
    return [
      { what: `${what}, through ${proxy}`, value: median(times[proxy]) / 1000, unit: 's' },
      {
        what: `${what}: speed through ${proxy}, against straight to 7990`,
        ...ratio(times[`tomcat behind ${proxy}`], times[proxy]),
        unit: 'x',
        target: { atLeast: 0.95 },
      },
      {
        what: `${what}: speed through ${proxy}, against the classic server with ${proxy}`,
        ...ratio(times[`classic ${proxy}`], times[proxy]),
        unit: 'x',
        ...(classic === undefined ? {} : { target: classic }),
      },
    ];
  });
}

/** A page that needs a login against one that needs none: more than the login itself, never less. */
async function loginCost(client: AdHocClient, statusUrl: string): Promise<Measurement> {
  const { hostname, port } = new URL(statusUrl);
  const login = new LoginClient({
    host: hostname,
    port: Number(port),
    caPem: readFileSync(client.caFile, 'utf8'),
    user: 'writer',
    password: client.password('writer'),
  });
  const works = { login: () => login.run(), open: () => login.run('/status') };
  await inTurn(30, works);
  const times = await inTurn(LOGINS, works);
  login.close();
  const cost = times.login.map((value, round) => value - (times.open[round] ?? Number.NaN));
  return {
    what: 'a request that needs a login, beside one that needs none',
    value: median(cost),
    unit: 'ms',
    target: { atMost: 5 },
  };
}
