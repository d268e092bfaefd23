import { Environment } from '../../../constructs/environment';
import { Access } from '../../../constructs/git/access';
import { TomcatGitServer } from '../../../constructs/git/tomcat-git-server';
import { DirectoryReplica } from '../../../constructs/ldap/directory-replica';
import { OpenLdapServer } from '../../../constructs/ldap/open-ldap-server';
import { PublicUrl } from '../../../constructs/proxy/public-url';
import { CertificateAuthority } from '../../../constructs/tls/certificate-authority';
import { BASE_DN, DemoAccounts, demoRepositories, demoSeed } from '../../../stacks/demo-directory';
import type { Build } from './ad-hoc-stack';

/**
 * A source in the second environment, and in the first one two replicas of it, each with a Git server: `copy` asks at
 * intervals and passes binds on, `keeper` stays connected and has the passwords. Without `trust` the replicas are left out;
 * "wrong" adds one with an authority that did not sign the source's certificate.
 */
export function replicaTopology(ports: { copy: number; keeper: number }, trust?: 'right' | 'wrong'): Build {
  return (scope, settings) => {
    Object.assign(ports, { copy: settings.port(0), keeper: settings.port(1) });
    const accounts = new DemoAccounts(scope, 'accounts');
    const elsewhere = new Environment(scope, 'elsewhere', settings.environment(1));
    const ldap = new OpenLdapServer(elsewhere, 'source', {
      baseDn: BASE_DN,
      certificate: new CertificateAuthority(elsewhere, 'ca').issue('source', { hosts: ['source'] }),
      seed: demoSeed(),
      passwords: accounts.passwordsByDn,
      sshPublicKeys: accounts.sshPublicKeysByDn,
      replication: { readsPasswords: true },
    });
    const env = new Environment(scope, 'env', settings.environment(0));
    const ca = new CertificateAuthority(env, 'ca');
    // Made before there is a replica, so that the test can bring the source there.
    const result = { ca: ca.caPem, users: accounts.passwords, outside: env.outside.networkName };
    if (trust === undefined) return result;
    const timeouts = { connectionTimeout: 3, readTimeout: 5, searchTimeout: 60 };
    const connection = ldap.replicationSource({ ...timeouts, useUserMembershipAttribute: true });
    if (trust === 'wrong') {
      const { name, hostname, username, password } = connection;
      new DirectoryReplica(env, 'distrustful', {
        source: connection.servedBy({ name, hostname, username, password, caPem: ca.caPem }),
        certificate: ca.issue('distrustful', { hosts: ['distrustful'] }),
        firstSynchronisationTimeout: 20,
      });
    }
    const replicas = {
      copy: new DirectoryReplica(env, 'copy', {
        source: ldap.replicationSource(timeouts),
        certificate: ca.issue('copy', { hosts: ['copy'] }),
        interval: 1,
        retryIntervals: [2],
      }),
      keeper: new DirectoryReplica(env, 'keeper', {
        source: connection,
        certificate: ca.issue('keeper', { hosts: ['keeper'] }),
        passwords: 'replicated',
        mode: 'refreshAndPersist',
        retryIntervals: [2],
      }),
    };
    for (const [name, replica] of Object.entries(replicas)) {
      new TomcatGitServer(env, `git-${name}`, {
        access: Access.direct(PublicUrl.http(`${name}.localhost`, { port: ports[name as keyof typeof ports] })),
        directories: [replica.directory()],
        repositories: demoRepositories(),
      });
    }
    return result;
  };
}
