import { Password } from '@cdktf/provider-random/lib/password';
import type { TerraformStack } from 'cdktf';
import { join } from 'node:path';
import { BitbucketServer } from '../../../constructs/bitbucket/bitbucket-server';
import { ServiceImage } from '../../../constructs/docker/service-image';
import { Environment } from '../../../constructs/environment';
import { Access } from '../../../constructs/git/access';
import { DirectAccess } from '../../../constructs/git/direct-access';
import { GlobalPermissions } from '../../../constructs/git/global-permissions';
import { OpenLdapServer } from '../../../constructs/ldap/open-ldap-server';
import type { LdapDirectory } from '../../../constructs/ldap/ldap-directory';
import { ApacheProxy } from '../../../constructs/proxy/apache-proxy';
import { PublicUrl, type HttpsUrl } from '../../../constructs/proxy/public-url';
import { VirtualHost } from '../../../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../../../constructs/tls/certificate-authority';
import { BASE_DN, demoSeed } from '../../../stacks/demo-directory';
import type { AdHocSettings } from './ad-hoc-stack';

export const HOST = 'bitbucket.localhost';
const PEOPLE = ['writer', 'reader', 'admin', 'outsider'] as const;

export interface BitbucketSettings {
  /** Names of its directories, in order: the same LDAP server under each. */
  readonly directories?: readonly string[];
  /** Which of them is asked for pages of this size. */
  readonly pageSize?: number;
  /** Another number replaces the password of the directory's service account. */
  readonly rotation?: number;
  readonly projectCreate?: readonly string[];
  /** @default "proxy" - through Apache alone */
  readonly access?: 'proxy' | 'redirect' | 'open' | 'direct';
}

/** The stand-in for Bitbucket behind Apache, with a real OpenLDAP server; its licence is for as many users as it says. */
export function bitbucketTopology(
  scope: TerraformStack,
  settings: AdHocSettings,
  {
    directories = ['people'],
    pageSize,
    rotation = 0,
    projectCreate = ['git-admins'],
    access = 'proxy',
  }: BitbucketSettings = {},
): Record<string, unknown> {
  const env = new Environment(scope, 'env', settings.environment(0));
  const ca = new CertificateAuthority(env, 'ca');
  const passwords = Object.fromEntries(
    PEOPLE.map((user) => [user, new Password(env, `password-${user}`, { length: 16, special: false }).result]),
  );
  const ldap = new OpenLdapServer(env, 'ldap', {
    baseDn: BASE_DN,
    certificate: ca.issue('ldap', { hosts: ['ldap'] }),
    seed: demoSeed(),
    passwords: Object.fromEntries(
      Object.entries(passwords).map(([user, password]) => [`uid=${user},ou=people,${BASE_DN}`, password]),
    ),
  });
  for (const construct of ldap.node.findAll()) {
    if (construct instanceof Password) construct.keepers = { rotation: String(rotation) };
  }
  const url = PublicUrl.https(HOST, { port: settings.port(0), contextPath: '/bitbucket' });
  const git = new BitbucketServer(env, 'git', {
    access: accessOf(access, url, settings.port(1), ca),
    image: ServiceImage.built(env, 'stand-in', join(__dirname, '../../bitbucket-stand-in')),
    licence: 'A licence for the stand-in.\nusers=4\n',
    administrator: { username: 'setup', emailAddress: 'setup@example.com' },
    directories: directories.map((name): LdapDirectory => ldap.directory({ name, pageSize })),
    globalPermissions: new GlobalPermissions({
      licensedUser: { groups: ['git-readers'] },
      projectCreate,
      sysAdmin: ['git-admins'],
    }),
  });
  if (access !== 'direct') {
    const certificate = ca.issue('proxy', { hosts: [HOST] });
    new ApacheProxy(env, 'proxy', {
      virtualHosts: [VirtualHost.https(url, { certificate, proxyPass: [git.proxyPass()] })],
    });
  }
  return {
    ca: ca.caPem,
    users: passwords,
    base: url.base,
    direct: `http://${HOST}:${settings.port(1)}/bitbucket`,
    administrator: git.administratorPassword,
    bindPassword: ldap.bindPassword,
  };
}

function accessOf(kind: BitbucketSettings['access'], url: HttpsUrl, port: number, ca: CertificateAuthority): Access {
  switch (kind) {
    case 'direct':
      return Access.direct(url, ca.issue('git', { hosts: [HOST] }));
    case 'redirect':
      return Access.behindProxy(url, DirectAccess.redirect(port));
    case 'open':
      return Access.behindProxy(url, DirectAccess.open(port));
    default:
      return Access.behindProxy(url);
  }
}
