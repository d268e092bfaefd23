import type { StackOutputs } from '../../scripts/stack/out-files';
import { licenceChecks } from '../../scripts/verify/licence-checks';
import { AdHocClient } from './support/ad-hoc-client';
import { AdHocSsh } from './support/ad-hoc-ssh';
import { AdHocStack } from './support/ad-hoc-stack';
import { succeed } from './support/command';
import { CONNECTION_TIMEOUT, threeDirectories } from './support/directories-topology';
import { BASE_DN, dnOf, PASSWORDS } from './support/three-directories';
import { until } from './support/until';

const HOST = 'directories.localhost';
/** Seconds that a login may take beside the connection timeout of a directory. */
const PLUS_LITTLE = 3;
/** Repository to the accounts that may read it, beside the administrator. */
const READERS = {
  'by/member': ['ada'],
  'by/nesting': ['carl'],
  'by/attribute': ['eve'],
  'by/name': ['petra'],
  'by/number': ['prim'],
  'by/local': ['dora', 'eve'],
  secret: [],
} as const;
const REPOSITORIES = Object.keys(READERS) as (keyof typeof READERS)[];
const ALL: Readonly<Record<string, string>> = { ...PASSWORDS.second, ...PASSWORDS.first };

const stack = new AdHocStack('directories');
const client = new AdHocClient();
const ssh = new AdHocSsh();
const publicKeys: Record<string, string> = {};
let base = '';
let sshUrl = '';
let environment = '';

const deploy = async (trusted: 'own' | 'other' = 'own'): Promise<void> => {
  const outputs = await stack.apply((scope, settings) => {
    const { url, git, ca, env } = threeDirectories(scope, { ...settings, trusted, publicKeys, host: HOST });
    base = url.base;
    sshUrl = git.sshUrl ?? '';
    environment = env.name;
    return { ca: ca.caPem, hostKeys: git.sshServer?.hostKeys };
  });
  client.use(outputs['ca'] as string, ALL);
  ssh.use(sshUrl, outputs['hostKeys'] as string[]);
};
const status = async (user: string, path = '/', password = ALL[user]): Promise<number> =>
  (await client.curl(`${base}${path}`, { user, ...(password === undefined ? {} : { password }) })).status;
const overHttps = (user: string, repository: string): Promise<number> =>
  status(user, `/scm/${repository}.git/info/refs?service=git-upload-pack`);
const overSsh = async (key: string, repository: string): Promise<string> => {
  const { status: exit, output } = await ssh.lsRemote(key, `${sshUrl}/${repository}.git`);
  if (exit === 0 && output.includes('refs/heads/main')) return 'served';
  return /no access to it|does not answer|Permission denied/.exec(output)?.[0] ?? output;
};
const keyOf = (user: string): string => (user === 'ada' ? 'ada-first' : user);
const change = (server: string, ldif: string): Promise<string> =>
  succeed(
    'docker',
    [
      ...['exec', '-i', stack.container(server), 'ldapmodify', '-H', 'ldapi://%2Frun%2Fopenldap%2Fldapi'],
      ...['-Y', 'EXTERNAL', '-Q'],
    ],
    { input: ldif },
  );
const member = (server: string, group: string, how: 'add' | 'delete', line: string): Promise<string> =>
  change(
    server,
    `dn: cn=${group},ou=groups,${BASE_DN}\nchangetype: modify\n${how}: ${line.split(':')[0] ?? ''}\n${line}\n`,
  );
const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = Date.now();
  await work();
  return (Date.now() - start) / 1000;
};

afterAll(async () => {
  client.remove();
  ssh.remove();
  await stack.destroy();
});

test('deploy', async () => {
  for (const key of ['ada-first', 'ada-second', 'carl', 'dora', 'fred', 'olga', 'eve', 'petra', 'prim']) {
    publicKeys[key] = await ssh.makeKey(key);
  }
  await deploy();
});

describe('groups: by member, in groups, by attribute, by name, by number, local', () => {
  test.each(['ada', 'carl', 'dora', 'eve', 'petra', 'prim'])('%s reads the same over HTTPS and SSH', async (user) => {
    for (const repository of REPOSITORIES) {
      const isReader = (READERS[repository] as readonly string[]).includes(user);
      expect([repository, await overHttps(user, repository)]).toEqual([repository, isReader ? 200 : 403]);
      expect([repository, await overSsh(keyOf(user), repository)]).toEqual([
        repository,
        isReader ? 'served' : 'no access to it',
      ]);
    }
  });

  test('an account is called what its entry says, however it is typed, also in local groups', async () => {
    const { status: code, body } = await client.curl(`${base}/`, { user: 'dOrA', password: PASSWORDS.first.dora });
    expect(code).toBe(200);
    expect(body).toContain('<td class="sub">dora</td>');
    expect(body).toContain('by/local');
  });
});

describe('the same name in two directories', () => {
  test('the first one decides on the password, and lends its groups alone', async () => {
    expect(await status('ada', '/', PASSWORDS.first.ada)).toBe(200);
    expect(await status('ada', '/', PASSWORDS.second.ada)).toBe(401);
    expect(await overHttps('ada', 'by/attribute')).toBe(403);
  });

  test('and on the key', async () => {
    expect(await overSsh('ada-first', 'by/member')).toBe('served');
    expect(await overSsh('ada-second', 'by/attribute')).toBe('Permission denied');
    expect(await stack.logs('git-ssh')).toContain('no account has this key');
  });
});

describe('global permissions', () => {
  test('without a licence there is nothing but 403, and nothing over SSH', async () => {
    expect(await status('fred')).toBe(403);
    expect(await status('fred', '/assets/cgit.css')).toBe(403);
    expect(await status('fred', '/status')).toBe(200);
    expect(await overHttps('fred', 'by/member')).toBe(403);
    expect(await overSsh('fred', 'by/member')).toBe('no access to it');
  });

  test('an administrator reads everything, and writes nothing for it', async () => {
    for (const repository of REPOSITORIES) {
      expect(await overHttps('olga', repository)).toBe(200);
      expect(await overSsh('olga', repository)).toBe('served');
    }
    expect(await status('olga', '/scm/secret.git/info/refs?service=git-receive-pack')).toBe(403);
  });

  test('the page about the server is for administrators', async () => {
    const { status: code, body, headers } = await client.curl(`${base}/admin/status`, { user: 'olga' });
    expect(code).toBe(200);
    expect(body).toContain('http-nio-7990');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect((await client.curl(`${base}/admin/status`)).status).toBe(401);
    for (const user of ['ada', 'fred', 'eve']) expect(await status(user, '/admin/status')).toBe(403);
    for (const path of ['/admin', '/admin/status/all', '/admin/html/list'])
      expect(await status('olga', path)).toBe(403);
  });

  test('verify counts those who may use the server: not fred, and ada once', async () => {
    const check = async (limit: number): Promise<void> => {
      const outputs = { environment, licence_limit: limit } as StackOutputs;
      for (const each of licenceChecks({ outputs })) await each.run();
    };
    await check(7);
    await expect(check(6)).rejects.toThrow('7 may: take some out of its groups, or raise the limit');
  });
});

describe('what is taken away counts at once', () => {
  const both = async (user: string, repository: string): Promise<unknown[]> => [
    await overHttps(user, repository),
    await overSsh(keyOf(user), repository),
  ];

  test.each([
    ['ldap', 'core', 'ada', 'by/member', `member: ${dnOf('ada')}`, `member: ${dnOf('dora')}`],
    ['ldap', 'inner', 'carl', 'by/nesting', `member: ${dnOf('carl')}`, `member: ${dnOf('dora')}`],
    ['ldap2', 'partners', 'eve', 'by/attribute', `member: ${dnOf('eve')}`, undefined],
    ['ldap2', 'posix-team', 'petra', 'by/name', 'memberUid: petra', undefined],
  ])('%s: a membership in %s', async (server, group, user, repository, line, standIn) => {
    expect(await both(user, repository)).toEqual([200, 'served']);
    if (standIn !== undefined) await member(server, group, 'add', standIn);
    await member(server, group, 'delete', line);
    try {
      expect(await both(user, repository)).toEqual([403, 'no access to it']);
    } finally {
      await member(server, group, 'add', line);
      if (standIn !== undefined) await member(server, group, 'delete', standIn);
    }
    expect(await both(user, repository)).toEqual([200, 'served']);
  });

  test('an account whose lock OpenLDAP keeps: not by its key either', async () => {
    const lock = (how: string): string => `dn: ${dnOf('eve')}\nchangetype: modify\n${how}\n`;
    await change('ldap2', lock('add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z'));
    try {
      expect(await overSsh('eve', 'by/attribute')).toBe('Permission denied');
      expect(await stack.logs('git-ssh')).toContain('its account is locked, disabled or expired');
    } finally {
      await change('ldap2', lock('delete: pwdAccountLockedTime'));
    }
    expect(await overSsh('eve', 'by/attribute')).toBe('served');
  });

  test('an account', async () => {
    await change('ldap2', `dn: ${dnOf('petra')}\nchangetype: delete\n`);
    expect(await status('petra')).toBe(401);
    expect(await overSsh('petra', 'by/name')).toBe('Permission denied');
  });
});

test.each(['*)(uid=*', '*', 'ada)(|(uid=*', 'uid=ada', 'ada,ou=people', '\\2a', 'ada\\', '{0}', "'{0}'", '${uid}'])(
  'the user name %j is nobody',
  async (user) => {
    expect(await status(user, '/', PASSWORDS.first.ada)).toBe(401);
  },
);

describe('the first directory is away', () => {
  afterAll(async () => {
    await succeed('docker', ['start', stack.container('ldap')]);
  });

  test.each([
    // As behind a firewall that drops what it no longer knows.
    ['silent', ['kill', '--signal', 'STOP'], ['kill', '--signal', 'CONT']],
    ['stopped', ['stop'], ['start']],
  ])(
    '%s: users of the others log in within its connection timeout, and nobody takes over a name',
    async (_, go, back) => {
      // So that there are connections that were in use a moment ago.
      expect(await status('ada')).toBe(200);
      await succeed('docker', [...go, stack.container('ldap')]);
      try {
        let code = 0;
        const first = await elapsed(async () => (code = await overHttps('eve', 'by/attribute')));
        expect(code).toBe(200);
        expect(first).toBeLessThan(CONNECTION_TIMEOUT + PLUS_LITTLE);
        const served = await elapsed(async () => expect(await overSsh('eve', 'by/attribute')).toBe('served'));
        expect(served).toBeLessThan(PLUS_LITTLE);
        const many = await elapsed(async () => {
          const codes = await Promise.all(Array.from({ length: 10 }, () => overHttps('prim', 'by/number')));
          expect(new Set(codes)).toEqual(new Set([200]));
        });
        expect(many).toBeLessThan(3 * CONNECTION_TIMEOUT);
        // More than what would lock the account, were no answer a wrong password.
        for (let tries = 0; tries < 6; tries++) expect(await status('ada', '/', PASSWORDS.second.ada)).toBe(503);
        expect(await overSsh('ada-second', 'by/attribute')).toBe('Permission denied');
        expect(await status('ada')).toBe(503);
        // Without a password, and where another directory has decided, it is a login as ever.
        expect((await client.curl(`${base}/`)).status).toBe(401);
        expect(await status('eve', '/', PASSWORDS.first.ada)).toBe(401);
      } finally {
        await succeed('docker', [...back, stack.container('ldap')]);
      }
      const isBack = await elapsed(async () =>
        expect(
          await until(
            () => status('ada'),
            (code) => code === 200,
            20,
          ),
        ).toBe(200),
      );
      expect(isBack).toBeLessThan(10);
      expect(await overSsh('ada-first', 'by/member')).toBe('served');
    },
  );
});

test('an authority of another directory is not trusted for this one: its users are refused, and no others', async () => {
  await deploy('other');
  expect(await status('eve')).toBe(503);
  expect(await overSsh('eve', 'by/attribute')).toBe('Permission denied');
  expect([await status('ada'), await status('prim')]).toEqual([200, 200]);
  expect(await stack.logs('git')).toMatch(/ldap2 cannot be reached: .*(PKIX|certification path)/);
});
