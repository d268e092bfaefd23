import { renderGitConfig } from '../../constructs/git/git-config';
import { renderSshDirectory } from '../../constructs/git/ssh-directory';
import type { DnDirectorySettings } from '../../constructs/ldap/directory-settings';
import { fakeDirectory } from '../support/fakes';

const settings = (props: Partial<DnDirectorySettings> = {}): Record<string, string | undefined> => {
  const directory = fakeDirectory({
    username: 'cn=git\\, the \\"server\\",dc=example,dc=com',
    ...props,
  });
  const lines = renderSshDirectory(directory).split('\n');
  expect(lines.pop()).toBe('');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', value, more] = line.split('\t');
      expect(more).toBeUndefined();
      return [name, value];
    }),
  );
};

test('every setting of the directory is there, but neither password nor authority', () => {
  const all = settings({
    port: 1636,
    additionalUserDn: 'ou=people',
    additionalGroupDn: 'ou=groups',
    userObjectFilter: '(objectClass=person)',
    userNameAttribute: 'cn',
    groupObjectFilter: '(objectClass=groupOfUniqueNames)',
    groupNameAttribute: 'ou',
    groupMembersAttribute: 'uniqueMember',
    connectionTimeout: 3,
    readTimeout: 7,
  });
  expect(all).toEqual({
    url: 'ldaps://ldap:1636',
    bindDn: 'cn=git\\, the \\"server\\",dc=example,dc=com',
    connectionTimeout: '3',
    readTimeout: '7',
    timeout: '10',
    userBase: 'ou=people,dc=example,dc=com',
    userObjectFilter: '(objectClass=person)',
    userNameAttribute: 'cn',
    groupBase: 'ou=groups,dc=example,dc=com',
    groupObjectFilter: '(objectClass=groupOfUniqueNames)',
    groupNameAttribute: 'ou',
    groupMembersAttribute: 'uniqueMember',
  });
});

test('no limit is written as each program takes it', () => {
  expect(settings({ connectionTimeout: 0 })).toMatchObject({ connectionTimeout: 'none', timeout: '0' });
  expect(settings({ readTimeout: 0 })).toMatchObject({ readTimeout: '0', timeout: '0' });
});

test('names with tabs and newlines stay on their line', () => {
  expect(settings({ username: 'cn=a\tb\nc,dc=x' })['bindDn']).toBe('cn=a\\09b\\0ac,dc=x');
});

test('the configuration of git', () => {
  expect(renderGitConfig()).toContain('[receive]\n\tfsckObjects = true\n');
  expect(renderGitConfig()).toContain('[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n');
  expect(renderGitConfig()).toContain('hooksPath = /dev/null');
});
