/** Settings that a type of directory does not have do not compile: checked by `tsc --noEmit`, never run. */
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { Ldif } from '../../constructs/ldap/ldif';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { FAKE_CONNECTION, fakeCertificate } from '../support/fakes';
import { testEnvironment } from '../support/synth';

LdapDirectory.activeDirectory({ ...FAKE_CONNECTION, incrementalSynchronisation: true, filterExpiredUsers: true });
LdapDirectory.openLdap({ ...FAKE_CONNECTION, nestedGroups: true, pageSize: 500 });
LdapDirectory.genericPosix({ ...FAKE_CONNECTION, pageSize: 500 });
LdapDirectory.apacheDs15({ ...FAKE_CONNECTION, nestedGroups: true });

// @ts-expect-error Active Directory alone synchronises by its update sequence numbers.
LdapDirectory.openLdap({ ...FAKE_CONNECTION, incrementalSynchronisation: true });
// @ts-expect-error Active Directory alone says when accounts expire.
LdapDirectory.generic({ ...FAKE_CONNECTION, filterExpiredUsers: true });
// @ts-expect-error Posix groups hold user names, no groups.
LdapDirectory.openLdapPosix({ ...FAKE_CONNECTION, nestedGroups: true });
// @ts-expect-error Posix users do not say which groups they are in.
LdapDirectory.fedoraDs({ ...FAKE_CONNECTION, useUserMembershipAttribute: true });
// @ts-expect-error ApacheDS has no pages.
LdapDirectory.apacheDs10({ ...FAKE_CONNECTION, pageSize: 500 });
// @ts-expect-error Nothing is ever written to a directory.
LdapDirectory.activeDirectory({ ...FAKE_CONNECTION, permissions: 'readWrite' });
// @ts-expect-error Passwords never cross the network in clear.
LdapDirectory.openLdap({ ...FAKE_CONNECTION, secure: false });
// @ts-expect-error A directory of an unknown type has no defaults.
new LdapDirectory({}, FAKE_CONNECTION);

const server = { baseDn: 'dc=example,dc=com', certificate: fakeCertificate('a'), seed: Ldif.parse('') } as const;
new OpenLdapServer(testEnvironment(), 'a', server).directory({ nestedGroups: true });
new OpenLdapServer(testEnvironment(), 'a', { ...server, groupClass: 'groupOfUniqueNames' }).directory({
  nestedGroups: true,
});
const posix = new OpenLdapServer(testEnvironment(), 'a', { ...server, groupClass: 'posixGroup' });
posix.directory({ pageSize: 500 });
// @ts-expect-error Posix groups hold user names, no groups.
posix.directory({ nestedGroups: true });
// @ts-expect-error A connection is to the server that gives it.
posix.directory({ hostname: 'elsewhere' });
