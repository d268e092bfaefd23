import { checkedDn, Dn, isBelow } from '../../constructs/ldap/dn';

const keyOf = (dn: string): string => Dn.parse('test', dn).key;

describe('checkedDn gives the form of RFC 4514', () => {
  test.each([
    ['dc=example,dc=com', 'dc=example,dc=com'],
    [' ou = people , dc=example', 'ou=people,dc=example'],
    ['CN=Steve Kille,O=Isode Limited,C=GB', 'CN=Steve Kille,O=Isode Limited,C=GB'],
    ['OU=Sales+CN=J.  Smith,DC=example,DC=net', 'OU=Sales+CN=J.  Smith,DC=example,DC=net'],
    ['CN=James \\"Jim\\" Smith\\, III,DC=net', 'CN=James \\"Jim\\" Smith\\, III,DC=net'],
    ['CN=Before\\0dAfter,DC=net', 'CN=Before\\0dAfter,DC=net'],
    ['CN=Lu\\C4\\8Di\\C4\\87', 'CN=Lučić'],
    ['1.3.6.1.4.1.1466.0=#04024869', '1.3.6.1.4.1.1466.0=#04024869'],
    ['cn=\\ a\\ ', 'cn=\\ a\\ '],
    ['cn=a\\\\ ,dc=x', 'cn=a\\\\,dc=x'],
    // Found by a property: the space after a backslash was taken for an escaped one.
    ['cn=a\\\\\\ ', 'cn=a\\\\\\ '],
    ['cn=\\ ', 'cn=\\ '],
    ['cn=\\#1', 'cn=\\#1'],
    ['cn=a=b', 'cn=a=b'],
    ['cn=${x}%{y}', 'cn=${x}%{y}'],
    ['cn=\\0a', 'cn=\\0a'],
  ])('%j', (text, expected) => {
    expect(checkedDn('test', text)).toBe(expected);
    expect(checkedDn('test', expected)).toBe(expected);
  });
});

describe('checkedDn refuses', () => {
  test.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['example', 'is not an attribute'],
    ['=x', 'is not an attribute'],
    ['c_n=x', 'is not an attribute'],
    ['1.=x', 'is not an attribute'],
    ['cn=', 'no value'],
    ['cn=a,,dc=b', 'is not an attribute'],
    ['cn=a,', 'is not an attribute'],
    ['cn=a;dc=b', 'without a backslash'],
    ['cn="a, b",dc=c', 'without a backslash'],
    ['cn=a<b', 'without a backslash'],
    ['cn=#0', 'hexadecimal'],
    ['cn=#zz', 'hexadecimal'],
    ['cn=a\\', 'no escape'],
    ['cn=a\\q', 'no escape'],
    ['cn=\\ff', 'not UTF-8'],
  ])('%j', (text, message) => {
    expect(() => checkedDn('here', text)).toThrow(message);
    expect(() => checkedDn('here', text)).toThrow(/^here: the DN /);
  });
});

describe('comparison', () => {
  test.each([
    ['CN=Ann,dc=X', 'cn=ann, DC=x'],
    ['commonName=a', '2.5.4.3=A'],
    ['cn=a  b', 'cn=A b'],
    ['ou=a+cn=b', 'cn=B+ou=A'],
    ['cn=\\41', 'cn=a'],
    ['cn=a\\2cb', 'cn=a\\,b'],
  ])('%j and %j are the same', (one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
  });

  test.each([
    ['cn=a,dc=b', 'cn=a\\,dc=b'],
    ['cn=a+ou=b', 'cn=a,ou=b'],
    ['cn=#0141', 'cn=\\#0141'],
    ['uid=a', 'cn=a'],
  ])('%j and %j are not', (one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  test('below is the base or under it', () => {
    expect(isBelow('dc=example,dc=com', 'DC=example, DC=com')).toBe(true);
    expect(isBelow('uid=a,ou=b,dc=example,dc=com', 'dc=example,dc=com')).toBe(true);
    expect(isBelow('dc=com', 'dc=example,dc=com')).toBe(false);
    expect(isBelow('dc=anexample,dc=com', 'dc=example,dc=com')).toBe(false);
    expect(isBelow('cn=a\\,dc=example,dc=com', 'dc=example,dc=com')).toBe(false);
  });

  test('parents end at the root', () => {
    const dn = Dn.parse('test', 'uid=a,dc=example,dc=com');
    expect(dn.parent?.toString()).toBe('dc=example,dc=com');
    expect(dn.parent?.parent?.parent).toBeUndefined();
  });
});
