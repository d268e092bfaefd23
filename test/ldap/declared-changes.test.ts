import { spawnSync } from 'node:child_process';
import { Ldif } from '../../constructs/ldap/ldif';
import { seedText } from '../../constructs/ldap/ldif-text';
import { TestFolder } from '../support/test-certificates';

/** The program of the directory's image that compares what is declared with what was; a stand-in says what is in the directory. */
const PROGRAM = 'images/openldap/declared-changes';
const folder = new TestFolder();
afterAll(() => folder.remove());
folder.write('ldapsearch', '#!/bin/sh\nfor dn; do last2=$last; last=$dn; done\ncat "$LIVE" 2>/dev/null\n');
spawnSync('chmod', ['0755', `${folder.path}/ldapsearch`]);

const BASE = 'dc=example,dc=com';
const seed = (name: string, ...records: readonly string[]): string =>
  folder.write(name, seedText(Ldif.parse(records.join('\n')).entries));

interface Outcome {
  readonly output: string;
  readonly log: string;
}

function run(args: readonly string[], live = ''): Outcome {
  const { status, stdout, stderr } = spawnSync('perl', [PROGRAM, ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${folder.path}:${process.env['PATH'] ?? ''}`,
      LDAP_SOCKET: 'x',
      LIVE: folder.write('live', live),
    },
  });
  if (status !== 0) throw new Error(stderr);
  return { output: stdout, log: stderr };
}
const plan = (old: readonly string[], now: readonly string[], live?: string): Outcome =>
  run(['plan', seed('old', ...old), seed('new', ...now)], live);
const record = (old: readonly string[], now: readonly string[], rejected: string): Outcome =>
  run(['record', seed('old', ...old), seed('new', ...now), folder.write('rejected', rejected)]);

const ann = (...lines: readonly string[]): string =>
  [`dn: uid=ann,${BASE}`, 'objectClass: inetOrgPerson', 'uid: ann', 'cn: Ann', 'sn: A', ...lines, ''].join('\n');
const group = (...members: readonly string[]): string =>
  [
    `dn: cn=g,${BASE}`,
    'objectClass: groupOfNames',
    'cn: g',
    ...members.map((member) => `member: uid=${member},${BASE}`),
    '',
  ].join('\n');
const change = (attribute: string, ...lines: readonly string[]): string =>
  [`dn: uid=ann,${BASE}`, 'changetype: modify', ...lines, '-', '', ''].join('\n').replace(/@(?=: |$)/gm, attribute);
const PERMISSIVE = 'control: 1.2.840.113556.1.4.1413 true';

describe('plan', () => {
  test('what is the same needs nothing, however it is written', () => {
    expect(plan([ann('mail: a@x')], [ann('mail: a@x')])).toEqual({ output: '', log: '' });
    const other = ann('mail: a@x')
      .replace(`dn: uid=ann,${BASE}`, 'dn: UID=Ann, DC=example,  dc=com')
      .replace('uid: ann', 'uid:: YW5u');
    expect(plan([ann('mail: a@x')], [other]).output).toBe('');
  });

  test('a new entry is added, with its password and without what an overlay computes', () => {
    const { output } = plan([], [ann('userPassword: {SSHA}x', `memberOf: cn=g,${BASE}`)]);
    expect(output).toBe(
      `dn: uid=ann,${BASE}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ann\ncn: Ann\nsn: A\nuserPassword: {SSHA}x\n\n`,
    );
  });

  test('exactly the values that came and went', () => {
    expect(plan([ann('mail: a@x', 'mail: b@x')], [ann('mail: b@x', 'mail: c@x')]).output).toBe(
      change('mail', 'delete: @', '@: a@x', '-', 'add: @', '@: c@x'),
    );
    expect(plan([ann()], [ann('title: Boss')]).output).toBe(change('title', 'add: @', '@: Boss'));
    expect(plan([ann('title: Boss')], [ann()]).output).toBe(change('title', 'delete: @', '@: Boss'));
  });

  test('each attribute by itself, so that one which people changed stops no other', () => {
    const { output } = plan([ann('title: a', 'mail: a@x')], [ann('title: b', 'mail: b@x')]);
    expect(output.split('changetype: modify')).toHaveLength(3);
  });

  test('values in base64, folded lines, options and bytes', () => {
    const long = 'x'.repeat(200);
    const { output } = plan(
      [ann('displayName;lang-de: Änn', `description: ${long}`)],
      [ann('displayName;lang-de: Ännchen', `description: ${long}y`)],
    );
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    expect(output).toContain(`delete: description\ndescription: ${long}\n-\nadd: description\ndescription: ${long}y\n`);
    expect(output).toContain(
      `delete: displayName;lang-de\ndisplayName;lang-de:: ${base64('Änn')}\n-\nadd: displayName;lang-de\ndisplayName;lang-de:: ${base64('Ännchen')}\n`,
    );
    const photo = (byte: number): string => `jpegPhoto:: ${Buffer.from([0xff, byte]).toString('base64')}`;
    expect(plan([ann(photo(1))], [ann(photo(2))]).output).toBe(change('jpegPhoto', 'replace: @', photo(2)));
    expect(plan([ann('description: a')], [ann('description:: IGE=')]).output).toContain('description:: IGE=\n');
    expect(plan([ann()], [ann('description:: YQpiOiBj')]).output).toContain('description:: YQpiOiBj\n');
  });

  test('passwords stay', () => {
    expect(plan([ann('userPassword: {SSHA}a')], [ann('userPassword: {SSHA}b')]).output).toBe('');
    expect(plan([ann()], [ann('userPassword: {SSHA}b')]).output).toBe('');
  });

  test('members one by one, new ones first', () => {
    const people = ['a', 'b', 'c'].map((name) => ann().replaceAll('ann', name));
    const { output } = plan([...people, group('a', 'b')], [...people, group('b', 'c')]);
    expect(output).toBe(
      `dn: cn=g,${BASE}\n${PERMISSIVE}\nchangetype: modify\nadd: member\nmember: uid=c,${BASE}\n\n` +
        `dn: cn=g,${BASE}\nchangetype: modify\ndelete: member\nmember: uid=a,${BASE}\n\n`,
    );
  });

  test('an empty member, which stands for none', () => {
    const empty = `dn: cn=g,${BASE}\nobjectClass: groupOfNames\ncn: g\nmember:\n`;
    expect(plan([empty, ann()], [group('ann'), ann()]).output).toContain('delete: member\nmember:\n');
  });

  test('a class comes with the attributes that it asks for', () => {
    const { output } = plan(
      [ann('title: a')],
      [ann('objectClass: posixAccount', 'uidNumber: 1', 'gidNumber: 1', 'homeDirectory: /a', 'title: b')],
    );
    const [first, second] = output.split('\n\n');
    expect(first).toContain(`${PERMISSIVE}\nchangetype: modify\nadd: objectClass\nobjectClass: posixAccount\n-\n`);
    for (const name of ['uidNumber', 'gidNumber', 'homeDirectory']) expect(first).toContain(`add: ${name}\n`);
    expect(second).toContain('delete: title\ntitle: a\n');
  });

  test('what is no longer declared goes, from below, unless somebody changed it', () => {
    const above = `dn: ou=x,${BASE}\nobjectClass: organizationalUnit\nou: x\n`;
    const below = `dn: ou=y,ou=x,${BASE}\nobjectClass: organizationalUnit\nou: y\n`;
    expect(plan([above], [], above).output).toBe(`dn: ou=x,${BASE}\nchangetype: delete\n\n`);
    const gone = (live: string): Outcome => plan([ann('mail: a@x', 'userPassword: {SSHA}a')], [], live);
    for (const live of [
      ann('mail: a@x', 'userPassword: {SSHA}other'),
      ann('mail: a@x', 'sshPublicKey: ssh-ed25519 x', 'objectClass: ldapPublicKey'),
      ann('MAIL:: YUB4').replace('cn: Ann', 'cn: ANN'),
    ]) {
      expect(gone(live)).toEqual({ output: `dn: uid=ann,${BASE}\nchangetype: delete\n\n`, log: '' });
    }
    for (const live of [ann('mail: b@x'), ann('mail: a@x', 'title: Boss'), ann(), ann('mail: a@x', 'mail: b@x')]) {
      expect(gone(live)).toEqual({
        output: '',
        log: `declared-changes: uid=ann,${BASE} is no longer declared and stays: it was changed in the directory since\n`,
      });
    }
    expect(gone('')).toEqual({ output: '', log: '' });
    const order = plan([above, below], [], `${above}\n`).output;
    expect(order).not.toContain('ou=y');
  });
});

describe('record', () => {
  const old = [ann('title: a'), group('ann')];
  const now = [ann('title: b'), group('ann', 'x')];
  const rejection = (code: number, lines: string, info = ''): string =>
    `# Error: Some text (${code}) (line=3)${info}\n${lines}\n`;
  const title = change('title', 'delete: @', '@: a', '-', 'add: @', '@: b');

  test('is what is declared where all went well', () => {
    const { output, log } = record(old, now, '');
    expect(output).toBe(seedText(Ldif.parse(now.join('\n')).entries));
    expect(log).toBe('');
  });

  test('is what is declared also where people were first, and says so', () => {
    const { output, log } = record(
      old,
      now,
      rejection(16, title, ', additional info: modify/delete: title: no such value'),
    );
    expect(output).toContain('title: b');
    expect(log).toBe(
      `declared-changes: uid=ann,${BASE} (title) is left as it is: it was changed in the directory since\n`,
    );
    expect(record(old, now, rejection(68, `dn: uid=ann,${BASE}\nchangetype: add\nuid: ann\n`)).log).toContain(
      'was there already',
    );
    expect(record(old, now, rejection(32, title)).log).toContain('the entry was removed in the directory');
    const member = `dn: cn=g,${BASE}\nchangetype: modify\ndelete: member\nmember: uid=y,${BASE}\n`;
    expect(record(old, now, rejection(16, member)).log).toBe('');
  });

  test('keeps what it was of an entry that the server refused, so that the next time tries again', () => {
    const { output, log } = record(old, now, rejection(21, title, ', additional info: title: value #0 invalid'));
    expect(output).toContain('title: a');
    expect(output).not.toContain('title: b');
    expect(output).toContain(`member: uid=x,${BASE}`);
    expect(log).toBe(
      `declared-changes: uid=ann,${BASE} (title) was not changed: Some text (title: value #0 invalid)\n`,
    );
    const added = rejection(65, `dn: uid=ann,${BASE}\nchangetype: add\nuid: ann\n`);
    expect(record([], now, added).output).not.toContain('uid=ann,dc=example,dc=com\nobjectClass: inetOrgPerson');
    const deleted = rejection(53, `dn: uid=ann,${BASE}\nchangetype: delete\n`);
    expect(record(old, [group('x')], deleted).output).toContain('title: a');
  });
});

test('bad arguments', () => {
  expect(() => run(['plan', 'only-one'])).toThrow('usage');
  expect(() => run(['plan', '/nowhere', '/nowhere'])).toThrow('/nowhere');
});
