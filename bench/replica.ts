import { Environment } from '../constructs/environment';
import { DirectoryReplica } from '../constructs/ldap/directory-replica';
import { Ldif } from '../constructs/ldap/ldif';
import { OpenLdapServer } from '../constructs/ldap/open-ldap-server';
import { CertificateAuthority } from '../constructs/tls/certificate-authority';
import { AdHocStack } from '../test/deploy/support/ad-hoc-stack';
import { Replica, Slapd } from '../test/deploy/support/slapd';
import { until } from '../test/deploy/support/until';
import { largeDirectory, largeUserName } from '../test/support/large-directory';
import type { Bench } from './bench';

const BASE_DN = 'dc=example,dc=com';
const SIZE = { users: 10_000, groups: 1000, membershipsPerUser: 20, baseDn: BASE_DN };
const CHANGES = 100;
/** Seconds after which there is no figure. */
const PATIENCE = 60;

/** The synchronisation of a directory of full size, of which Atlassian's takes about five minutes. */
export const replicaBench: Bench = {
  name: 'replica',
  about: 'a copy of 10,000 users, 1,000 groups and 200,000 memberships: the first one, and 100 changes later',
  run: async (say) => {
    const stack = new AdHocStack('bench-replica');
    try {
      say('deploying a large directory and two copies of it');
      await stack.apply((scope, settings) => {
        const env = new Environment(scope, 'env', settings.environment(0));
        const ca = new CertificateAuthority(env, 'ca');
        const base = `dn: ${BASE_DN}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n`;
        const ldap = new OpenLdapServer(env, 'ldap', {
          baseDn: BASE_DN,
          certificate: ca.issue('ldap', { hosts: ['ldap'] }),
          seed: Ldif.parse(`${base}\n${largeDirectory(SIZE)}`, 'large directory'),
          replication: {},
        });
        const source = ldap.replicationSource();
        // One after the other: each is to have the machine to itself.
        const first = new DirectoryReplica(env, 'polling', {
          source,
          certificate: ca.issue('polling', { hosts: ['polling'] }),
        });
        const second = new DirectoryReplica(env, 'persistent', {
          source,
          certificate: ca.issue('persistent', { hosts: ['persistent'] }),
          mode: 'refreshAndPersist',
        });
        second.node.addDependency(first);
        return {};
      });
      const source = new Slapd(stack.container('ldap'));
      const [polling, persistent] = ['polling', 'persistent'].map((name) => new Replica(stack.container(name))) as [
        Replica,
        Replica,
      ];
      say(`${CHANGES} changes at the source`);
      const names = Array.from(
        { length: CHANGES },
        (_, index) => `uid=${largeUserName(index + 1)},ou=people,${BASE_DN}`,
      );
      const change = 'changetype: modify\nreplace: displayName\ndisplayName: Changed\n';
      await source.change(names.map((dn) => `dn: ${dn}\n${change}`).join('\n'));
      const atOnce = await secondsUntilChanged(persistent);
      await polling.now();
      return [
        {
          what: 'first copy, from the start of the container',
          value: await polling.firstCopySeconds(),
          unit: 's',
          target: { atMost: 60 },
        },
        {
          what: `${CHANGES} changes, after the next poll`,
          value: await secondsUntilChanged(polling),
          unit: 's',
          target: { atMost: 2 },
        },
        { what: `${CHANGES} changes, over an open connection`, value: atOnce, unit: 's', target: { atMost: 2 } },
      ];
    } finally {
      await stack.destroy();
    }
  },
};

async function secondsUntilChanged(replica: Replica): Promise<number> {
  const start = Date.now();
  const found = await until(
    () => replica.dns('(displayName=Changed)'),
    ({ length }) => length === CHANGES,
    PATIENCE,
  );
  if (found.length !== CHANGES) throw new Error(`${found.length} of ${CHANGES} changes came within ${PATIENCE} s`);
  return (Date.now() - start) / 1000;
}
