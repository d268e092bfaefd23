import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { renderJavaProperties } from '../../constructs/bitbucket/java-properties';
import { TestFolder } from '../support/test-certificates';

const folder = new TestFolder();
afterAll(() => folder.remove());

let runs = 0;

/** What the loader makes of a file with secrets beside it. */
function withSecrets(
  text: string,
  secrets: Readonly<Record<string, string | Buffer>>,
): { status: number; file: string; error: string } {
  const file = folder.write(`p${++runs}.properties`, text);
  mkdirSync(`${file}.secrets`);
  for (const [key, value] of Object.entries(secrets)) writeFileSync(join(`${file}.secrets`, key), value);
  const { status, stderr } = spawnSync('perl', ['images/loader/add-secret-properties', file], { encoding: 'utf8' });
  return { status: status ?? -1, file, error: stderr };
}

test('what Java would read otherwise is escaped', () => {
  expect(renderJavaProperties({ a: 'C:\\x', b: ' two\nlines\t', c: 'é€😀', d: '#!=:' })).toBe(
    'a=C:\\\\x\nb=\\ two\\nlines\\t\nc=\\u00e9\\u20ac\\ud83d\\ude00\nd=#!=:\n',
  );
});

test('the loader adds secrets, in a file that its owner alone reads', () => {
  const { status, file } = withSecrets('a=b\n', { 'setup.license': 'AAA\nBBB', 'jdbc.password': 'p\\w' });
  expect(status).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('a=b\njdbc.password=p\\\\w\nsetup.license=AAA\\nBBB\n');
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  expect(() => statSync(`${file}.secrets`)).toThrow('ENOENT');
});

test('the loader refuses what is no text', () => {
  const { status, error } = withSecrets('', { 'jdbc.password': Buffer.from([0xff, 0xfe]) });
  expect(status).not.toBe(0);
  expect(error).toBe('add-secret-properties: the value of jdbc.password is not UTF-8: give it as text\n');
});

test('both escape alike, whatever the value', () => {
  const values = fc.sample(fc.string({ unit: 'grapheme', minLength: 1 }), { numRuns: 200, seed: 1 });
  const secrets = Object.fromEntries(values.map((value, index) => [`key${String(index).padStart(3, '0')}`, value]));
  const { file } = withSecrets('', secrets);
  expect(readFileSync(file, 'utf8')).toBe(renderJavaProperties(secrets));
});
