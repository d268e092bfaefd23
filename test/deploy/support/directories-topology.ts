import type { TerraformStack } from 'cdktf';
import { Environment } from '../../../constructs/environment';
import { Access } from '../../../constructs/git/access';
import { GlobalPermissions } from '../../../constructs/git/global-permissions';
import { Repository } from '../../../constructs/git/repository';
import { SshEndpoint } from '../../../constructs/git/ssh-endpoint';
import { TomcatGitServer } from '../../../constructs/git/tomcat-git-server';
import { LdapDirectory } from '../../../constructs/ldap/ldap-directory';
import { OpenLdapServer } from '../../../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../../../constructs/proxy/apache-proxy';
import { PublicUrl } from '../../../constructs/proxy/public-url';
import { VirtualHost } from '../../../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../../../constructs/tls/certificate-authority';
import type { AdHocSettings } from './ad-hoc-stack';
import { BASE_DN, dnOf, firstSeed, PASSWORDS, secondSeed } from './three-directories';

/** Seconds to wait for a connection to the first directory. */
export const CONNECTION_TIMEOUT = 3;

interface Settings extends AdHocSettings {
  readonly host: string;
  /** Whose certificates the second directory's are verified by. */
  readonly trusted: 'own' | 'other';
  /** By account; of ada by `ada-first` and `ada-second`. */
  readonly publicKeys: Readonly<Record<string, string>>;
}

interface Parts {
  readonly env: Environment;
  readonly url: PublicUrl;
  readonly git: TomcatGitServer;
  readonly ca: CertificateAuthority;
}

/** Two LDAP servers as three directories behind one Git server: groups in groups, memberOf, and Posix. */
export function threeDirectories(scope: TerraformStack, settings: Settings): Parts {
  const env = new Environment(scope, 'env', settings.environment(0));
  const url = PublicUrl.https(settings.host, { port: settings.port(0) });
  const ca = new CertificateAuthority(env, 'ca');
  const other = new CertificateAuthority(env, 'other-ca');
  const server = (id: string, seed: 'first' | 'second'): OpenLdapServer =>
    new OpenLdapServer(env, id, {
      baseDn: BASE_DN,
      certificate: ca.issue(id, { hosts: [id] }),
      seed: seed === 'first' ? firstSeed() : secondSeed(),
      passwords: Object.fromEntries(Object.entries(PASSWORDS[seed]).map(([user, password]) => [dnOf(user), password])),
      sshPublicKeys: Object.fromEntries(
        Object.keys(PASSWORDS[seed]).map((user) => [
          dnOf(user),
          settings.publicKeys[user === 'ada' ? `${user}-${seed}` : user] ?? '',
        ]),
      ),
    });
  const first = server('ldap', 'first');
  const second = server('ldap2', 'second');
  const caPem = settings.trusted === 'own' ? ca.caPem : other.caPem;
  const posixConnection = {
    hostname: 'ldap2',
    username: second.bindDn,
    password: second.bindPassword,
    baseDn: BASE_DN,
    additionalUserDn: 'ou=people',
    additionalGroupDn: 'ou=groups',
  };
  const git = new TomcatGitServer(env, 'git', {
    access: Access.behindProxy(url),
    ssh: SshEndpoint.on(settings.port(1)),
    directories: [
      first.directory({
        nestedGroups: true,
        localGroups: { deployers: ['DORA', 'eve'] },
        connectionTimeout: CONNECTION_TIMEOUT,
        usePagedResults: true,
        pageSize: 2,
      }),
      LdapDirectory.openLdap({
        ...posixConnection,
        name: 'ldap2',
        caPem,
        userObjectFilter: '(&(objectClass=inetOrgPerson)(!(objectClass=posixAccount)))',
        userNameAttribute: 'uid',
        groupObjectFilter: '(objectClass=groupOfNames)',
        groupMembersAttribute: 'member',
        useUserMembershipAttribute: true,
        localGroups: { deployers: ['eve'] },
      }),
      LdapDirectory.openLdapPosix({ ...posixConnection, name: 'posix', caPem: ca.caPem }),
    ],
    globalPermissions: new GlobalPermissions({
      licensedUser: {
        groups: ['core', 'outer', 'partners', 'posix-team', 'posix-primary', 'deployers'],
        limit: 7,
      },
      admin: ['operators'],
    }),
    repositories: [
      new Repository('by/member', { readers: ['core'], readme: '# Hello\n' }),
      new Repository('by/nesting', { readers: ['outer'], readme: '# Hello\n' }),
      new Repository('by/attribute', { readers: ['partners'], readme: '# Hello\n' }),
      new Repository('by/name', { readers: ['posix-team'], readme: '# Hello\n' }),
      new Repository('by/number', { readers: ['posix-primary'], readme: '# Hello\n' }),
      new Repository('by/local', { readers: ['deployers'], readme: '# Hello\n' }),
      new Repository('secret', { readers: ['no-such-group'], readme: '# Hello\n' }),
    ],
  });
  new ApacheProxy(env, 'proxy', {
    virtualHosts: [
      VirtualHost.https(url, {
        certificate: ca.issue('proxy', { hosts: [settings.host] }),
        proxyPass: [git.proxyPass()],
      }),
    ],
  });
  return { env, url, git, ca };
}
