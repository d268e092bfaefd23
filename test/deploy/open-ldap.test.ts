import { Client } from 'ldapts';
import { Environment } from '../../constructs/environment';
import { LdapGroup } from '../../constructs/ldap/ldap-group';
import { LdapSchema } from '../../constructs/ldap/ldap-schema';
import { LdapUser, type LdapUserProps } from '../../constructs/ldap/ldap-user';
import { Ldif } from '../../constructs/ldap/ldif';
import type { OpenLdapServerProps } from '../../constructs/ldap/open-ldap-props';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { ED25519 } from '../support/ssh-keys';
import { TestCertificate } from '../support/test-certificates';
import { AdHocStack, type Build } from './support/ad-hoc-stack';
import { command, succeed } from './support/command';
import { DirectoryServer, SOCKET } from './support/directory-server';
import { until } from './support/until';

const BASE = 'dc=example,dc=com';
const stack = new AdHocStack('directory');

const person = (name: string, more: Partial<LdapUserProps> = {}): LdapUser =>
  new LdapUser({ name, firstName: name, lastName: 'Example', email: `${name}@example.com`, ...more });
const dn = (name: string): string => `uid=${name},ou=people,${BASE}`;
const groupDn = (name: string): string => `cn=${name},ou=groups,${BASE}`;

const schema = LdapSchema.parse(
  `objectidentifier Acme 1.3.6.1.4.1.99999
attributetype ( Acme:1 NAME 'badge' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( Acme:2 NAME 'employee' SUP top AUXILIARY MAY badge )
`,
  'acme.schema',
);
function seedOf(title: string): string {
  return (
    `dn: ou=people,${BASE}\nobjectClass: organizationalUnit\nou: people\n\n` +
    `dn: ou=groups,${BASE}\nobjectClass: organizationalUnit\nou: groups\n\n` +
    `dn: ${dn('carl')}\nobjectClass: inetOrgPerson\nobjectClass: employee\nuid: carl\ncn: Carl\nsn: Älter\nbadge: 42\n` +
    `title: ${title}\ndescription: ${'a long one '.repeat(20)}${title}\n`
  );
}
const ldif = (title: string, more = ''): Ldif => Ldif.parse(`${seedOf(title)}\n${more}`);

const SECRETS = { password: 'first password of ann', sshPublicKeys: ED25519 };
const ann = person('ann', SECRETS);
const bob = person('bob');
const leads = new LdapGroup({ name: 'leads', members: [ann] });
const names: Partial<OpenLdapServerProps> = {
  startTls: true,
  schema: [schema],
  seed: ldif('one'),
  users: [ann, bob],
  groups: [leads, new LdapGroup({ name: 'devs', description: 'old', members: [bob, leads] })],
  passwordPolicy: { minLength: 10, history: 3, maxFailures: 3, maxAgeDays: 90 },
};

const ca = { pem: '' };
let account = { dn: '', password: '' };
let server: DirectoryServer;

function directory<Groups extends 'groupOfNames' | 'groupOfUniqueNames' | 'posixGroup' = 'groupOfNames'>(
  props: Partial<OpenLdapServerProps<Groups>>,
): Build {
  return (scope, settings) => {
    const env = new Environment(scope, 'env', settings.environment(0));
    const authority = new CertificateAuthority(env, 'ca');
    const ldap = new OpenLdapServer<Groups>(env, 'ldap', {
      baseDn: BASE,
      certificate: authority.issue('ldap', { hosts: ['ldap'] }),
      ...props,
    });
    const { userBase, groupBase, schema: asked } = ldap.directory();
    return { ca: authority.caPem, dn: ldap.bindDn, password: ldap.bindPassword, userBase, groupBase, ...asked };
  };
}

async function deploy(build: Build): Promise<Readonly<Record<string, string>>> {
  const outputs = (await stack.apply(build)) as Record<string, string>;
  ca.pem = outputs['ca'] ?? '';
  account = { dn: outputs['dn'] ?? '', password: outputs['password'] ?? '' };
  server = new DirectoryServer(stack.container('ldap'), ca.pem);
  return outputs;
}

async function restart(): Promise<void> {
  await succeed('docker', ['restart', stack.container('ldap')]);
  const login = (): Promise<string> => server.login(account.dn, account.password);
  expect(await until(login, (answer) => answer === '', 30)).toBe('');
}
const sorted = (values: readonly string[] = []): string[] => [...values].sort();
const logs = (): Promise<string> => stack.logs('ldap');
/** How often the log says that declared entries were applied. */
const applied = async (): Promise<number> => (await logs()).split('apply-declared: ').length - 1;
async function change(build: Build): Promise<void> {
  const before = await applied();
  await deploy(build);
  expect(await until(applied, (times) => times > before, 60)).toBeGreaterThan(before);
}

afterAll(() => stack.destroy());

test('deploy: schema that slapd takes, nothing left to do', async () => {
  await deploy(directory(names));
  expect(await stack.plan(directory(names))).toEqual([]);
  expect((await server.run('slaptest', '-u', '-f', '/files/current/slapd.conf')).output).toContain('succeeded');
  expect((await server.entry(dn('carl')))['badge']).toEqual(['42']);
});

test('the service account finds users, groups and groups of groups, and no passwords, old ones among them', async () => {
  await server.change(
    `dn: ${dn('ann')}\nchangetype: modify\nreplace: userPassword\nuserPassword: second password of ann\n`,
  );
  expect((await server.entry(dn('ann')))['pwdHistory']).toHaveLength(1);
  const users = await server.search(account, `ou=people,${BASE}`, {
    filter: '(objectClass=inetOrgPerson)',
    attributes: ['*', '+'],
  });
  expect(users.map((user) => user['uid']).sort()).toEqual(['ann', 'bob', 'carl']);
  for (const user of users) expect(Object.keys(user)).not.toEqual(expect.arrayContaining(['userPassword']));
  for (const user of users) expect(Object.keys(user)).not.toEqual(expect.arrayContaining(['pwdHistory']));
  const memberOf = async (of: string): Promise<unknown> =>
    (await server.search(account, of, { scope: 'base', attributes: ['memberOf'] }))[0]?.['memberOf'];
  expect(await memberOf(dn('ann'))).toBe(groupDn('leads'));
  expect(await memberOf(groupDn('leads'))).toBe(groupDn('devs'));
});

describe('on port 389', () => {
  const plain = async (): Promise<Client> =>
    new Client({ url: `ldap://${await server.address()}:389`, timeout: 10_000, connectTimeout: 10_000 });

  test('nothing but StartTLS is answered before TLS', async () => {
    const client = await plain();
    await expect(client.search('', { scope: 'base' })).rejects.toThrow(/0xd/);
    await client.unbind();
    const second = await plain();
    await expect(second.bind(account.dn, account.password)).rejects.toThrow(/0xd/);
    await second.unbind();
    const third = await plain();
    await expect(third.exop('1.3.6.1.4.1.4203.1.11.3')).rejects.toThrow(/0xd/);
    await third.unbind();
  });

  test('after StartTLS it is the same directory; another CA or name is refused by the client', async () => {
    const client = await plain();
    await client.startTLS({ ca: ca.pem, servername: 'ldap' });
    await client.bind(account.dn, account.password);
    const { searchEntries } = await client.search(`ou=people,${BASE}`, { filter: '(uid=ann)' });
    expect(searchEntries).toHaveLength(1);
    await client.unbind();
    const wrong = await plain();
    await expect(wrong.startTLS({ ca: TestCertificate.root().certificatePem, servername: 'ldap' })).rejects.toThrow();
    const named = await plain();
    await expect(named.startTLS({ ca: ca.pem, servername: 'other' })).rejects.toThrow();
  });
});

describe('the password policy', () => {
  const change = async (old: string, now: string): Promise<string> => {
    const text = await server.run(
      'sh',
      '-c',
      `LDAPTLS_CACERT=/files/current/tls/ca.pem ldappasswd -x -H ldaps://ldap -D '${dn('ann')}' -w '${old}' -s '${now}'`,
    );
    return text.status === 0 ? '' : text.output;
  };

  test('short and former passwords are refused, others are kept as Argon2id', async () => {
    const current = 'second password of ann';
    expect(await change(current, 'short')).toContain('Constraint violation');
    expect(await change(current, current)).toContain('Constraint violation');
    expect(await change(current, 'third password of ann')).toBe('');
    expect(await change('third password of ann', current)).toContain('Constraint violation');
    expect((await server.entry(dn('ann')))['userPassword']?.[0]).toMatch(/^\{ARGON2\}\$argon2id\$/);
    expect(await server.login(dn('ann'), 'third password of ann')).toBe('');
  });

  test('three wrong ones lock a person, and never the service account', async () => {
    for (let times = 0; times < 3; times++) expect(await server.login(dn('ann'), 'wrong')).toContain('0x31');
    expect(await server.login(dn('ann'), 'third password of ann')).toContain('0x31');
    for (let times = 0; times < 5; times++) expect(await server.login(account.dn, 'wrong')).toContain('0x31');
    expect(await server.login(account.dn, account.password)).toBe('');
    expect(await server.entry(account.dn)).toMatchObject({ pwdPolicySubentry: [`cn=services,ou=policies,${BASE}`] });
  });

  test('a start sets the declared password again and unlocks, and entries stay the same ones', async () => {
    const before = await server.entries(BASE);
    await succeed('docker', ['restart', stack.container('ldap')]);
    expect(
      await until(
        () => server.login(dn('ann'), 'first password of ann'),
        (answer) => answer === '',
        30,
      ),
    ).toBe('');
    const after = await server.entries(BASE);
    const ids = (entries: typeof before): unknown[] =>
      [...entries].map(([name, { entryUUID, createTimestamp }]) => [name, entryUUID, createTimestamp]);
    expect(ids(after)).toEqual(ids(before));
  });
});

describe('declared entries that change', () => {
  const eve = person('eve');
  const annOfNow = person('ann', { ...SECRETS, lastName: 'Changed', email: 'ann@new.example.com' });
  const leadsOfNow = new LdapGroup({ name: 'leads', members: [annOfNow, eve] });
  const changed: Partial<OpenLdapServerProps> = {
    ...names,
    seed: ldif('zwei, größer'),
    users: [annOfNow, eve],
    groups: [
      leadsOfNow,
      new LdapGroup({ name: 'devs', description: 'new', members: [leadsOfNow] }),
      new LdapGroup({ name: 'top', members: [leadsOfNow] }),
    ],
  };

  test('while the server runs, and what people changed stays', async () => {
    const id = await stack.containerId('ldap');
    const { entryUUID } = await server.entry(dn('ann'));
    await server.change(
      `dn: ${dn('ann')}\nchangetype: modify\nreplace: mail\nmail: ann@by-hand.example.com\n-\nadd: title\ntitle: Boss\n\n` +
        `dn: ${groupDn('devs')}\nchangetype: modify\nadd: member\nmember: ${dn('carl')}\n\n` +
        `dn: ${dn('zoe')}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: zoe\ncn: Zoe\nsn: Z\n`,
    );
    await change(directory(changed));
    expect(await stack.containerId('ldap')).toBe(id);
    expect(await server.entry(dn('ann'))).toMatchObject({
      entryUUID,
      cn: ['ann Changed'],
      sn: ['Changed'],
      mail: ['ann@by-hand.example.com'],
      title: ['Boss'],
      memberOf: [groupDn('leads')],
      sshPublicKey: [ED25519],
    });
    expect(await server.entry(dn('carl'))).toMatchObject({
      title: ['zwei, größer'],
      description: [`${'a long one '.repeat(20)}zwei, größer`],
      memberOf: [groupDn('devs')],
    });
    expect(await server.entry(dn('eve'))).toMatchObject({ memberOf: [groupDn('leads')] });
    expect(sorted((await server.entry(groupDn('leads')))['memberOf'])).toEqual([groupDn('devs'), groupDn('top')]);
    expect(sorted((await server.entry(groupDn('leads')))['member'])).toEqual([dn('ann'), dn('eve')]);
    expect(await server.entry(groupDn('devs'))).toMatchObject({ description: ['new'] });
    expect(sorted((await server.entry(groupDn('devs')))['member'])).toEqual([groupDn('leads'), dn('carl')]);
    expect(await server.entry(dn('bob'))).toEqual({});
    expect(await server.entry(dn('zoe'))).toMatchObject({ cn: ['Zoe'] });
    expect(await logs()).toContain(`${dn('ann')} (mail) is left as it is: it was changed in the directory since`);
    expect(await stack.plan(directory(changed))).toEqual([]);
  });

  test('a restart changes nothing of it', async () => {
    const before = await server.entries(`ou=groups,${BASE}`);
    const times = await applied();
    await restart();
    expect(await server.entries(`ou=groups,${BASE}`)).toEqual(before);
    expect(await applied()).toBe(times);
  });

  test('with what needs a new container, before it serves anybody', async () => {
    const fay = person('fay', { password: 'password of fay' });
    const id = await stack.containerId('ldap');
    await deploy(directory({ ...changed, users: [annOfNow, eve, fay] }));
    expect(await stack.containerId('ldap')).not.toBe(id);
    expect(await server.login(dn('fay'), 'password of fay')).toBe('');
    await deploy(directory(changed));
    expect(await server.entry(dn('fay'))).toEqual({});
  });

  test('what the server refuses is said, and tried again', async () => {
    const dora = `dn: ${dn('dora')}\nobjectClass: inetOrgPerson\nuid: dora\ncn: Dora\nsn: D\n`;
    await change(directory({ ...changed, seed: ldif('zwei, größer', `${dora}nosuchthing: 1\n`) }));
    expect(await logs()).toMatch(/uid=dora,.* was not changed: Undefined attribute type \(.*nosuchthing/);
    expect(await server.entry(dn('dora'))).toEqual({});
    await change(directory({ ...changed, seed: ldif('zwei, größer', dora) }));
    expect(await server.entry(dn('dora'))).toMatchObject({ cn: ['Dora'] });
  });
});

test('backup, a new volume, restore: every entry, and what was declared since', async () => {
  const backup = await backedUp();
  expect(backup).toMatch(/^# backup of dc=example,dc=com\n/);
  const before = await server.entries(BASE);
  const volume = `${stack.container('ldap')}-data`;
  await succeed('docker', ['rm', '--force', stack.container('ldap')]);
  await succeed('docker', ['volume', 'rm', volume]);
  await deploy(directory(names));
  expect(await server.entry(dn('zoe'))).toEqual({});
  const restore = (input: string): Promise<{ status: number; output: string }> =>
    command('docker', ['exec', '-i', stack.container('ldap'), 'restore-directory'], { input });
  expect((await restore(backup.slice(0, -500))).output).toContain('whose end is missing');
  expect((await restore(backup.replace('# backup of dc=example', '# backup of dc=other'))).output).toContain(
    'a backup of dc=other,dc=com',
  );
  expect((await restore(backup.replace('\ncn: Zoe\n', '\nnosuchthing: 1\n'))).output).toContain(
    'what is wrong with it',
  );
  expect(await restore(backup)).toMatchObject({ status: 0 });
  await restart();
  expect(await logs()).toContain('restored dc=example,dc=com from a backup');
  const after = await server.entries(BASE);
  // Declared is what the test started with: the rest of the changes of since then is undone, what people made is not.
  expect([...after.keys()].sort()).toEqual(
    [...before.keys()]
      .filter((name) => ![dn('eve'), dn('dora'), groupDn('top')].includes(name))
      .concat(dn('bob'))
      .sort(),
  );
  expect(after.get(dn('zoe'))).toEqual(before.get(dn('zoe')));
  expect(after.get(dn('ann'))).toMatchObject({
    entryUUID: before.get(dn('ann'))?.['entryUUID'],
    title: ['Boss'],
    sn: ['Example'],
  });
  // And where nothing else is declared, nothing differs at all.
  const second = await backedUp();
  const ofNow = await server.entries(BASE);
  expect(
    (await command('docker', ['exec', '-i', stack.container('ldap'), 'restore-directory'], { input: second })).status,
  ).toBe(0);
  await restart();
  expect(withoutPasswords(await server.entries(BASE))).toEqual(withoutPasswords(ofNow));
});

test('an account that people removed in the directory does not keep it from starting', async () => {
  await succeed('docker', ['exec', stack.container('ldap'), 'ldapdelete', ...SOCKET, dn('ann')]);
  await restart();
  expect(await server.entry(dn('ann'))).toEqual({});
  expect(await logs()).toContain(`passwords: not set for what is no longer there: ${dn('ann')}`);
  expect(await logs()).toContain(`SSH keys: not set for what is no longer there: ${dn('ann')}`);
});

const backedUp = (): Promise<string> => succeed('docker', ['exec', stack.container('ldap'), 'backup-directory']);
/** But for what each start sets. */
function withoutPasswords(entries: Awaited<ReturnType<DirectoryServer['entries']>>): unknown {
  const set = [account.dn, dn('ann')];
  return Object.fromEntries(
    [...entries].map(([name, values]) => [name, set.includes(name) ? values['entryUUID'] : values]),
  );
}
