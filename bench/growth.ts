import { setTimeout as sleep } from 'node:timers/promises';
import { Environment } from '../constructs/environment';
import { Access } from '../constructs/git/access';
import { Repository } from '../constructs/git/repository';
import { TomcatGitServer } from '../constructs/git/tomcat-git-server';
import { OpenLdapServer } from '../constructs/ldap/open-ldap-server';
import { PublicUrl } from '../constructs/proxy/public-url';
import { CertificateAuthority } from '../constructs/tls/certificate-authority';
import { run, tryRun } from '../scripts/setup/run-command';
import { BASE_DN, demoSeed } from '../stacks/demo-directory';
import { AdHocStack } from '../test/deploy/support/ad-hoc-stack';
import type { Bench, Measurement } from './bench';
import { median, spread } from './statistics';

const REPOSITORIES = [10, 1000, 5000] as const;
const TIMES = 3;
const PATIENCE_SECONDS = 120;

/** What more repositories cost a start of the Git server. */
export const growthBench: Bench = {
  name: 'growth',
  about: `start of the Git server with ${REPOSITORIES.join(', ')} repositories`,
  run: async (say) => {
    const stack = new AdHocStack('bench');
    try {
      const starts = new Map<number, readonly number[]>();
      for (const count of REPOSITORIES) {
        say(`deploying ${count} repositories, then ${TIMES} starts`);
        let base = '';
        await stack.apply((scope, settings) => {
          const url = PublicUrl.http('growth.localhost', { port: settings.port(0) });
          base = `http://127.0.0.1:${settings.port(0)}`;
          const env = new Environment(scope, 'env', settings.environment(0));
          const ca = new CertificateAuthority(env, 'ca');
          const ldap = new OpenLdapServer(env, 'ldap', {
            baseDn: BASE_DN,
            certificate: ca.issue('ldap', { hosts: ['ldap'] }),
            seed: demoSeed(),
          });
          new TomcatGitServer(env, 'git', {
            access: Access.direct(url),
            directories: [ldap.directory()],
            repositories: Array.from(
              { length: count },
              (_, index) => new Repository(`team-${index % 50}/repository-${index}`, { readers: ['git-readers'] }),
            ),
          });
          return {};
        });
        const times: number[] = [];
        for (let round = 0; round < TIMES; round++) times.push(await secondsOfStart(stack.container('git'), base));
        starts.set(count, times);
      }
      const few = median(starts.get(REPOSITORIES[0]) ?? []);
      return [...starts].flatMap(([count, times]): Measurement[] => [
        {
          what: `start with ${count} repositories`,
          value: median(times),
          unit: 's',
          noise: spread(times),
          ...(count === REPOSITORIES[0] ? {} : { target: { atMost: few + 2 } }),
        },
      ]);
    } finally {
      await stack.destroy();
    }
  },
};

/** From the start of the container until the server says that it runs. */
async function secondsOfStart(container: string, base: string): Promise<number> {
  await run('docker', ['stop', container]);
  const started = performance.now();
  await run('docker', ['start', container]);
  while (performance.now() - started < PATIENCE_SECONDS * 1000) {
    const status = ['--silent', '--max-time', '2', '--header', 'Host: growth.localhost', `${base}/status`];
    const answer = await tryRun('curl', status);
    if (answer?.stdout.includes('RUNNING') === true) return (performance.now() - started) / 1000;
    await sleep(50);
  }
  throw new Error(`${container} does not run within ${PATIENCE_SECONDS} s`);
}
