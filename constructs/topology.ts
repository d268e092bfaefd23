import { Construct } from 'constructs';
import { Environment, type EnvironmentProps } from './environment';
import { Access } from './git/access';
import type { Repository } from './git/repository';
import type { SshEndpoint } from './git/ssh-endpoint';
import { TomcatGitServer } from './git/tomcat-git-server';
import type { Ldif } from './ldap/ldif';
import { OpenLdapServer } from './ldap/open-ldap-server';
import { ApacheProxy } from './proxy/apache-proxy';
import type { HttpsUrl } from './proxy/public-url';
import { VirtualHost } from './proxy/virtual-host';
import { CertificateAuthority } from './tls/certificate-authority';

export interface GitTopologyProps extends EnvironmentProps {
  /** What users write to reach the Git server; everything else that needs a host, a port or a path takes it from here. */
  readonly url: HttpsUrl;
  /** Port whose plain HTTP requests are redirected to the URL, usually 80. @default - nothing listens for plain HTTP */
  readonly redirectHttpPort?: number;
  /** Root of the LDAP directory, for example "dc=example,dc=com". */
  readonly baseDn: string;
  /** Entries that the directory starts with. */
  readonly seed: Ldif;
  /** DN to password, set at every start of the directory. @default - none */
  readonly passwords?: Readonly<Record<string, string>>;
  readonly repositories: readonly Repository[];
  /** Where the repositories are served over SSH, too. @default - nowhere */
  readonly ssh?: SshEndpoint;
  /** DN to public keys of SSH, set at every start of the directory. @default - none */
  readonly sshPublicKeys?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * The whole topology as one construct: a Git server behind Apache over HTTPS, its LDAP directory, and an authority of
 * its own. What it does can be written out with the same few lines, where more is to be chosen.
 */
export class GitTopology extends Construct {
  public readonly environment: Environment;
  public readonly certificateAuthority: CertificateAuthority;
  public readonly ldap: OpenLdapServer;
  public readonly git: TomcatGitServer;
  public readonly proxy: ApacheProxy;

  public constructor(scope: Construct, id: string, props: GitTopologyProps) {
    super(scope, id);
    const env = new Environment(this, 'environment', props);
    const ca = new CertificateAuthority(env, 'ca');
    const ldap = new OpenLdapServer(env, 'ldap', {
      baseDn: props.baseDn,
      certificate: ca.issue('ldap', { hosts: ['ldap'] }),
      seed: props.seed,
      passwords: props.passwords,
      sshPublicKeys: props.sshPublicKeys,
    });
    const git = new TomcatGitServer(env, 'git', {
      access: Access.behindProxy(props.url),
      directories: [ldap.directory()],
      repositories: props.repositories,
      ssh: props.ssh,
    });
    this.proxy = new ApacheProxy(env, 'proxy', {
      virtualHosts: [
        VirtualHost.https(props.url, {
          certificate: ca.issue('proxy', { hosts: [props.url.host] }),
          proxyPass: [git.proxyPass()],
          redirectHttpPort: props.redirectHttpPort,
        }),
      ],
    });
    this.environment = env;
    this.certificateAuthority = ca;
    this.ldap = ldap;
    this.git = git;
  }
}
