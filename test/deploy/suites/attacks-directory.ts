import { connect } from 'node:net';
import { Client } from 'ldapts';
import { BASE_DN } from '../../../stacks/demo-directory';
import { command } from '../support/command';
import { curl } from '../support/curl';
import { DirectoryServer } from '../support/directory-server';
import { SshClient } from '../support/ssh-client';
import type { Stack } from '../support/stack';

/** User names that would be something else in a filter, a DN, a pattern or a program in C. */
const NAMES = [
  '*',
  '*)(uid=*',
  ')(uid=*',
  'reader)(|(uid=*',
  'reader)(objectClass=*',
  'uid=reader',
  `uid=reader,ou=people,${BASE_DN}`,
  'reader,ou=people',
  '\\2a',
  'reader\\',
  'reader\0',
  'reader\0)(uid=*',
  '\0',
  '{0}',
  '${uid}',
  '',
];
const READER = `uid=reader,ou=people,${BASE_DN}`;
/** Wrong passwords that arrive at the same time. */
const AT_ONCE = 60;

/** Logins that are none, and what the directory tells whom. */
export function attacksOnDirectory(stack: Stack): void {
  const server = (): DirectoryServer => new DirectoryServer(stack.container('ldap'), stack.read('ca.pem'));
  const account = (): { dn: string; password: string } => {
    const { bind_dn: dn, password } = stack.credentials.ldap;
    return { dn, password };
  };
  const anonymous = async (): Promise<Client> =>
    new Client({
      url: `ldaps://${await server().address()}:636`,
      tlsOptions: { ca: stack.read('ca.pem'), servername: 'ldap' },
      timeout: 10_000,
      connectTimeout: 10_000,
    });

  test.each(NAMES)('the user name %j is nobody, over HTTP', async (name) => {
    const login = Buffer.from(`${name}:${stack.password('reader')}`).toString('base64');
    const { status } = await curl(stack, `${stack.outputs.base_url}/`, { headers: [`Authorization: Basic ${login}`] });
    expect(status).toBe(401);
  });

  test.each(['*', ')(uid=*', 'git)(uid=*', 'uid=writer', '-oProxyCommand=id', 'git%00'])(
    'the user name %j is nobody, over SSH',
    async (name) => {
      const ssh = new SshClient(stack, 'writer');
      try {
        const { status, output } = await ssh.ssh(['-o', `User=${name}`], "git-upload-pack '/demo/hello.git'");
        expect(output).toMatch(/Permission denied|invalid|remote username/i);
        expect(output).not.toMatch(/refs\/heads|uid=\d/);
        expect(status).toBe(255);
      } finally {
        ssh.remove();
      }
    },
  );

  test('a bind without a name is refused, and so is a search before one', async () => {
    const unnamed = await anonymous();
    await expect(unnamed.bind('', '')).rejects.toThrow(/0x30/);
    await unnamed.unbind();
    const unbound = await anonymous();
    await expect(unbound.search(BASE_DN, { filter: '(uid=*)' })).rejects.toThrow();
    await unbound.unbind();
    const rootless = await anonymous();
    const found = await rootless.search('', { scope: 'base', attributes: ['*', '+'] }).catch(() => undefined);
    expect(found?.searchEntries ?? []).toEqual([]);
    await rootless.unbind();
  });

  test('a name without a password is not logged in (RFC 4513, 5.1.2)', async () => {
    for (const dn of [READER, account().dn]) {
      const client = await anonymous();
      await expect(client.bind(dn, '')).rejects.toThrow();
      await expect(client.search(BASE_DN, { filter: '(uid=reader)' })).rejects.toThrow();
      await client.unbind();
    }
  });

  test('the service account reads no password: not by name, filter, comparison, sort or by changing it', async () => {
    const client = await server().bound(account().dn, account().password);
    const found = await client.search(`ou=people,${BASE_DN}`, {
      filter: '(uid=*)',
      attributes: ['userPassword', 'uid'],
    });
    expect(found.searchEntries.length).toBeGreaterThan(3);
    expect(found.searchEntries.flatMap(({ userPassword }) => userPassword ?? [])).toEqual([]);
    for (const filter of ['(userPassword=*)', '(userPassword={*)', '(userPassword>=a)', '(!(userPassword=x))']) {
      const { searchEntries } = await client
        .search(`ou=people,${BASE_DN}`, { filter })
        .catch(() => ({ searchEntries: [] }));
      expect([filter, searchEntries]).toEqual([filter, []]);
    }
    await expect(client.compare(READER, 'userPassword', stack.password('reader'))).rejects.toThrow(/0x(10|20|32)/);
    await client.unbind();
    const change = `dn: ${READER}\nchangetype: modify\nreplace: userPassword\nuserPassword: x\n`;
    // What opens connections to it, from where it is.
    const { status, output } = await command(
      'docker',
      [
        ...[
          'exec',
          '-i',
          '-e',
          'LDAPTLS_CACERT=/files/current/tls/ca.pem',
          stack.container('ldap'),
          'ldapmodify',
          '-x',
        ],
        ...['-H', 'ldaps://ldap', '-D', account().dn, '-y', '/files/current/accounts/service-account/password'],
      ],
      { input: change },
    );
    expect(output).toMatch(/Insufficient access/);
    expect(status).toBe(50);
    expect((await curl(stack, `${stack.outputs.base_url}/`, { user: 'reader' })).status).toBe(200);
  });

  test('the service account sees nothing beside users and groups: no configuration, no other service', async () => {
    for (const base of ['cn=config', 'cn=Monitor', `ou=services,${BASE_DN}`]) {
      const found = await server()
        .search(account(), base, { scope: 'sub', filter: '(objectClass=*)' })
        .catch(() => []);
      expect([base, found]).toEqual([base, []]);
    }
  });

  test(`${AT_ONCE} wrong passwords at the same time are no way around the lock`, async () => {
    const guesses = Array.from({ length: AT_ONCE }, (_, index) =>
      curl(stack, `${stack.outputs.base_url}/`, { user: 'outsider', password: `guess-${index}` }),
    );
    const statuses = new Set((await Promise.all(guesses)).map(({ status }) => status));
    expect([...statuses].filter((status) => status !== 401 && status !== 503)).toEqual([]);
    // Tomcat asks the directory each time, and looks at the lock before it believes the answer.
    expect((await curl(stack, `${stack.outputs.base_url}/`, { user: 'outsider' })).status).toBe(401);
    expect((await curl(stack, `${stack.outputs.base_url}/`, { user: 'reader' })).status).toBe(200);
  });

  test('the directory answers nobody without TLS', async () => {
    const address = await server().address();
    const refused = new Promise<string>((resolve) => {
      const socket = connect({ host: address, port: 389, timeout: 3000 });
      socket.on('connect', () => resolve('connected'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      socket.on('timeout', () => resolve('timeout'));
    });
    expect(await refused).toBe('ECONNREFUSED');
  });
}
