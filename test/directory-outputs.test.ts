import { TerraformOutput, TerraformVariable } from 'cdktf';
import { directoryOutput } from '../stacks/directory-outputs';
import { fakeDirectory } from './support/fakes';
import { testStack } from './support/synth';

test('an output has every setting that the Quick Test asks for, as Terraform gives it back', () => {
  const stack = testStack();
  const password = new TerraformVariable(stack, 'password', { sensitive: true }).stringValue;
  const directory = fakeDirectory({
    password,
    userObjectFilter: '(cn=${x}%{y})',
    additionalGroupDn: 'ou=groups',
    usePagedResults: true,
    pageSize: 7,
    nestedGroups: true,
    useUserMembershipAttributeForMembers: true,
    followReferrals: true,
    connectionTimeout: 1,
    readTimeout: 2,
    searchTimeout: 3,
  });
  new TerraformOutput(stack, 'directories', { value: [directoryOutput(directory)], sensitive: true, staticId: true });
  const { output } = stack.toTerraform() as { output: { directories: { value: unknown[]; sensitive: boolean } } };
  expect(output.directories.sensitive).toBe(true);
  expect(output.directories.value).toEqual([
    expect.objectContaining({
      type: 'OpenLDAP',
      members: 'dn',
      name: 'ldap',
      hostname: 'ldap',
      port: 636,
      secure: 'ssl',
      username: 'cn=git,dc=example,dc=com',
      password: '${var.password}',
      caPem: 'CA',
      baseDn: 'dc=example,dc=com',
      userBase: 'dc=example,dc=com',
      groupBase: 'ou=groups,dc=example,dc=com',
      asksUserForGroups: false,
      useUserMembershipAttributeForMembers: true,
      nestedGroups: true,
      followReferrals: true,
      incrementalSynchronisation: false,
      usePagedResults: true,
      pageSize: 7,
      connectionTimeout: 1,
      readTimeout: 2,
      searchTimeout: 3,
    }),
  ]);
  expect(output.directories.value).toHaveProperty('0.schema.userObjectFilter', '(cn=$${x}%%{y})');
  expect(output.directories.value).toHaveProperty('0.schema.groupMembersAttribute', 'member');
});
