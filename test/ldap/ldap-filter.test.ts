import { checkedFilter, LdapFilter } from '../../constructs/ldap/ldap-filter';

describe('checkedFilter', () => {
  test.each([
    '(objectClass=inetOrgPerson)',
    '(&(objectClass=person)(|(uid=a*)(mail=*@example.com))(!(cn=x)))',
    '(cn=\\28a\\29\\2a)',
    '(cn=)',
    '(a>=1)',
    '(a<=1)',
    '(a~=b)',
    '(cn=*)',
    '(memberOf:1.2.840.113556.1.4.1941:=cn=a,dc=b)',
    '(cn:dn:2.4.6.8.10:=Dino)',
    '(:caseExactMatch:=x)',
    '(cn=Lučić & ${x} %{y} <">)',
  ])('takes %s as it is', (filter) => {
    expect(checkedFilter('here', filter)).toBe(filter);
  });

  test.each([
    ['', 'parenthesis'],
    ['uid=a', 'parenthesis'],
    ['(uid=a', 'parentheses'],
    ['(!(uid=a)', 'parentheses'],
    ['(&(uid=a)', 'parentheses'],
    ['(uid=a))', 'parentheses'],
    ['(uid=a)(cn=b)', 'cannot be read'],
    ['((uid=a))', 'cannot be read'],
    ['(&)', 'cannot be read'],
    ['(uid)', 'is not an attribute'],
    ['(a:b)', 'is not an attribute'],
    ['(a:b=c)', 'is not an attribute'],
    ['(u id=a)', 'is not an attribute'],
    ['(uid=\\zz)', 'cannot be read'],
    ['(&(uid=a)x(cn=b))', 'cannot be read'],
    ['(uid=a\n)', 'control character'],
  ])('refuses %j', (filter, message) => {
    expect(() => checkedFilter('here', filter)).toThrow(message);
    expect(() => checkedFilter('here', filter)).toThrow(/^here: the LDAP filter /);
  });
});

describe('LdapFilter', () => {
  test('the example of the document', () => {
    expect(LdapFilter.inGroups('cn', ['stash_user', 'red_team']).toString()).toBe(
      '(&(objectClass=group)(|(cn=stash_user)(cn=red_team)))',
    );
    expect(LdapFilter.inGroups('cn', ['a'], 'posixGroup').toString()).toBe('(&(objectClass=posixGroup)(|(cn=a)))');
  });

  test('escapes values', () => {
    expect(LdapFilter.equal('uid', '*)(uid=*\\\0').toString()).toBe('(uid=\\2a\\29\\28uid=\\2a\\5c\\00)');
    expect(LdapFilter.inGroups('cn', ['*)(uid=*']).toString()).toBe(
      '(&(objectClass=group)(|(cn=\\2a\\29\\28uid=\\2a)))',
    );
  });

  test('refuses what is no attribute, and no names', () => {
    expect(() => LdapFilter.equal('uid=x)(a', 'b')).toThrow('LdapFilter: "uid=x)(a"');
    expect(() => LdapFilter.inGroups('cn', [])).toThrow('no names');
  });
});
