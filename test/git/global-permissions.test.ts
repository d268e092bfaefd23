import { GlobalPermissions } from '../../constructs/git/global-permissions';

test('administrators are licensed, too', () => {
  const permissions = new GlobalPermissions({
    licensedUser: { groups: ['staff', 'staff', 'guests'], limit: 25 },
    admin: ['admins'],
    sysAdmin: ['root', 'admins'],
  });
  expect(permissions.licensedUser).toEqual(['guests', 'staff']);
  expect(permissions.licensedGroups).toEqual(['admins', 'guests', 'root', 'staff']);
  expect(permissions.administrators).toEqual(['admins', 'root']);
  expect(permissions.licenceLimit).toBe(25);
});

test('without a licence everybody may log in', () => {
  const permissions = new GlobalPermissions({ admin: ['admins'] });
  expect([permissions.licensedGroups, permissions.licenceLimit]).toEqual([undefined, undefined]);
  expect([permissions.projectCreate, permissions.sysAdmin]).toEqual([[], []]);
});

test.each([
  [{ licensedUser: { groups: [] } }, /GlobalPermissions licensedUser: no groups; name at least one/],
  [{ licensedUser: { groups: ['a'], limit: 0 } }, /limit 0; write a whole number of accounts, from 1/],
  [{ licensedUser: { groups: ['a'], limit: 1.5 } }, /limit 1\.5/],
  [{ admin: ['*'] }, /GlobalPermissions admin: the group "\*"/],
  [{ sysAdmin: [''] }, /GlobalPermissions sysAdmin: the group ""/],
  [{ projectCreate: [' a'] }, /GlobalPermissions projectCreate: the group " a"/],
])('refuses %j', (props, message) => {
  expect(() => new GlobalPermissions(props)).toThrow(message);
});
