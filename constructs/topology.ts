import { Construct } from 'constructs';
import { Environment, type EnvironmentProps } from './environment';
import { InputError } from './errors';
import { Access } from './git/access';
import type { GlobalPermissions } from './git/global-permissions';
import type { Repository } from './git/repository';
import type { SshEndpoint } from './git/ssh-endpoint';
import { TomcatGitServer } from './git/tomcat-git-server';
import type { LdapDirectory } from './ldap/ldap-directory';
import type { Ldif } from './ldap/ldif';
import { OpenLdapServer } from './ldap/open-ldap-server';
import type { PublishedLdapProps } from './ldap/published-ldap';
import { ApacheProxy } from './proxy/apache-proxy';
import { NginxProxy } from './proxy/nginx-proxy';
import type { HttpsUrl, HttpUrl } from './proxy/public-url';
import type { ReverseProxy } from './proxy/reverse-proxy';
import { VirtualHost } from './proxy/virtual-host';
import type { Certificate } from './tls/certificate';
import { CertificateAuthority } from './tls/certificate-authority';
import type { TlsPolicy } from './tls/tls-policy';

/** What a whole topology is made of: an environment, and what is in it. */
export interface GitTopologyProps extends EnvironmentProps {
  /** What users write to reach the Git server; everything else that needs a host, a port or a path takes it from here. */
  readonly url: HttpsUrl | HttpUrl;
  /**
   * What serves the URL: a reverse proxy, or with "none" Tomcat itself.
   * @default "apache"
   */
  readonly proxy?: 'apache' | 'nginx' | 'none';
  /** Of an HTTPS URL. @default - issued by an authority of the topology's own */
  readonly certificate?: Certificate;
  /** Protocols, ciphers and key exchange of an HTTPS URL. @default TlsPolicy.intermediate */
  readonly tlsPolicy?: TlsPolicy;
  /**
   * Port on which the proxy redirects plain HTTP to an HTTPS URL, usually 80.
   * @default - nothing listens for plain HTTP
   */
  readonly redirectHttpPort?: number;
  /** Root of the LDAP directory, for example "dc=example,dc=com". */
  readonly baseDn: string;
  /** Entries of the directory; a later change of them is made in it, too. */
  readonly seed: Ldif;
  /** DN to password, set at every start of the directory. @default - none */
  readonly passwords?: Readonly<Record<string, string>>;
  /**
   * Where clients beyond the engine reach the directory, whose certificate is then issued for that name, too.
   * @default - nowhere
   */
  readonly publishLdap?: PublishedLdapProps;
  /** More directories, which are asked after the topology's own. @default - none */
  readonly directories?: readonly LdapDirectory[];
  /** What groups may do everywhere. @default - every account may log in, and nobody administers the server */
  readonly globalPermissions?: GlobalPermissions;
  /**
   * Repositories that the server has, and for whom. One that is left out later stays on its volume, and is not served.
   */
  readonly repositories: readonly Repository[];
  /** Where the repositories are served over SSH, too. @default - nowhere */
  readonly ssh?: SshEndpoint;
  /** DN to public keys of SSH, set at every start of the directory. @default - none */
  readonly sshPublicKeys?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * The whole topology as one construct: a Git server, the proxy in front of it, its LDAP directory, and an authority of
 * its own. What it does can be written out with the same few lines, where more is to be chosen.
 */
export class GitTopology extends Construct {
  /** What the parts are in, with their names and networks. */
  public readonly environment: Environment;
  /** Issues every certificate that is not given; clients trust its `caPem`. */
  public readonly certificateAuthority: CertificateAuthority;
  /** The directory that is asked first. */
  public readonly ldap: OpenLdapServer;
  /** The Git server. */
  public readonly git: TomcatGitServer;
  /** undefined where Tomcat is reached directly. */
  public readonly proxy: ReverseProxy | undefined;

  public constructor(scope: Construct, id: string, props: GitTopologyProps) {
    super(scope, id);
    this.refuseWithoutUse(props);
    const env = new Environment(this, 'environment', props);
    const ca = new CertificateAuthority(env, 'ca');
    const { publishLdap } = props;
    const ldap = new OpenLdapServer(env, 'ldap', {
      baseDn: props.baseDn,
      certificate: ca.issue('ldap', { hosts: ['ldap', ...(publishLdap === undefined ? [] : [publishLdap.host])] }),
      publishLdap,
      seed: props.seed,
      passwords: props.passwords,
      sshPublicKeys: props.sshPublicKeys,
    });
    const { url, redirectHttpPort } = props;
    const certificateFor = (id: string): Certificate => props.certificate ?? ca.issue(id, { hosts: [url.host] });
    const git = new TomcatGitServer(env, 'git', {
      access: props.proxy === 'none' ? directAccess(props, certificateFor) : Access.behindProxy(url),
      directories: [ldap.directory(), ...(props.directories ?? [])],
      globalPermissions: props.globalPermissions,
      repositories: props.repositories,
      ssh: props.ssh,
    });
    if (props.proxy !== 'none') {
      const proxyPass = [git.proxyPass()];
      const virtualHost =
        url.scheme === 'https'
          ? VirtualHost.https(url, { certificate: certificateFor('proxy'), proxyPass, redirectHttpPort })
          : VirtualHost.http(url, { proxyPass });
      const Proxy = props.proxy === 'nginx' ? NginxProxy : ApacheProxy;
      this.proxy = new Proxy(env, 'proxy', { virtualHosts: [virtualHost], tlsPolicy: props.tlsPolicy });
    }
    this.environment = env;
    this.certificateAuthority = ca;
    this.ldap = ldap;
    this.git = git;
  }

  private refuseWithoutUse({ url, proxy, redirectHttpPort, certificate, tlsPolicy }: GitTopologyProps): void {
    if (redirectHttpPort !== undefined && (url.scheme === 'http' || proxy === 'none')) {
      throw new InputError(
        this.node.path,
        `redirectHttpPort ${redirectHttpPort} with ${proxy === 'none' ? 'no proxy' : 'a URL of plain HTTP'}`,
        'leave it out: it is a proxy that redirects plain HTTP, to a URL that is HTTPS',
      );
    }
    if (url.scheme === 'https') return;
    for (const [what, value] of Object.entries({ certificate, tlsPolicy })) {
      if (value === undefined) continue;
      throw new InputError(this.node.path, `${what} with a URL of plain HTTP`, 'leave it out, or use PublicUrl.https');
    }
  }
}

function directAccess({ url, tlsPolicy }: GitTopologyProps, certificateFor: (id: string) => Certificate): Access {
  return url.scheme === 'https' ? Access.direct(url, certificateFor('git'), { tlsPolicy }) : Access.direct(url);
}
