import { Password } from '@cdktf/provider-random/lib/password';
import type { TerraformStack } from 'cdktf';
import { join } from 'node:path';
import { BitbucketServer } from '../../../constructs/bitbucket/bitbucket-server';
import { ServiceContainer } from '../../../constructs/docker/service-container';
import { ServiceImage } from '../../../constructs/docker/service-image';
import { Environment } from '../../../constructs/environment';
import { Access } from '../../../constructs/git/access';
import { DirectAccess } from '../../../constructs/git/direct-access';
import { GlobalPermissions } from '../../../constructs/git/global-permissions';
import { LdapGroup } from '../../../constructs/ldap/ldap-group';
import { OpenLdapServer } from '../../../constructs/ldap/open-ldap-server';
import type { LdapDirectory } from '../../../constructs/ldap/ldap-directory';
import { ApacheProxy } from '../../../constructs/proxy/apache-proxy';
import { PublicUrl } from '../../../constructs/proxy/public-url';
import { VirtualHost } from '../../../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../../../constructs/tls/certificate-authority';
import { BASE_DN, demoSeed } from '../../../stacks/demo-directory';
import type { AdHocSettings } from './ad-hoc-stack';

const HOST = 'bitbucket.localhost';
const PEOPLE = ['writer', 'reader', 'admin', 'outsider'] as const;
/** Has writer, reader and admin. */
export const EVERYBODY = 'git-everybody';

export interface BitbucketSettings {
  /** Names of its directories, in order: the same LDAP server under each. */
  readonly directories?: readonly string[];
  /** Which of them is asked for pages of this size. */
  readonly pageSize?: number;
  /** Another number replaces the password of the directory's service account. */
  readonly rotation?: number;
  /** What is wrong with the connection to the directories. @default - nothing */
  readonly fault?: 'authority' | 'host' | 'password';
  /** @default "git-readers" */
  readonly licensedGroup?: string;
  readonly projectCreate?: readonly string[];
  /** Which the stand-in stands for. @default - that of BitbucketServer */
  readonly version?: string;
  /** People that the licence of the first start is for. @default 4 */
  readonly licensedPeople?: number;
  /** @default "proxy" - through Apache alone, over HTTPS */
  readonly access?: 'proxy' | 'redirect' | 'open' | 'direct' | 'httpProxy' | 'httpDirect';
}

/** A text that the stand-in takes for a licence. */
export const licence = (people: number): string => `A licence for the stand-in.\nusers=${people}\n`;

/** The stand-in for Bitbucket behind Apache, with a real OpenLDAP server; its licence is for as many users as it says. */
export function bitbucketTopology(
  scope: TerraformStack,
  settings: AdHocSettings,
  {
    directories = ['people'],
    pageSize,
    rotation = 0,
    fault,
    licensedGroup = 'git-readers',
    projectCreate = ['git-admins'],
    version,
    licensedPeople = 4,
    access = 'proxy',
  }: BitbucketSettings = {},
): Record<string, unknown> {
  const env = new Environment(scope, 'env', settings.environment(0));
  const ca = new CertificateAuthority(env, 'ca');
  const passwords = Object.fromEntries(
    PEOPLE.map((user) => [user, new Password(env, `password-${user}`, { length: 16, special: false }).result]),
  );
  const ldap = directoryServer(env, ca, passwords);
  for (const construct of ldap.node.findAll()) {
    if (construct instanceof Password) construct.keepers = { rotation: String(rotation) };
  }
  const front = frontOf(access, env, ca, settings);
  const git = new BitbucketServer(env, 'git', {
    access: front.access,
    image: ServiceImage.built(env, 'stand-in', join(__dirname, '../../bitbucket-stand-in')),
    ...(version === undefined ? {} : { version }),
    licence: licence(licensedPeople),
    administrator: { username: 'setup', emailAddress: 'setup@example.com' },
    directories: directories.map((name) => spoilt(ldap, ldap.directory({ name, pageSize }), fault)),
    globalPermissions: new GlobalPermissions({
      licensedUser: { groups: [licensedGroup] },
      projectCreate,
      sysAdmin: ['git-admins'],
    }),
  });
  if (version !== undefined) standFor(git, version);
  front.serve(git);
  return {
    ca: ca.caPem,
    users: passwords,
    base: front.url.base,
    direct: `http://${HOST}:${settings.port(1)}/bitbucket`,
    administrator: git.administratorPassword,
    bindPassword: ldap.bindPassword,
  };
}

function directoryServer(
  env: Environment,
  ca: CertificateAuthority,
  passwords: Readonly<Record<string, string>>,
): OpenLdapServer {
  const dn = (user: string): string => `uid=${user},ou=people,${BASE_DN}`;
  return new OpenLdapServer(env, 'ldap', {
    baseDn: BASE_DN,
    certificate: ca.issue('ldap', { hosts: ['ldap'] }),
    seed: demoSeed(),
    groups: [new LdapGroup({ name: EVERYBODY, members: ['writer', 'reader', 'admin'].map(dn) })],
    passwords: Object.fromEntries(Object.entries(passwords).map(([user, password]) => [dn(user), password])),
  });
}

/** The connection with something wrong about it. */
function spoilt(ldap: OpenLdapServer, directory: LdapDirectory, fault: BitbucketSettings['fault']): LdapDirectory {
  if (fault === undefined) return directory;
  const { name, hostname, port, secure, caPem, username, password } = directory;
  const environment = Environment.of(ldap);
  const faults = {
    authority: () => ({ caPem: new CertificateAuthority(environment, `other-${name}`).caPem }),
    // The engine knows the container by its own name, too, and the certificate does not.
    host: () => ({ hostname: environment.resourceName(ldap, 'ldap') }),
    password: () => ({ password: 'not the password of the service account' }),
  };
  return directory
    .servedBy({ name, hostname, port, secure, caPem, username, password, ...faults[fault]() })
    .deployedAs(ldap.container.container);
}

/** An image of Bitbucket is one of a version; the stand-in is told. */
function standFor(git: BitbucketServer, version: string): void {
  const service = git.node.findChild('container');
  if (!(service instanceof ServiceContainer)) throw new Error('a Bitbucket server without its container');
  service.container.env = [...(service.container.envInput ?? []), `STANDIN_VERSION=${version}`];
}

interface Front {
  readonly url: PublicUrl;
  readonly access: Access;
  /** Puts a proxy before it, where there is one. */
  serve(git: BitbucketServer): void;
}

function frontOf(
  kind: NonNullable<BitbucketSettings['access']>,
  env: Environment,
  ca: CertificateAuthority,
  settings: AdHocSettings,
): Front {
  const options = { port: settings.port(0), contextPath: '/bitbucket' };
  const https = PublicUrl.https(HOST, options);
  // Another name: browsers that have seen HTTPS under the first one take nothing else.
  const http = PublicUrl.http(`http-${HOST}`, options);
  const proxied = (access: Access, virtualHost: (git: BitbucketServer) => VirtualHost): Front => ({
    url: access.url,
    access,
    serve: (git) => {
      new ApacheProxy(env, 'proxy', { virtualHosts: [virtualHost(git)] });
    },
  });
  const behindHttps = (access: Access): Front => {
    const certificate = ca.issue('proxy', { hosts: [HOST] });
    return proxied(access, (git) => VirtualHost.https(https, { certificate, proxyPass: [git.proxyPass()] }));
  };
  const alone = (access: Access): Front => ({ url: access.url, access, serve: () => undefined });
  switch (kind) {
    case 'proxy':
      return behindHttps(Access.behindProxy(https));
    case 'redirect':
      return behindHttps(Access.behindProxy(https, DirectAccess.redirect(settings.port(1))));
    case 'open':
      return behindHttps(Access.behindProxy(https, DirectAccess.open(settings.port(1))));
    case 'direct':
      return alone(Access.direct(https, ca.issue('git', { hosts: [HOST] })));
    case 'httpProxy':
      return proxied(Access.behindProxy(http), (git) => VirtualHost.http(http, { proxyPass: [git.proxyPass()] }));
    case 'httpDirect':
      return alone(Access.direct(http));
  }
}
