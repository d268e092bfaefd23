import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ldif } from '../../constructs/ldap/ldif';
import { ldifText } from '../../constructs/ldap/ldif-text';

const values = (text: string, name: string): readonly (string | Uint8Array)[] =>
  Ldif.parse(text).entries.flatMap((entry) => entry.values(name).map(({ value }) => value));

const entry = (...lines: string[]): string =>
  ['dn: ou=a,dc=b', 'objectClass: organizationalUnit', 'ou: a', ...lines, ''].join('\n');

describe('Ldif.parse reads RFC 2849', () => {
  test('version, comments, folded comments and several records', () => {
    const text =
      '\uFEFFversion: 1\n# a\n comment: x\n\n\ndn: dc=b\nobjectClass: domain\ndc: b\n\n# only a comment\n\ndn: ou=a,dc=b\nobjectClass: organizationalUnit\nou: a';
    expect(Ldif.parse(text).entries.map(({ dn, line }) => [dn.toString(), line])).toEqual([
      ['dc=b', 6],
      ['ou=a,dc=b', 12],
    ]);
  });

  test('the version may stand in the first record', () => {
    expect(Ldif.parse(`version: 1\n${entry()}`).entries).toHaveLength(1);
  });

  test('CRLF', () => {
    expect(values(entry('description: x').replaceAll('\n', '\r\n'), 'description')).toEqual(['x']);
  });

  test.each([
    ['description: plain', 'plain'],
    ['description:plain', 'plain'],
    ['description:    spaces before', 'spaces before'],
    ['description: fol\n ded\n  line', 'folded line'],
    ['description:: SsO8cmdlbg==', 'Jürgen'],
    ['description:: SsO8\n cmdlbg==', 'Jürgen'],
    ['description: Jürgen', 'Jürgen'],
    ['description:', ''],
    ['description: a: b', 'a: b'],
    ['DESCRIPTION: ${x} %{y}', '${x} %{y}'],
  ])('%j', (line, expected) => {
    expect(values(entry(line), 'description')).toEqual([expected]);
  });

  test('bytes that are no text stay bytes', () => {
    expect(values(entry('jpegPhoto:: /9j/4A=='), 'jpegPhoto')).toEqual([Buffer.from('ffd8ffe0', 'hex')]);
  });

  test('names that differ in case are one attribute; options are part of the name', () => {
    expect(values(entry('cn: a', 'CN: b', 'cn;lang-de: c'), 'cn')).toEqual(['a', 'b']);
  });

  test('hashed passwords pass', () => {
    expect(values(entry('userPassword: {SSHA}abc', 'userPassword:: e2NyeXB0fSQ2JHg='), 'userPassword')).toEqual([
      '{SSHA}abc',
      '{crypt}$6$x',
    ]);
  });
});

describe('Ldif.parse refuses, with the line', () => {
  test.each([
    [' x', 1, 'nothing before it'],
    ['ou: a\n', 1, 'starts with "ou"'],
    ['dn: ou\n', 1, 'the DN'],
    ['dn:: /w==\n', 1, 'not UTF-8'],
    ['version: 2\n', 1, 'version "2"'],
    [entry('x'), 4, 'no colon'],
    [entry('-'), 4, 'change records'],
    [entry('changetype: modify'), 4, 'change record'],
    [entry('control: 1.2'), 4, 'change record'],
    [entry('jpegPhoto:< file:///etc/passwd'), 4, 'by URL'],
    [entry('description:: a'), 4, 'base64'],
    [entry('description:: ab=c'), 4, 'base64'],
    [entry('b c: d'), 4, 'the attribute "b c"'],
    [entry('dn: x=y'), 4, 'second "dn:"'],
    [entry('userPassword: secret'), 4, 'clear text'],
    [entry('userPassword:: c2VjcmV0'), 4, 'clear text'],
    [entry('userPassword: {CLEARTEXT}secret'), 4, 'scheme "{CLEARTEXT}"'],
    [`${entry()}\n${entry()}`, 5, 'line 1 has already'],
    ['dn: ou=a,dc=b\nou: a\n', 1, 'without objectClass'],
    ['dn: ou=a,dc=b\nobjectClass: x\nou: b\n', 1, 'the attribute that names it'],
  ])('%j', (text, line, message) => {
    expect(() => Ldif.parse(text, 'x.ldif')).toThrow(message);
    expect(() => Ldif.parse(text, 'x.ldif')).toThrow(new RegExp(`^x\\.ldif, line ${line}: `));
  });

  test('and never repeats a password', () => {
    expect(() => Ldif.parse(entry('userPassword: hunter2'))).toThrow(/^(?!.*hunter2)/);
  });
});

describe('Ldif.fromFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ldif-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('names the file', () => {
    const path = join(folder, 'bad.ldif');
    writeFileSync(path, entry('x'));
    expect(() => Ldif.fromFile(path)).toThrow(`${path}, line 4`);
  });

  test('refuses bytes that are not UTF-8, and files that are not there', () => {
    const path = join(folder, 'latin1.ldif');
    writeFileSync(path, Buffer.from(entry('description: J\xfcrgen'), 'latin1'));
    expect(() => Ldif.fromFile(path)).toThrow('not UTF-8');
    expect(() => Ldif.fromFile(join(folder, 'none.ldif'))).toThrow('cannot be read');
  });

  test('reads the demo directory', () => {
    expect(Ldif.fromFile('directory.ldif').entries).toHaveLength(10);
  });
});

describe('ldifText', () => {
  const write = (text: string): string => ldifText(Ldif.parse(text).entries);

  test.each([
    ['plain', 'description: plain'],
    [' leading', 'description:: IGxlYWRpbmc='],
    ['trailing ', 'description:: dHJhaWxpbmcg'],
    [':colon', 'description:: OmNvbG9u'],
    ['<less', 'description:: PGxlc3M='],
    ['Jürgen', 'description:: SsO8cmdlbg=='],
    ['two\nlines', 'description:: dHdvCmxpbmVz'],
    ['', 'description:'],
  ])('%j', (value, line) => {
    expect(write(entry(`description:: ${Buffer.from(value).toString('base64')}`))).toContain(`\n${line}\n`);
  });

  test('folds, and what it writes reads as the same', () => {
    const long = 'x'.repeat(75) + ' y'.repeat(100);
    const text = write(entry(`description: ${long}`, 'jpegPhoto:: /9j/4A=='));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBe(76);
    expect(values(text, 'description')).toEqual([long]);
    expect(write(text)).toBe(text);
  });
});
