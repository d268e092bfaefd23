import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { TestCertificate, TestFolder } from '../support/test-certificates';
import { create, DIRECTORY, errors, FORM, operate, session, SERVLET, submit, synchronise } from './stand-in-form';
import { freePort, STAND_IN, StandIn } from './stand-in-process';

const BASE_URL = 'https://git.localhost:9443/bitbucket';
const TROUBLESHOOT = `${BASE_URL}/plugins/servlet/embedded-crowd/directories/troubleshoot`;
/** All rules of directories. */
const RULES = [
  ...['xsrf-token', 'sysadmin-only', 'mode-required', 'connection-test', 'troubleshoot-redirect', 'duplicate-name'],
  ...['empty-password-kept', 'password-hidden', 'required-fields', 'base-dn-required', 'sync-interval'],
  ...['pool-settings', 'auto-groups-local-only', 'auto-groups-separator', 'checkbox-marker'],
];

let strict: StandIn;
let lenient: StandIn;
beforeAll(async () => {
  [strict, lenient] = await Promise.all([StandIn.start(), StandIn.start({ without: RULES })]);
});
beforeEach(() => [strict, lenient].forEach((standIn) => standIn.serveDirectory(DIRECTORY)));
afterAll(() => Promise.all([strict, lenient].map((standIn) => standIn.remove())));

let number = 0;
const newName = (): string => `Directory ${number++}`;

/** What the edit form shows of a field; undefined for a box that is not checked. */
async function shown(standIn: StandIn, id: string, name: string): Promise<string | undefined> {
  const { body } = await standIn.ask(`${SERVLET}/configure/ldap/?directoryId=${id}`);
  const select = new RegExp(`<select name="${name}">.*?<option value="([^"]*)" selected>`).exec(body)?.[1];
  if (select !== undefined) return select;
  const [, value, checked] = new RegExp(`name="${name}" value="([^"]*)"( checked)?>`).exec(body) ?? [];
  return body.includes(`type="checkbox" name="${name}"`) && checked === undefined ? undefined : value;
}

async function names(standIn: StandIn): Promise<string[]> {
  const { body } = await standIn.ask('/bitbucket/rest/crowd/1/directory');
  return [...body.matchAll(/<directory name="(.*?)"/g)].map((found) => found[1] ?? '');
}

describe('the form', () => {
  test('creates: 302 to the new directory, whose form shows all but the password', async () => {
    const name = 'A "directory" & <more>';
    const { status, location } = await submit(strict, { name, useSSL: 'true', _ldapPagedresults: 'visible' });
    const id = /^(.*)\?directoryId=(\d+)&forceTest=true$/.exec(location);
    expect([status, id?.[1]]).toEqual([302, TROUBLESHOOT]);
    const { body } = await strict.ask(`${SERVLET}/configure/ldap/?directoryId=${id?.[2] ?? ''}`);
    expect(body).toContain('name="name" value="A &quot;directory&quot; &amp; &lt;more&gt;"');
    expect(body).toContain('<input type="checkbox" name="useSSL" value="true" checked>');
    expect(body).toContain('<input type="hidden" name="_useSSL" value="visible">');
    expect(body).toContain('<input type="checkbox" name="ldapPagedresults" value="true">');
    expect(body).toContain('<option value="com.atlassian.crowd.directory.OpenLDAP" selected>');
    expect(body).toContain('<input type="password" name="ldapPassword" value="">');
    expect(body).not.toContain(FORM['ldapPassword']);
    const edit = await strict.ask(`${SERVLET}/directories/edit?directoryId=${id?.[2] ?? ''}`);
    expect(edit.location).toBe(
      `${BASE_URL}/plugins/servlet/embedded-crowd/configure/ldap/?directoryId=${id?.[2] ?? ''}`,
    );
  });

  test('shows the password, and leads elsewhere, without these rules', async () => {
    const name = newName();
    expect((await submit(lenient, { name })).location).toMatch(/\/directories\/list$/);
    const { body } = await lenient.ask('/bitbucket/rest/crowd/1/directory');
    const id = new RegExp(`name="${name}"><link href="[^"]*/(\\d+)"`).exec(body)?.[1] ?? '';
    expect(await shown(lenient, id, 'ldapPassword')).toBe(FORM['ldapPassword']);
  });

  test('needs the token of its session, which X-Atlassian-Token does not stand for', async () => {
    const { cookie, token } = await session(strict);
    const form = { ...FORM, name: newName() };
    const headers = { cookie, 'x-atlassian-token': 'no-check' };
    for (const ask of [
      { form, headers },
      { form: { ...form, atl_token: 'other' }, headers },
      { form: { ...form, atl_token: token } },
    ]) {
      expect(await strict.ask(`${SERVLET}/configure/ldap/`, ask)).toMatchObject({ status: 302, location: BASE_URL });
    }
    expect(await names(strict)).not.toContain(form.name);
    await lenient.ask(`${SERVLET}/configure/ldap/`, { form });
    expect(await names(lenient)).toContain(form.name);
  });

  test('is for system administrators', async () => {
    const { status, location } = await strict.ask(`${SERVLET}/directories/list`, { as: null });
    expect([status, location.replace(/:\d+/, '')]).toEqual([
      302,
      'http://127.0.0.1/bitbucket/login?next=%2Fplugins%2Fservlet%2Fembedded-crowd%2Fdirectories%2Flist',
    ]);
    expect(await strict.ask('/bitbucket/rest/crowd/1/directory', { as: null })).toMatchObject({ status: 401 });
    expect(await lenient.ask(`${SERVLET}/directories/list`, { as: null })).toMatchObject({ status: 200 });
    expect(await lenient.ask('/bitbucket/rest/crowd/1/directory', { as: null })).toMatchObject({ status: 200 });
  });

  test.each<[string, Record<string, string | undefined>, RegExp]>([
    ['no mode', { save: undefined }, /submission mode is missing/],
    ['no name', { name: ' ' }, /name is required/],
    ['no group description', { ldapGroupDescription: undefined }, /ldapGroupDescription is required/],
    ['no port, although the bean has one', { port: undefined }, /port is required/],
    ['no interval', { ldapCacheSynchroniseIntervalInMin: undefined }, /Interval\w+ is required/],
    ['an interval of 0', { ldapCacheSynchroniseIntervalInMin: '0' }, /Interval\w+ is invalid/],
    ['no base DN', { ldapBasedn: undefined }, /ldapBasedn is required/],
    ['no eviction interval', { timeBetweenEvictionRunsSeconds: undefined }, /timeBetween\w+ is invalid/],
    ['no idle time', { minEvictableIdleTimeSeconds: '0' }, /minEvictable\w+ is invalid/],
    ['a | in the groups', { ldapAutoAddGroups: 'a|b' }, /ldapAutoAddGroups is invalid/],
    ['no connection', { ldapPassword: 'wrong' }, /Connection test failed.*error code 49/],
  ])('refuses %s', async (_, changes, message) => {
    const name = newName();
    const { status, body } = await submit(strict, { name, ...changes });
    expect([status, errors(body)]).toEqual([200, [expect.stringMatching(message) as string]]);
    expect(await names(strict)).not.toContain(name);
    expect(await submit(lenient, { name, ...changes })).toMatchObject({ status: 302 });
  });

  test.each<[string, Record<string, string>]>([
    ['type', { type: 'OpenLDAP' }],
    ['ldapPermissionOption', { ldapPermissionOption: 'read_only' }],
    ['groupSyncOnAuthMode', { groupSyncOnAuthMode: 'only_when_first_created' }],
    ['port', { port: 'ldap' }],
  ])('refuses what is none of %s', async (field, changes) => {
    const { status, body } = await submit(strict, { name: newName(), ...changes });
    expect([status, errors(body)]).toEqual([200, [expect.stringMatching(new RegExp(`^${field}: `)) as string]]);
  });

  test('tests without saving; a generic directory needs no base DN, and JNDI no pool', async () => {
    const name = newName();
    const { status, body } = await submit(strict, { name, save: undefined, test: 'Quick Test' });
    expect([status, errors(body)]).toEqual([200, []]);
    expect(body).toContain('Connection test successful.');
    expect(await names(strict)).not.toContain(name);
    const type = 'com.atlassian.crowd.directory.GenericLDAP';
    const fields = { ldapBasedn: '', ldapPoolType: 'JNDI', minEvictableIdleTimeSeconds: '' };
    expect(await submit(strict, { name, type, ...fields })).toMatchObject({ status: 302 });
  });

  test('takes a name once', async () => {
    const name = newName();
    await create(strict, { name });
    const { status, body } = await submit(strict, { name });
    expect([status, errors(body)]).toEqual([200, [`A directory with the name ${name} already exists.`]]);
    expect(await submit(lenient, { name })).toMatchObject({ status: 302 });
    expect(await submit(lenient, { name })).toMatchObject({ status: 302 });
  });

  test('updates in place: an empty password and what is not sent stay', async () => {
    const id = await create(strict, { name: newName(), ldapExternalId: 'entryUUID' });
    const name = newName();
    const changed = await submit(strict, { directoryId: id, name, ldapPassword: '', ldapUserDn: 'ou=people' });
    expect(changed.location).toBe(`${TROUBLESHOOT}?directoryId=${id}&forceTest=true`);
    expect(await shown(strict, id, 'name')).toBe(name);
    expect(await shown(strict, id, 'ldapUserDn')).toBe('ou=people');
    expect(await shown(strict, id, 'ldapExternalId')).toBe('entryUUID');
    const wrong = await submit(strict, { directoryId: id, name, ldapPassword: 'wrong' });
    expect(errors(wrong.body)).toEqual([expect.stringContaining('error code 49')]);
    expect(await synchronise(strict, id)).toBe('Full synchronisation completed successfully.');
    expect(errors((await submit(strict, { directoryId: '1' })).body)).toEqual(['The directory does not exist.']);
  });

  test('without the rule an empty password is the new one', async () => {
    const standIn = await StandIn.start({ without: ['empty-password-kept'] });
    standIn.serveDirectory(DIRECTORY);
    const id = await create(standIn);
    const { body } = await submit(standIn, { directoryId: id, ldapPassword: '' });
    expect(errors(body)).toEqual([expect.stringContaining('error code 49')]);
    await standIn.remove();
  });

  test('a box without its marker has its default, with the marker alone it is off', async () => {
    const field = 'crowdSyncIncrementalEnabled';
    expect(await shown(strict, await create(strict, { name: newName() }), field)).toBe('true');
    const off = await create(strict, { name: newName(), [`_${field}`]: 'visible' });
    expect(await shown(strict, off, field)).toBeUndefined();
    const standIn = await StandIn.start({ without: ['checkbox-marker'] });
    standIn.serveDirectory(DIRECTORY);
    expect(await shown(standIn, await create(standIn), field)).toBeUndefined();
    await standIn.remove();
  });

  test('groups are added with local groups alone', async () => {
    const groups = { ldapAutoAddGroups: 'git-readers, others' };
    const id = await create(strict, { name: newName(), ...groups });
    expect(await shown(strict, id, 'ldapAutoAddGroups')).toBe('');
    const local = { ...groups, ldapPermissionOption: 'READ_ONLY_LOCAL_GROUPS' };
    const other = await create(strict, { name: newName(), ...local });
    expect(await shown(strict, other, 'ldapAutoAddGroups')).toBe('git-readers, others');
    const standIn = await StandIn.start({ without: ['auto-groups-local-only'] });
    standIn.serveDirectory(DIRECTORY);
    expect(await shown(standIn, await create(standIn, groups), 'ldapAutoAddGroups')).toBe('git-readers, others');
    await standIn.remove();
  });
});

describe('the connection test says what Java would', () => {
  const said = async (changes: Record<string, string>): Promise<string> =>
    errors((await submit(strict, { name: newName(), ...changes })).body).join();

  test('for a wrong bind or base DN', async () => {
    expect(await said({ ldapUserdn: 'cn=other' })).toContain('[LDAP: error code 49 - Invalid Credentials]');
    expect(await said({ ldapBasedn: 'dc=other' })).toContain('[LDAP: error code 32 - No Such Object]');
  });

  test('for a server that is not there', async () => {
    strict.serveDirectory(undefined);
    const port = String(await freePort());
    expect(await said({ hostname: '127.0.0.1', port })).toContain('java.net.ConnectException: Connection refused');
    expect(await said({ hostname: 'ldap.invalid' })).toContain('java.net.UnknownHostException: ldap.invalid');
  });

  test('for a certificate of another authority or host, or no authority at all', async () => {
    const [root, other] = [TestCertificate.root(), TestCertificate.root({ subject: '/CN=Other' })];
    const leaf = root.issue({ names: 'DNS:ldap.localhost' });
    const server = createServer({ cert: leaf.certificatePem, key: leaf.keyPem }).listen(0, '127.0.0.1');
    server.on('tlsClientError', () => undefined);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const folder = new TestFolder();
    const refused = async (store: string): Promise<string> => {
      const environment = { JVM_SUPPORT_RECOMMENDED_ARGS: `-Djavax.net.ssl.trustStore=${store}` };
      const standIn = await StandIn.start({ environment });
      const { body } = await submit(standIn, { useSSL: 'true', hostname: '127.0.0.1', port: String(port) });
      await standIn.remove();
      return errors(body).join();
    };
    const said = await Promise.all([
      refused(folder.write('other', other.certificatePem)),
      refused(folder.write('root', root.certificatePem)),
      refused(join(folder.path, 'nowhere')),
    ]);
    expect(said).toEqual([
      expect.stringContaining('PKIX path building failed'),
      expect.stringContaining('No subject alternative DNS name matching 127.0.0.1 found.'),
      expect.stringContaining('the trustAnchors parameter must be non-empty'),
    ]);
    server.close();
    folder.remove();
  });

  test('LDAPS is verified with the trust store of the JVM arguments', async () => {
    const store = join(strict.home, 'cacerts');
    const pem = '-----BEGIN CERTIFICATE-----\nauthority\n-----END CERTIFICATE-----\n';
    writeFileSync(store, pem);
    const environment = { JVM_SUPPORT_RECOMMENDED_ARGS: `-Djavax.net.ssl.trustStore=${store}` };
    const [trusting, careless] = await Promise.all([
      StandIn.start({ environment }),
      StandIn.start({ environment, without: ['ldaps-verified'] }),
    ]);
    for (const standIn of [trusting, careless]) {
      standIn.serveDirectory(DIRECTORY);
      await create(standIn, { useSSL: 'true', port: '636' });
    }
    expect(trusting.lastLdaps()).toEqual({ url: 'ldaps://ldap:636', verify: 'demand', authorities: pem });
    expect(careless.lastLdaps().verify).toBe('never');
    await Promise.all([trusting.remove(), careless.remove()]);
  });
});

describe('the list of directories', () => {
  const LIST = `${BASE_URL}/plugins/servlet/embedded-crowd/directories/list`;

  test('moves, disables, enables and removes', async () => {
    const standIn = await StandIn.start();
    standIn.serveDirectory(DIRECTORY);
    const [a, b] = [await create(standIn, { name: 'a' }), await create(standIn, { name: 'b' })];
    const internal = 'Bitbucket Internal Directory';
    expect(await names(standIn)).toEqual([internal, 'a', 'b']);
    const moved = await operate(standIn, 'moveUp', b);
    expect(moved).toMatchObject({ status: 302, location: `${LIST}?highlightDirectoryId=${b}` });
    expect(await names(standIn)).toEqual([internal, 'b', 'a']);
    await operate(standIn, 'moveDown', b);
    await operate(standIn, 'moveDown', b);
    expect(await names(standIn)).toEqual([internal, 'a', 'b']);

    await operate(standIn, 'disable', a);
    const active = async (query: string): Promise<string> =>
      (await standIn.ask(`/bitbucket/rest/api/latest/admin/user-directories${query}`)).body;
    expect(await active('')).not.toContain('"a"');
    expect(await active('?includeInactive=true')).toContain('"name":"a","active":false');
    await operate(standIn, 'enable', a);
    expect(await active('')).toContain('"name":"a","active":true,"type":"CONNECTOR"');
    await operate(standIn, 'remove', a);
    expect(await names(standIn)).toEqual([internal, 'b']);
    expect(errors((await operate(standIn, 'sync', a)).body)).toEqual(['The directory does not exist.']);
    expect(await standIn.ask(`${SERVLET}/directories/remove?directoryId=${b}`)).toMatchObject({ status: 405 });
    await standIn.remove();
  });

  test('keeps the administrator what they are', async () => {
    const { body } = await strict.ask('/bitbucket/rest/crowd/1/directory');
    const internal = /Internal Directory"><link href="[^"]*\/(\d+)"/.exec(body)?.[1] ?? '';
    for (const operation of ['disable', 'remove']) {
      const refused = await operate(strict, operation, internal);
      expect(errors(refused.body)).toEqual(['You cannot disable or remove the directory that you are in.']);
    }
    const admin = { dn: 'uid=admin,dc=example,dc=com', attributes: { objectClass: ['inetOrgPerson'], uid: ['admin'] } };
    const standIn = await StandIn.start();
    standIn.serveDirectory({ ...DIRECTORY, entries: [...DIRECTORY.entries, admin] });
    const id = await create(standIn);
    await synchronise(standIn, id);
    // The directory's own administrator would come first: the permission is the name's, so nobody loses anything.
    expect(await operate(standIn, 'moveUp', id)).toMatchObject({ status: 302 });
    await standIn.remove();
  });
});

describe('synchronisation', () => {
  test('tells nothing before the first, then when it was and how it ended', async () => {
    const id = await create(strict, { name: newName() });
    const path = `/bitbucket/rest/crowd/1/directory/${id}`;
    const headers = { accept: 'application/json' };
    const before = JSON.parse((await strict.ask(path, { headers })).body) as { link: { href: string }[] };
    expect(before).toMatchObject({ synchronisation: { lastDuration: 0, currentStartTime: 0, currentDuration: 0 } });
    expect(before).not.toHaveProperty('synchronisation.syncStatus');
    expect(before.link[0]?.href).toMatch(new RegExp(`${path}$`));
    expect(await synchronise(strict, id)).toBe('Full synchronisation completed successfully.');
    const after: unknown = JSON.parse((await strict.ask(path, { headers })).body);
    expect(after).toMatchObject({
      synchronisation: { lastStartTime: expect.stringMatching(/^\d+\/\d+\/\d\d \d+:\d\d [AP]M$/) as string },
    });
    strict.serveDirectory(undefined);
    expect(await synchronise(strict, id)).toContain('failed');
    expect(await strict.ask('/bitbucket/rest/crowd/1/directory/1')).toMatchObject({ status: 404 });
    const post = await strict.ask(path, { method: 'POST', json: {} });
    expect(post.status).toBe(405);
  });

  test('takes its time, and a directory is not removed meanwhile', async () => {
    const standIn = await StandIn.start({ environment: { STANDIN_SYNCHRONISATION_SECONDS: '60' } });
    standIn.serveDirectory(DIRECTORY);
    const id = await create(standIn);
    await operate(standIn, 'sync', id);
    const { body } = await standIn.ask(`/bitbucket/rest/crowd/1/directory/${id}`);
    expect(body).toContain('<syncStatus>Synchronising users and groups.</syncStatus>');
    expect(body).toMatch(/<currentStartTime>\d{13}</);
    expect(errors((await operate(standIn, 'remove', id)).body)).toEqual(['The directory is currently synchronising.']);
    await standIn.remove();
  });
});

test('LDIF is read with base64, comments and references', () => {
  const ldif = 'dn:: Y249w6Q=\ncn:: w6Q=\ncn: b\n\n# refldap://a\n\nref: ldap://a\n\ndn: cn=c\nCN: c: d\n\n';
  const code = `
import json, sys
from stand_in.ldap import parse_ldif
print(json.dumps([[entry.dn, entry.attributes] for entry in parse_ldif(sys.stdin.read())]))`;
  const { stdout } = spawnSync('python3', ['-B', '-c', code], { cwd: STAND_IN, input: ldif, encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual([
    ['cn=ä', { cn: ['ä', 'b'] }],
    ['cn=c', { cn: ['c: d'] }],
  ]);
});
