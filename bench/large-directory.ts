import { setTimeout as sleep } from 'node:timers/promises';
import type { TerraformStack } from 'cdktf';
import { Environment, type EnvironmentProps } from '../constructs/environment';
import { Access } from '../constructs/git/access';
import { Repository } from '../constructs/git/repository';
import { TomcatGitServer } from '../constructs/git/tomcat-git-server';
import { Ldif } from '../constructs/ldap/ldif';
import { OpenLdapServer } from '../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../constructs/proxy/apache-proxy';
import { PublicUrl } from '../constructs/proxy/public-url';
import { VirtualHost } from '../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../constructs/tls/certificate-authority';
import { run, tryRun } from '../scripts/setup/run-command';
import { AdHocStack } from '../test/deploy/support/ad-hoc-stack';
import { largeDirectory, largeGroupName, largeUserName, type LargeDirectory } from '../test/support/large-directory';
import type { Bench, Measurement } from './bench';
import { LoginClient } from './login-client';
import { inTurn, median, quantile } from './statistics';

const BASE_DN = 'dc=example,dc=com';
/** As large as Atlassian recommends at most, and the same with few entries: each user is in as many groups. */
const SIZES = {
  large: { users: 10_000, groups: 1000, membershipsPerUser: 20, baseDn: BASE_DN },
  small: { users: 20, groups: 20, membershipsPerUser: 20, baseDn: BASE_DN },
} as const satisfies Record<string, LargeDirectory>;
type Size = keyof typeof SIZES;
const PASSWORD = 'bench-password';
const LOGINS = 100;
const READS = 3;

/** A directory of full size: its start, reading all of it, and what it costs a login. */
export const largeDirectoryBench: Bench = {
  name: 'large-directory',
  about: '10,000 users, 1,000 groups and 200,000 memberships: start, paged search, login through the proxy',
  run: async (say) => {
    const stack = new AdHocStack('bench');
    try {
      say('deploying a large and a small directory, each with a server behind a proxy');
      const start = startOf(stack.container('ldap'));
      let ports = { large: 0, small: 0 };
      const outputs = await stack.apply((scope, settings) => {
        ports = { large: settings.port(0), small: settings.port(1) };
        return {
          large: declare(scope, 'large', ports.large, settings.environment(0)),
          small: declare(scope, 'small', ports.small, settings.environment(1)),
        };
      });
      const seconds = await start;
      say(`reading all ${READS} times, then ${LOGINS} logins at each`);
      return [
        {
          what: 'start of the container until it answers, with the seed loaded',
          value: seconds,
          unit: 's',
          target: { atMost: 15 },
        },
        ...(await reads(stack.container('ldap'))),
        ...(await logins(ports, outputs as Record<Size, string>)),
      ];
    } finally {
      await stack.destroy();
    }
  },
};

/** Gives the CA that signed what is served. */
function declare(scope: TerraformStack, size: Size, port: number, props: EnvironmentProps): string {
  const env = new Environment(scope, size, props);
  const ca = new CertificateAuthority(env, 'ca');
  const host = `${size}.localhost`;
  const url = PublicUrl.https(host, { port });
  const base = `dn: ${BASE_DN}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n`;
  const ldap = new OpenLdapServer(env, 'ldap', {
    baseDn: BASE_DN,
    certificate: ca.issue('ldap', { hosts: ['ldap'] }),
    seed: Ldif.parse(`${base}\n${largeDirectory(SIZES[size])}`, `${size} directory`),
    passwords: { [`uid=${largeUserName(1)},ou=people,${BASE_DN}`]: PASSWORD },
    // Each login of Argon2 costs some 40 ms by itself, on purpose: here it is the directory's size that counts.
    passwordHash: 'ssha',
  });
  const git = new TomcatGitServer(env, 'git', {
    access: Access.behindProxy(url),
    directories: [ldap.directory()],
    repositories: [new Repository('demo/hello', { readers: [largeGroupName(1)], readme: '# Hello\n' })],
  });
  const certificate = ca.issue('proxy', { hosts: [host] });
  new ApacheProxy(env, 'proxy', {
    virtualHosts: [VirtualHost.https(url, { certificate, proxyPass: [git.proxyPass()] })],
  });
  return ca.caPem;
}

/** Seconds from the start of a container, which is yet to be made, until its directory answers. */
async function startOf(container: string): Promise<number> {
  const deadline = Date.now() + 15 * 60 * 1000;
  while (Date.now() < deadline) {
    const answered = await tryRun('docker', [
      ...['exec', container, 'check-slapd'],
      'ldaps://ldap:636',
      'service-account',
    ]);
    if (answered !== undefined) {
      const now = Date.now();
      const { stdout } = await run('docker', ['inspect', '--format', '{{.State.StartedAt}}', container]);
      return (now - Date.parse(stdout)) / 1000;
    }
    await sleep(200);
  }
  throw new Error(`${container} does not answer`);
}

/** Counts what a search finds, and the milliseconds that it takes; in the container, so that no pipe out of it is measured. */
const SEARCH =
  'start=$(date +%s%N); count=$(ldapsearch "$@" | grep -c "^dn:"); echo "$count $((($(date +%s%N) - start) / 1000000))"';

/** Branch, object class, and what a synchronisation reads. */
const READ = {
  users: ['people', 'inetOrgPerson', 'uid', 'givenName', 'sn', 'displayName', 'mail', 'entryUUID'],
  groups: ['groups', 'groupOfNames', 'cn', 'description', 'member'],
} as const;

/** What OpenLDAP's own client takes for all users and for all groups, as the Git server's account. */
async function reads(container: string): Promise<Measurement[]> {
  const account = '/files/current/accounts/service-account';
  const { stdout: bindDn } = await run('docker', ['exec', container, 'cat', `${account}/dn`]);
  const read = async (what: keyof typeof READ): Promise<number> => {
    const [branch, objectClass, ...attributes] = READ[what];
    const times: number[] = [];
    for (let round = 0; round < READS; round++) {
      const { stdout } = await run('docker', [
        ...['exec', '-e', 'LDAPTLS_CACERT=/files/current/tls/ca.pem', container, 'sh', '-c', SEARCH, 'sh'],
        ...['-LLL', '-x', '-H', 'ldaps://ldap:636', '-D', bindDn, '-y', `${account}/password`],
        ...['-E', 'pr=1000/noprompt', '-b', `ou=${branch},${BASE_DN}`, `(objectClass=${objectClass})`, ...attributes],
      ]);
      const [found, milliseconds = 0] = stdout.split(' ').map(Number);
      if (found !== SIZES.large[what]) throw new Error(`${found ?? 0} ${what}, not ${SIZES.large[what]}`);
      times.push(milliseconds);
    }
    return median(times);
  };
  const [users, groups] = [await read('users'), await read('groups')];
  return [
    { what: 'all users, by paged search', value: users, unit: 'ms' },
    { what: 'all groups with their members, by paged search', value: groups, unit: 'ms' },
    { what: 'both', value: users + groups, unit: 'ms', target: { atMost: 1000 } },
  ];
}

/** Logins at both, one after the other; each asks the directory anew. */
async function logins(
  ports: Readonly<Record<Size, number>>,
  authorities: Readonly<Record<Size, string>>,
): Promise<Measurement[]> {
  const [atLarge, atSmall] = (['large', 'small'] as const).map(
    (size) =>
      new LoginClient({
        host: `${size}.localhost`,
        port: ports[size],
        caPem: authorities[size],
        user: largeUserName(1),
        password: PASSWORD,
      }),
  ) as [LoginClient, LoginClient];
  const both = (times: number): Promise<Readonly<Record<Size, readonly number[]>>> =>
    inTurn(times, { large: () => atLarge.run(), small: () => atSmall.run() });
  // Java is slow until it has run something a few times.
  await both(30);
  const { large, small } = await both(LOGINS);
  for (const client of [atLarge, atSmall]) client.close();
  return [
    { what: 'login through the proxy, median', value: median(large), unit: 'ms', target: { atMost: 50 } },
    { what: 'login through the proxy, 95 of 100', value: quantile(large, 0.95), unit: 'ms' },
    { what: 'login with a small directory, median', value: median(small), unit: 'ms' },
    { what: 'login with a small directory, 95 of 100', value: quantile(small, 0.95), unit: 'ms' },
    { what: 'median with the large directory, against the small', value: median(large) / median(small), unit: 'x' },
  ];
}
