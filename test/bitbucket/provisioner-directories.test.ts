import { rmSync } from 'node:fs';
import { BASE_URL, formWith, redirect, SERVLET, type FakeBitbucket, type Seen } from './fake-bitbucket';
import { Provisioner, SHORT_PAUSES } from './provisioner-run';

jest.setTimeout(60_000);
let provisioner: Provisioner;
let fake: FakeBitbucket;
beforeEach(async () => {
  provisioner = await Provisioner.start();
  fake = provisioner.fake;
});
afterEach(() => provisioner.stop());

const CONFIGURE = '/configure/ldap/';
const SAVE = `POST ${SERVLET}${CONFIGURE}`;
const SYNC = `POST ${SERVLET}/directories/sync`;
const INTERNAL = 'Internal Directory';

/** A directory that an earlier run has made, before requests count. */
async function made(...names: readonly string[]): Promise<void> {
  provisioner.directories = names.map((name) => ({ name }));
  await provisioner.succeed(SHORT_PAUSES);
  fake.changes();
}

describe('a directory that is missing', () => {
  test('is created with all that the form has, synchronised, and remembered', async () => {
    provisioner.directories = [{ name: 'LDAP "1"', fields: { ldapPermissionOption: 'READ_WRITE' } }];
    expect(await provisioner.succeed()).toEqual(
      expect.arrayContaining([
        'directory "LDAP "1"": created',
        'directory "LDAP "1"": synchronisation asked for',
        'directory "LDAP "1"": Full synchronisation completed successfully.',
      ]),
    );
    const [form] = fake.forms(CONFIGURE);
    expect(Object.fromEntries(form ?? [])).toEqual({
      atl_token: 'token-of-the-session',
      directoryId: '0',
      newForm: 'false',
      save: 'Save and Test',
      name: 'LDAP "1"',
      type: 'com.atlassian.crowd.directory.OpenLDAP',
      hostname: 'ldap',
      port: '636',
      ldapUserdn: 'cn=reader,dc=example,dc=com',
      ldapPassword: 'ldap-secret-1',
      ldapBasedn: 'dc=example,dc=com',
      ldapPermissionOption: 'READ_WRITE',
      ldapUserFilter: '(&(objectclass=inetorgperson)(mail="*"))',
      ldapAutoAddGroups: '',
      // What nobody said stays as the server has it: newer versions require fields that older ones do not know.
      minEvictableIdleTimeSeconds: '300',
      useSSL: 'true',
      ldapSecure: 'true',
      _useSSL: 'visible',
      _ldapSecure: 'visible',
      _nestedGroupsEnabled: 'visible',
    });
    const { id } = fake.find('LDAP "1"');
    expect(fake.changes()).toEqual([`POST ${CONFIGURE}`, `POST /directories/sync?directoryId=${id}`]);
  });

  test.each(['basic', 'session'])('needs nothing more at the second run (%s)', async (login) => {
    provisioner.settings = { login };
    await made('LDAP');
    expect(await provisioner.succeed()).toContain('directory "LDAP": unchanged');
    expect(fake.changes()).toEqual(login === 'basic' ? [] : ['POST /rest/tsv/1.0/authenticate']);
  });

  test('may have no password', async () => {
    provisioner.directories = [{ name: 'LDAP', password: '' }];
    await provisioner.succeed();
    expect(fake.find('LDAP').password).toBe('');
  });
});

describe('a directory that differs', () => {
  test.each([
    ['a field', { fields: { hostname: 'ldap2' } }, 'hostname', 'ldap2'],
    ['a selection', { fields: { type: 'com.atlassian.crowd.directory.MicrosoftActiveDirectory' } }, 'type', /Active/],
    ['a choice', { fields: { ldapPermissionOption: 'READ_WRITE' } }, 'ldapPermissionOption', 'READ_WRITE'],
    ['a checkbox that is on', { checkboxes: { nestedGroupsEnabled: true } }, 'nestedGroupsEnabled', 'true'],
    ['a checkbox that is off', { checkboxes: { useSSL: false } }, 'useSSL', 'false'],
  ])('in %s is changed in place, and synchronised', async (_, change, name, value) => {
    await made('LDAP');
    const { id, values } = fake.find('LDAP');
    values['minEvictableIdleTimeSeconds'] = '60';
    provisioner.directories = [{ name: 'LDAP', ...change }];
    expect(await provisioner.succeed()).toContain(`directory "LDAP": changed ${name}`);
    expect(values[name]).toMatch(value);
    expect(values).toMatchObject({ minEvictableIdleTimeSeconds: '60' });
    expect(fake.forms(CONFIGURE).map((form) => [form.get('directoryId'), form.get('ldapPassword')])).toEqual([
      [String(id), ''],
    ]);
    expect(fake.changes()).toEqual([`POST ${CONFIGURE}`, `POST /directories/sync?directoryId=${id}`]);
    await provisioner.succeed();
    expect(fake.changes()).toEqual([]);
  });

  test('in its password gets that alone', async () => {
    await made('LDAP');
    provisioner.directories = [{ name: 'LDAP', password: 'rotated' }];
    expect(await provisioner.succeed()).toContain('directory "LDAP": changed ldapPassword');
    expect(fake.find('LDAP').password).toBe('rotated');
    expect(provisioner.state).not.toContain('rotated');
    fake.changes();
    await provisioner.succeed();
    expect(fake.changes()).toEqual([]);
  });

  test('in its authority alone is sent for the sake of the test of its connection, and synchronised', async () => {
    await made('LDAP');
    provisioner.directories = [{ name: 'LDAP', authority: 'another authority' }];
    fake.on(SAVE, () => formWith('ldap:636 PKIX path building failed'));
    expect(await provisioner.fail()).toContain('it does not trust the certificate');
    expect(await provisioner.fail()).toContain('it does not trust the certificate');
    fake.on(SAVE, () => undefined);
    fake.changes();
    expect(await provisioner.succeed()).toContain('directory "LDAP": changed certificate authority');
    const { id } = fake.find('LDAP');
    expect(fake.changes()).toEqual([`POST ${CONFIGURE}`, `POST /directories/sync?directoryId=${id}`]);
    await provisioner.succeed();
    expect(fake.changes()).toEqual([]);
  });

  test('in its authority, and then no more, is synchronised with the old one', async () => {
    await made('LDAP');
    const before = provisioner.directories;
    provisioner.directories = [{ name: 'LDAP', authority: 'another authority' }];
    fake.on(SAVE, () => formWith('ldap:636 PKIX path building failed'));
    await provisioner.fail();
    provisioner.directories = before;
    fake.changes();
    await provisioner.succeed(SHORT_PAUSES);
    expect(fake.changes()).toEqual([`POST /directories/sync?directoryId=${fake.find('LDAP').id}`]);
  });

  test('because the server makes something else of a value is sent once', async () => {
    const save = (): undefined => void (fake.find('LDAP').values['ldapAutoAddGroups'] = '');
    provisioner.directories = [{ name: 'LDAP', fields: { ldapAutoAddGroups: 'stash-users' } }];
    fake.on(`GET ${SERVLET}${CONFIGURE}`, ({ query }) => (query.has('directoryId') ? save() : undefined));
    expect(await provisioner.succeed()).toContain(
      'directory "LDAP": the server makes "" of ldapAutoAddGroups "stash-users"',
    );
    fake.changes();
    await provisioner.succeed();
    expect(fake.changes()).toEqual([]);
    provisioner.directories = [{ name: 'LDAP', fields: { ldapAutoAddGroups: 'others' } }];
    expect(await provisioner.succeed()).toContain('directory "LDAP": changed ldapAutoAddGroups');
  });

  test('in what the form does not show is changed by what was sent last', async () => {
    const wanted = (ldapExternalId: string) => [{ name: 'LDAP', fields: { ldapExternalId } }];
    provisioner.directories = wanted('entryUUID');
    await provisioner.succeed();
    fake.changes();
    await provisioner.succeed();
    expect(fake.changes()).toEqual([]);
    provisioner.directories = wanted('nsUniqueId');
    expect(await provisioner.succeed()).toContain('directory "LDAP": changed ldapExternalId');
    expect(fake.forms(CONFIGURE)[0]?.get('ldapExternalId')).toBe('nsUniqueId');
  });

  test('because it is disabled is enabled', async () => {
    await made('LDAP');
    const directory = fake.find('LDAP');
    directory.active = false;
    expect(await provisioner.succeed()).toContain('directory "LDAP": enabled');
    expect(directory.active).toBe(true);
    const query = `?directoryId=${directory.id}`;
    expect(fake.changes()).toEqual([`POST /directories/enable${query}`, `POST /directories/sync${query}`]);
  });
});

describe('without its state', () => {
  test('it takes over what has a wanted name, and sends the password', async () => {
    await made('LDAP');
    rmSync(provisioner.stateFile);
    expect(await provisioner.succeed()).toEqual(
      expect.arrayContaining([
        'directory "LDAP": there is one of this name, which is taken over',
        'directory "LDAP": changed ldapPassword, certificate authority',
      ]),
    );
    expect(fake.order).toEqual([INTERNAL, 'LDAP']);
  });

  test('it takes a directory of another id for another', async () => {
    await made('LDAP');
    fake.directories.splice(1, 1);
    fake.add('LDAP');
    expect(await provisioner.succeed()).toContain('directory "LDAP": there is one of this name, which is taken over');
    expect(fake.find('LDAP').password).toBe('ldap-secret-1');
  });
});

describe('a directory that is not wanted any more', () => {
  test('is disabled and removed once it does not synchronise, where it was made here', async () => {
    await made('Old', 'LDAP');
    const old = fake.find('Old');
    old.rounds = [{}, {}, {}, {}, { running: true }, fake.completed()];
    provisioner.directories = [{ name: 'LDAP' }];
    expect(await provisioner.succeed()).toContain('directory "Old": removed, because it is not wanted any more');
    expect(fake.order).toEqual([INTERNAL, 'LDAP']);
    const query = `?directoryId=${old.id}`;
    expect(fake.changes()).toEqual([`POST /directories/disable${query}`, `POST /directories/remove${query}`]);
    expect(old.rounds).toHaveLength(1);
    await provisioner.succeed();
    expect(fake.changes()).toEqual([]);
  });

  test('is left alone where others made it, or made it anew', async () => {
    fake.add('Theirs');
    await made('Theirs', 'Mine');
    fake.directories.splice(2, 1);
    fake.add('Mine');
    provisioner.directories = [];
    await provisioner.succeed();
    expect(fake.changes()).toEqual([]);
    expect(JSON.parse(provisioner.state)).toMatchObject({ directories: {} });
  });
});

describe('a run that ended half way', () => {
  test('makes no second directory, and knows the first for its own', async () => {
    provisioner.directories = [{ name: 'LDAP' }];
    fake.on(SAVE, (seen) => {
      fake.reply(seen);
      return 'hang up';
    });
    expect(await provisioner.fail()).toMatch(/^POST SERVER\/plugins.*: no answer/);
    fake.on(SAVE, () => undefined);
    await provisioner.succeed();
    expect(fake.order).toEqual([INTERNAL, 'LDAP']);
    provisioner.directories = [];
    await provisioner.succeed();
    expect(fake.order).toEqual([INTERNAL]);
  });

  test.each([
    ['after sending', (seen: Seen): 'hang up' => (fake.reply(seen), 'hang up')],
    ['before', (): 'hang up' => 'hang up'],
  ])('%s synchronises what was changed', async (_, reply) => {
    await made('LDAP');
    provisioner.directories = [{ name: 'LDAP', fields: { port: '1636' } }];
    fake.on(SAVE, reply);
    await provisioner.fail();
    fake.on(SAVE, () => undefined);
    expect(await provisioner.succeed()).toContain('directory "LDAP": synchronisation asked for');
    expect(fake.find('LDAP').values['port']).toBe('1636');
  });

  test('between changing and synchronising does the latter', async () => {
    await made('LDAP');
    provisioner.directories = [{ name: 'LDAP', fields: { port: '1636' } }];
    fake.once(SYNC, 'hang up');
    await provisioner.fail();
    fake.changes();
    expect(await provisioner.succeed()).toEqual(
      expect.arrayContaining(['directory "LDAP": unchanged', 'directory "LDAP": synchronisation asked for']),
    );
    expect(fake.changes()).toEqual([`POST /directories/sync?directoryId=${fake.find('LDAP').id}`]);
  });

  test('does not take for its own what was refused', async () => {
    provisioner.directories = [{ name: 'LDAP' }];
    fake.once(SAVE, formWith('Connection test failed.'));
    await provisioner.fail();
    fake.add('LDAP');
    provisioner.directories = [];
    await provisioner.succeed();
    expect(fake.order).toEqual([INTERNAL, 'LDAP']);
  });
});

describe('order', () => {
  test('is that of the list, among the wanted ones, after the internal directory', async () => {
    fake.add('Theirs');
    await made('A', 'B', 'C');
    provisioner.directories = ['C', 'A', 'B'].map((name) => ({ name }));
    expect(await provisioner.succeed()).toContain(`directories moved: ${INTERNAL}, Theirs, C, A, B`);
    expect(fake.order).toEqual([INTERNAL, 'Theirs', 'C', 'A', 'B']);
    const { id } = fake.find('C');
    expect(fake.changes()).toEqual(Array<string>(2).fill(`POST /directories/moveUp?directoryId=${id}`));
    fake.directories.sort((a, b) => Number(a.internal) - Number(b.internal));
    fake.directories.unshift(...fake.directories.splice(1, 1));
    expect(fake.order).toEqual(['C', 'Theirs', 'A', 'B', INTERNAL]);
    await provisioner.succeed();
    expect(fake.order).toEqual(['Theirs', INTERNAL, 'C', 'A', 'B']);
    const moved = fake.seen.filter(({ method }) => method === 'POST').map(({ query }) => query.get('directoryId'));
    expect(moved).not.toContain(String(fake.find(INTERNAL).id));
    expect(moved).not.toContain(String(fake.find('Theirs').id));
  });

  test('is looked at again after moving', async () => {
    await made('A', 'B');
    provisioner.directories = ['B', 'A'].map((name) => ({ name }));
    fake.on(`POST ${SERVLET}/directories/moveUp`, () => redirect(`${BASE_URL}${SERVLET}/directories/list`));
    expect(await provisioner.fail()).toBe(
      `the directories stand in the order ${INTERNAL}, A, B and not ${INTERNAL}, B, A, although they were moved; ` +
        'look whether somebody else moves them, and run it again',
    );
  });

  test('that the server refuses is a failure', async () => {
    await made('A', 'B');
    provisioner.directories = ['B', 'A'].map((name) => ({ name }));
    fake.on(`POST ${SERVLET}/directories/moveUp`, () => formWith('You would lose your privileges.'));
    expect(await provisioner.fail()).toBe(
      'directory "B": moveUp was refused (You would lose your privileges.); ' +
        'do it in the list of user directories of the server, or mend what it says',
    );
  });
});

describe('synchronisation', () => {
  const fresh = (...rounds: Parameters<typeof Array.of<{ running?: boolean; start?: string; status?: string }>>) =>
    fake.on(SYNC, () => {
      fake.find('LDAP').rounds = [...rounds];
      return redirect(`${BASE_URL}${SERVLET}/directories/list?highlightDirectoryId=1`);
    });
  beforeEach(() => (provisioner.directories = [{ name: 'LDAP' }]));

  test('that failed is a failure, and asked for again by the next run', async () => {
    fresh({ running: true }, { start: '9:00', status: 'Synchronisation failed. See server logs for details.' });
    expect(await provisioner.fail()).toBe(
      'directory "LDAP": the synchronisation failed (Synchronisation failed. See server logs for details.); ' +
        'see the log of the server, and look whether ldap runs and base DN, filters and attributes are right',
    );
    fresh({ running: true }, { start: '9:00', status: 'Incremental synchronisation completed successfully.' });
    await provisioner.succeed();
    fake.changes();
    await provisioner.succeed();
    expect(fake.changes()).toEqual([]);
  });

  test('may take as long as it is said to', async () => {
    provisioner.settings = { waitForSynchronisation: 0.2 };
    fresh({ running: true, status: 'Adding 10000 users to the cache.' });
    expect(await provisioner.fail(SHORT_PAUSES)).toBe(
      'directory "LDAP": not synchronised after 0.2 s (Adding 10000 users to the cache.); ' +
        'look whether ldap answers in time, or wait longer',
    );
    expect(await provisioner.fail(SHORT_PAUSES)).toBe(
      'directory "LDAP": an earlier synchronisation still runs after 0.2 s (Adding 10000 users to the cache.); ' +
        'see the log of the server, or wait longer',
    );
  });

  test('that the server began by itself for a new directory is not asked for again', async () => {
    fake.on(SAVE, (seen) => {
      const reply = fake.reply(seen);
      fake.find('LDAP').rounds = [...Array<object>(4).fill({ running: true }), fake.completed()];
      return reply;
    });
    await provisioner.succeed(SHORT_PAUSES);
    expect(fake.changes()).toEqual([`POST ${CONFIGURE}`]);
    expect(fake.find('LDAP').rounds).toHaveLength(1);
  });

  test('may begin by itself just before it is asked for', async () => {
    fake.on(SYNC, () => {
      fake.find('LDAP').rounds = [{ running: true }, { running: true }, fake.completed()];
      return { status: 500 };
    });
    await provisioner.succeed(SHORT_PAUSES);
    fake.find('LDAP').values['port'] = '1';
    fake.on(SYNC, () => ({ status: 500 }));
    expect(await provisioner.fail()).toBe(
      'POST SERVER/plugins/servlet/embedded-crowd/directories/sync: got 500 (no reason given); see the log of the server',
    );
  });

  test('with the settings of before does not count', async () => {
    await made('LDAP');
    const directory = fake.find('LDAP');
    fake.on(SAVE, (seen) => {
      directory.rounds = [...Array<object>(3).fill({ running: true, start: '9:00' }), fake.completed()];
      return fake.reply(seen);
    });
    provisioner.directories = [{ name: 'LDAP', fields: { port: '1636' } }];
    await provisioner.succeed(SHORT_PAUSES);
    expect(fake.changes()).toEqual([`POST ${CONFIGURE}`, `POST /directories/sync?directoryId=${directory.id}`]);
  });

  test('that leaves no trace within its minute is asked for again in the next', async () => {
    await made('LDAP');
    const directory = fake.find('LDAP');
    let asked = 0;
    fake.on(SYNC, () => {
      if (++asked > 1) directory.rounds = [fake.completed()];
      return redirect(`${BASE_URL}${SERVLET}/directories/list`);
    });
    provisioner.directories = [{ name: 'LDAP', fields: { port: '1636' } }];
    await provisioner.succeed(
      `${SHORT_PAUSES}from provisioner import synchronisation\nsynchronisation.ASK_AGAIN_AFTER = 0.1`,
    );
    expect(asked).toBe(2);
  });

  test('needs the directory', async () => {
    fake.on(SYNC, () => {
      fake.directories.pop();
      return redirect(`${BASE_URL}${SERVLET}/directories/list`);
    });
    expect(await provisioner.fail()).toBe('directory "LDAP": somebody removed it during this run; run it again');
  });
});

describe('a form that is refused', () => {
  beforeEach(() => (provisioner.directories = [{ name: 'LDAP' }]));
  const test_ = 'the server tested the connection to ldap:636 and failed';
  const certificate =
    'it does not trust the certificate, or that is for another host; give the CA that issued it as the CA of the ' +
    'directory, and a certificate with this host name in subjectAltName';
  const bind = 'the bind was refused; correct the bind DN (ldapUserdn) or its password';
  const base = 'there is no such entry; correct the base DN (ldapBasedn)';
  const reach = 'it cannot be reached from the server; correct hostname and port, or start the directory';

  test.each([
    ['ldap:636; nested exception is javax.naming.CommunicationException: Connection refused', `${test_} (%): ${reach}`],
    ['java.net.UnknownHostException: ldap', `${test_} (%): ${reach}`],
    ['ldap:636', `${test_} (%): ${reach}`],
    ['simple bind failed: ldap:636; nested exception is java.net.SocketException: reset', `${test_} (%): ${reach}`],
    ['CommunicationException: ldap:636 [PKIX path building failed: unable to find]', `${test_} (%): ${certificate}`],
    ['CertificateException: No subject alternative DNS name matching ldap found', `${test_} (%): ${certificate}`],
    ['[LDAP: error code 49 - Invalid Credentials]', `${test_} (%): ${bind}`],
    ['[LDAP: error code 32 - No Such Object]', `${test_} (%): ${base}`],
    [
      'A directory with the name LDAP already exists.',
      'the name is taken (%); give another name, or that of the present one exactly as the server writes it to take it over',
    ],
    ['Something else', 'the server refuses the form (%); correct the directory, or see its log'],
    ['Base DN is required.', 'a required field is missing (%); give it'],
  ])('because of %s says what to do', async (error, message) => {
    fake.on(SAVE, () => formWith(error.replace(/[<>]/g, '')));
    expect(await provisioner.fail()).toBe(`directory "LDAP": ${message.replace('%', error)}`);
    expect(JSON.parse(provisioner.state)).toEqual({
      directories: {},
      permissions: {},
    });
  });

  test('names the fields, and no secret that the server repeats', async () => {
    fake.on(SAVE, () =>
      formWith('', { ldapBasedn: 'Required <b>field</b>&nbsp;missing', ldapUserFilter: 'Not ldap-secret-1' }),
    );
    expect(await provisioner.fail()).toBe(
      'directory "LDAP": the server refuses ldapBasedn, ldapUserFilter (Required field missing Not ***); correct these',
    );
  });

  test('with a message below its fields is not wrong in the last of them', async () => {
    const message = '<div class="aui-message aui-message-error"><p>Base DN is required.</div>';
    fake.on(SAVE, () => ({ status: 200, body: `<form><input name="port">${message}</form><p>Footer` }));
    expect(await provisioner.fail()).toBe(
      'directory "LDAP": a required field is missing (Base DN is required.); give it',
    );
  });

  test('without a reason is a failure, too', async () => {
    fake.on(SAVE, () => ({ status: 200, body: '<p>Welcome' }));
    expect(await provisioner.fail()).toContain('(no reason given)');
  });

  test('because the session or the token was not accepted', async () => {
    const message = (path: string): string =>
      `directory "LDAP": the server did not take the form but redirected to ${BASE_URL}${SERVLET}${path}: it did not ` +
      `accept the session or atl_token, or its base URL is wrong; make ${BASE_URL} the base URL in its settings, and ` +
      'look that nothing between takes cookies away';
    fake.on(SAVE, () => redirect(`${BASE_URL}${SERVLET}/directories/list?timeout=true`));
    expect(await provisioner.fail()).toBe(message('/directories/list'));
    fake.on(SAVE, () => undefined);
    fake.on(SYNC, () => redirect(`${BASE_URL}${SERVLET}/directories/list?timeout=true`));
    expect(await provisioner.fail()).toBe(message('/directories/list'));
  });

  test('with a status that nobody expected', async () => {
    fake.on(SAVE, () => ({ status: 403 }));
    expect(await provisioner.fail()).toBe(
      'POST SERVER/plugins/servlet/embedded-crowd/configure/ldap/: got 403 (no reason given); see the log of the server',
    );
  });
});

test('a page without the form is a failure', async () => {
  provisioner.directories = [{ name: 'LDAP' }];
  fake.on(`GET ${SERVLET}${CONFIGURE}`, () => ({ status: 200, body: '<title>Log in</title><form></form>' }));
  expect(await provisioner.fail()).toBe(
    'GET SERVER/plugins/servlet/embedded-crowd/configure/ldap/: there is no form for directories but "Log in"; ' +
      'look with a browser as the administrator whether the server asks to log in or to confirm the password',
  );
});

test('the internal directory is never taken over', async () => {
  provisioner.directories = [{ name: INTERNAL }];
  expect(await provisioner.fail()).toBe(
    `directory "${INTERNAL}": so is the internal directory of the server called; take another name`,
  );
});
