import { Construct } from 'constructs';
import { isAbsolute } from 'node:path';
import { BitbucketServer } from '../constructs/bitbucket/bitbucket-server';
import { Secret } from '../constructs/docker/secret';
import { ServiceImage } from '../constructs/docker/service-image';
import { Environment, type EnvironmentProps } from '../constructs/environment';
import { Access } from '../constructs/git/access';
import { GlobalPermissions } from '../constructs/git/global-permissions';
import type { SshEndpoint } from '../constructs/git/ssh-endpoint';
import type { Ldif } from '../constructs/ldap/ldif';
import { OpenLdapServer } from '../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../constructs/proxy/apache-proxy';
import type { HttpsUrl } from '../constructs/proxy/public-url';
import { VirtualHost } from '../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../constructs/tls/certificate-authority';
import { LICENCE_VARIABLE, type BitbucketSettings } from './bitbucket-settings';

export interface BitbucketTopologyProps extends EnvironmentProps {
  readonly url: HttpsUrl;
  readonly ssh: SshEndpoint;
  readonly baseDn: string;
  readonly seed: Ldif;
  readonly passwords?: Readonly<Record<string, string>>;
  readonly bitbucket: BitbucketSettings;
}

/** Atlassian's server behind Apache, with an OpenLDAP directory: the lines of GitTopology, written out for this server. */
export class BitbucketTopology extends Construct {
  public readonly environment: Environment;
  public readonly certificateAuthority: CertificateAuthority;
  public readonly ldap: OpenLdapServer;
  public readonly git: BitbucketServer;

  public constructor(scope: Construct, id: string, props: BitbucketTopologyProps) {
    super(scope, id);
    const { url, bitbucket } = props;
    const env = new Environment(this, 'environment', props);
    const ca = new CertificateAuthority(env, 'ca');
    const ldap = new OpenLdapServer(env, 'ldap', {
      baseDn: props.baseDn,
      certificate: ca.issue('ldap', { hosts: ['ldap'] }),
      seed: props.seed,
      passwords: props.passwords,
    });
    const git = new BitbucketServer(env, 'git', {
      access: Access.behindProxy(url),
      ssh: props.ssh,
      version: bitbucket.version,
      image: imageOf(env, bitbucket.image),
      licence: Secret.fileReference(LICENCE_VARIABLE, bitbucket.licenceFile),
      administrator: { username: 'setup', emailAddress: 'setup@example.com' },
      directories: [ldap.directory()],
      globalPermissions: new GlobalPermissions({
        licensedUser: { groups: ['git-readers', 'git-writers'] },
        projectCreate: ['git-admins'],
        sysAdmin: ['git-admins'],
      }),
    });
    new ApacheProxy(env, 'proxy', {
      virtualHosts: [
        VirtualHost.https(url, {
          certificate: ca.issue('proxy', { hosts: [url.host] }),
          proxyPass: [git.proxyPass()],
        }),
      ],
    });
    this.environment = env;
    this.certificateAuthority = ca;
    this.ldap = ldap;
    this.git = git;
  }
}

/** Undefined for Atlassian's own. */
function imageOf(env: Environment, image: string | undefined): ServiceImage | undefined {
  if (image === undefined) return undefined;
  return isAbsolute(image)
    ? ServiceImage.built(env, 'bitbucket-image', image)
    : ServiceImage.named(env, 'bitbucket-image', image);
}
