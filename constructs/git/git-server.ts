import { Annotations, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { exceptUsersPorts } from '../docker/reasoned-exceptions';
import type { NetworkAttachment, PublishedPort } from '../docker/service-container';
import { Environment, isLoopback } from '../environment';
import { InputError, quoted } from '../errors';
import type { LdapDirectory } from '../ldap/ldap-directory';
import { ProxyPass, type ProxyPassProps } from '../proxy/proxy-pass';
import type { PublicUrl } from '../proxy/public-url';
import { ReverseProxy } from '../proxy/reverse-proxy';
import type { Access } from './access';
import type { Connector } from './connector';
import type { GlobalPermissions } from './global-permissions';
import type { Repository } from './repository';
import type { SshEndpoint } from './ssh-endpoint';

/** What every kind of Git server is told. */
export interface GitServerProps {
  /** How users reach it: the base URL, and who serves it. */
  readonly access: Access;
  /**
   * Where users and groups are. The first that knows a user decides, also on the password, and the user has the groups of
   * that one alone.
   */
  readonly directories: readonly LdapDirectory[];
  /** What groups may do everywhere. @default - every account may log in, and nobody administers the server */
  readonly globalPermissions?: GlobalPermissions;
  /** Repositories that the server has, and for whom. @default - none */
  readonly repositories?: readonly Repository[];
  /** Where the repositories are served over SSH, too: the same groups, accounts by the keys of the directory. @default - nowhere */
  readonly ssh?: SshEndpoint;
}

/** A Git server of any kind, on port 7990: what it is told about its URL, and how a proxy reaches it. */
export abstract class GitServer extends Construct {
  /** The base URL. */
  public readonly url: PublicUrl;
  /** Tomcat's connector that the base URL leads to. */
  public readonly connector: Connector;
  /** Where users reach the server over SSH, where they can: a port of its own, past any proxy. */
  public readonly ssh: SshEndpoint | undefined;
  /** What groups may do everywhere, where something is said about it. */
  public readonly globalPermissions: GlobalPermissions | undefined;
  /** Where users and groups are looked up, in order. */
  public readonly directories: readonly LdapDirectory[];
  /** How users reach the server. */
  public readonly access: Access;

  protected constructor(scope: Construct, id: string, props: GitServerProps) {
    super(scope, id);
    this.access = props.access;
    this.url = props.access.url;
    this.connector = props.access.connector;
    this.ssh = props.ssh;
    this.globalPermissions = props.globalPermissions;
    this.directories = props.directories;
    if (this.isServedHere) this.node.addValidation({ validate: () => this.validateIsServed() });
    exceptUsersPorts(this, [
      ...this.publishedPorts.map(({ external }) => external),
      ...(this.ssh === undefined ? [] : [this.ssh.port]),
    ]);
    this.warn();
    for (const directory of props.directories) this.warnOfDirectory(directory);
  }

  /** Host name of the proxy, where there is one. */
  public get proxyName(): string | undefined {
    return this.connector.proxyName;
  }

  /** Port of the proxy, where there is one. */
  public get proxyPort(): number | undefined {
    return this.connector.proxyPort;
  }

  /** `<base URL>/scm/<repository>.git`, with the placeholder as it stands. */
  public get cloneUrl(): string {
    return `${this.url.base}/scm/<repository>.git`;
  }

  /** `ssh://git@<host of the URL>:<port>`, where the server has SSH. */
  public get sshUrl(): string | undefined {
    return this.ssh?.url(this.url.host);
  }

  /** `ssh://git@<host of the URL>:<port>/<repository>.git`, with the placeholder as it stands, where the server has SSH. */
  public get sshCloneUrl(): string | undefined {
    return this.sshUrl === undefined ? undefined : `${this.sshUrl}/<repository>.git`;
  }

  /**
   * The rule that a virtual host of this server's URL needs. Refused: for a server that is reached directly, or by an external proxy.
   * @param options seconds that the proxy waits for this server
   */
  public proxyPass(options: Pick<ProxyPassProps, 'connectionTimeout' | 'timeout'> = {}): ProxyPass {
    if (!this.isServedHere) {
      throw new InputError(
        this.node.path,
        `proxyPass() of a server that is reached ${this.access.isBehindProxy ? 'by an external proxy' : 'directly'}`,
        `make it with Access.behindProxy(url), or leave it out of the virtual host`,
      );
    }
    return new ProxyPass({
      ...options,
      url: this.url,
      backendOrigin: `http://${this.networkAlias}:${this.connector.port}`,
      servedBy: this.node.path,
    });
  }

  /** Name of the server on the network that it shares with the proxy. */
  protected get networkAlias(): string {
    return this.node.id;
  }

  /** Where proxies find the server, and where it finds its directories. */
  protected get networks(): readonly NetworkAttachment[] {
    const { front, directory } = Environment.of(this);
    return [front, directory].map((network) => ({ network, alias: this.networkAlias }));
  }

  /** Ports of the host that lead to its connectors. */
  protected get publishedPorts(): readonly PublishedPort[] {
    return this.access.published.map(({ connector, port, address }) => ({
      external: port,
      internal: connector.port,
      address,
    }));
  }

  /** Whether a proxy of the same environment serves it. */
  private get isServedHere(): boolean {
    return this.access.isBehindProxy && this.access.externalProxy === undefined;
  }

  /** What works, and may not be what is wanted. */
  private warn(): void {
    const { directAccess, published } = this.access;
    const { bindAddress } = Environment.of(this);
    const warn = (text: string): void => Annotations.of(this).addWarning(text);
    if (directAccess?.kind === 'open') {
      warn(
        `port ${directAccess.port} is open beside the proxy: passwords cross it unencrypted, and pages and clone URLs there still lead to ${this.url.base}`,
      );
    }
    const isPlain = this.url.scheme === 'http' && (this.isServedHere || published.length > 0);
    if (isPlain && !isLoopback(bindAddress)) {
      warn(
        `${this.url.base} is plain HTTP on ${bindAddress}: passwords can be read on the way; use PublicUrl.https beyond this machine`,
      );
    }
  }

  /** As Atlassian's document does. */
  private warnOfDirectory({ name, nestedGroups, useUserMembershipAttribute, ...directory }: LdapDirectory): void {
    const warn = (text: string): void => Annotations.of(this).addWarning(`directory ${quoted(name)}: ${text}`);
    if (nestedGroups && useUserMembershipAttribute) {
      warn('useUserMembershipAttribute has no effect with nestedGroups: members are searched in the groups');
    }
    const missing = (['additionalUserDn', 'additionalGroupDn'] as const).filter(
      (setting) => directory[setting] === undefined,
    );
    if (missing.length > 0) {
      warn(`without ${missing.join(' and ')}, searches start at the base DN, which is slow in a large tree`);
    }
  }

  private validateIsServed(): string[] {
    const proxies = TerraformStack.of(this)
      .node.findAll()
      .filter((construct) => construct instanceof ReverseProxy);
    const isServed = proxies.some((proxy) => proxy.proxyPass.some((rule) => rule.servedBy === this.node.path));
    return isServed
      ? []
      : [
          `a server behind a proxy that no proxy serves; give its proxyPass() to a virtual host of ${this.url.origin}, or make it with Access.direct(...)`,
        ];
  }
}
