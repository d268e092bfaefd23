import { writeFileSync } from 'node:fs';
import { LdapSchema } from '../../constructs/ldap/ldap-schema';
import { TestFolder } from '../support/test-certificates';

const folder = new TestFolder();
afterAll(() => folder.remove());

const TEXT = `# Of our own
objectidentifier Acme 1.3.6.1.4.1.99999
attributetype ( Acme:1 NAME 'badge' DESC 'a (strange) one'
\tEQUALITY caseIgnoreMatch
# between
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )

ObjectClass ( Acme:2 NAME 'employee' SUP top AUXILIARY MAY ( badge $ cn ) )`;

test('definitions are taken as they are', () => {
  expect(LdapSchema.parse(TEXT).text).toBe(`${TEXT}\n`);
  expect(LdapSchema.fromFile(folder.write('a.schema', `${TEXT}\r\n`))).toMatchObject({ text: `${TEXT}\r\n` });
});

test.each([
  ['nothing', '# only a comment\n', 'x.schema: a text without definitions'],
  ['a directive of the server', `${TEXT}\naccess to * by * write`, 'x.schema, line 9: "access", which is no part'],
  ['an included file', 'include /etc/passwd', 'line 1: "include"'],
  ['LDIF of cn=config', 'dn: cn=x,cn=schema,cn=config', 'schema as LDIF'],
  ['an attribute of cn=config', "olcAttributeTypes: ( 1.2 NAME 'x' )", 'schema as LDIF'],
  ['an open parenthesis', "attributetype ( 1.2 NAME 'x'", 'not in one pair of parentheses'],
  ['one too many', "attributetype ( 1.2 NAME 'x' ) )", 'not in one pair of parentheses'],
  ['two definitions on a line', "attributetype ( 1.2 NAME 'x' ) ( 1.3 NAME 'y' )", 'not in one pair of parentheses'],
  ['no parentheses', 'objectclass x', 'not in one pair of parentheses'],
  ['an identifier without OID', 'objectidentifier Acme', 'without a name and an OID'],
  ['a continued line first', '  ( 1.2 )', 'line 1: a continued line first'],
  ['a control character', 'objectclass ( 1.2 NAME\u0000 )', 'a control character'],
])('%s is refused', (_, text, message) => {
  expect(() => LdapSchema.parse(text, 'x.schema')).toThrow(message);
});

test('a file that is not there, or not UTF-8', () => {
  expect(() => LdapSchema.fromFile('/nowhere')).toThrow('LDAP schema file "/nowhere": a file that cannot be read');
  const path = folder.write('latin1.schema', '');
  writeFileSync(path, Buffer.from([0x23, 0xe9]));
  expect(() => LdapSchema.fromFile(path)).toThrow('bytes that are not UTF-8');
});
