import type { Construct } from 'constructs';
import { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import { ServiceImage } from '../docker/service-image';
import { ServiceVolume } from '../docker/service-volume';
import { Environment } from '../environment';
import { InputError, quoted } from '../errors';
import { RequestLimits, type RequestLimitsProps } from '../proxy/request-limits';
import { certificateFiles } from '../tls/certificate-files';
import { checkedWholeNumber } from '../whole-number';
import { renderCgitRc } from './cgit-rc';
import type { TrustedProxies } from './client-address';
import { renderGitConfig } from './git-config';
import { GitServer, type GitServerProps } from './git-server';
import { renderJavaOptions } from './java-options';
import { Repository } from './repository';
import { renderRepositoryList } from './repository-list';
import { renderServerXml, type ServerXmlProps } from './server-xml';
import { SshServer, type SshServerProps } from './ssh-server';
import { checkDirectories, directoryFiles, realmDirectories } from './tomcat-directories';
import { renderWebXml } from './web-xml';

/** What a Git server of Tomcat and JGit is told beside what all are. */
export interface TomcatGitServerProps extends GitServerProps {
  /**
   * MiB that the server may use, at least 512. Java's heap is 60 % of it; the rest is for Java itself and the programs that make
   * pages.
   * @default 1024
   */
  readonly memory?: number;
  /**
   * Requests that are worked on at the same time. A clone or push under way is one; few cores serve many, because most
   * wait for the network. From 10 to 4096.
   * @default 200
   * @see https://tomcat.apache.org/tomcat-10.1-doc/config/http.html `maxThreads`
   */
  readonly maxThreads?: number;
  /**
   * What a request, and the clients of one address, may ask for. Behind a proxy, addresses are the proxy's matter, and
   * `perAddress` is refused.
   * @default - as RequestLimitsProps says
   */
  readonly limits?: RequestLimitsProps;
  /** An image that does what images/git-server does. @default - built from there */
  readonly image?: ServiceImage;
  /** Of the container that serves SSH, where `ssh` is given. @default - as SshServer has them */
  readonly sshServer?: Pick<SshServerProps, 'memory' | 'image' | 'hostKeys'>;
}

type TomcatLoad = Pick<ServerXmlProps, 'maxThreads' | 'headerSize' | 'perAddress'>;

/** The user of the image, who owns repositories and files. */
const USER = 10001;
/** MiB below which Java and one page of a large repository do not fit. */
const LEAST_MEMORY = 512;
/** Seconds for clones and pushes under way; longer than Tomcat's own patience, so that it is Tomcat that ends them. */
const STOP_TIMEOUT = 60;

const FILES = `/files/${ServiceFiles.CURRENT}`;
const RUN = '/run/git-server';
/** In memory and the server's alone: what it makes of the files at its start. */
const RUN_OPTIONS = `rw,nosuid,nodev,noexec,uid=${USER},gid=${USER},mode=0700,size=64m`;
const TLS_FOLDER = 'tls';
const REPOSITORIES = '/var/lib/git-repositories';
const REPOSITORY_LIST = `${FILES}/repositories.tsv`;
const LICENSED_GROUPS = 'licensed-groups';
/** Folder of the socket on which accounts and grants are told to the container of SSH; both images have it. */
const ACCESS = '/run/git-access';
const ACCESS_OPTIONS = `rw,nosuid,nodev,noexec,uid=${USER},gid=${USER},mode=0700,size=1m`;

/**
 * A Git server of Tomcat and JGit, with cgit for people: declared repositories only, each for its groups of the
 * directory only. It starts without the directory and gets along with its restarts; nobody can log in meanwhile.
 * @see https://tomcat.apache.org/tomcat-10.1-doc/realm-howto.html
 */
export class TomcatGitServer extends GitServer {
  /** The repositories that it has. Refused: two whose paths differ in case alone. */
  public readonly repositories: readonly Repository[];
  /** What serves SSH, where it is served. */
  public readonly sshServer: SshServer | undefined;

  public constructor(scope: Construct, id: string, props: TomcatGitServerProps) {
    super(scope, id, props);
    const memory = checkedWholeNumber(this.node.path, 'memory', props.memory ?? 1024, LEAST_MEMORY, 'MiB');
    checkDirectories(this, props.directories);
    this.refuseProjectCreate();
    this.repositories = this.withoutTwins(props.repositories ?? []);
    const data = new ServiceVolume(this, 'data', `${id}-data`);
    const access =
      props.ssh === undefined ? undefined : new ServiceVolume(this, 'access', `${id}-access`, { holdsData: false });
    const files = new ServiceFiles(this, 'files', {
      name: id,
      owner: USER,
      files: this.files(props.directories, this.load(props)),
    });
    new ServiceContainer(this, 'container', {
      name: id,
      image: props.image ?? ServiceImage.built(this, 'image', 'git-server'),
      user: USER,
      networks: this.networks,
      ports: this.publishedPorts,
      files,
      data: { [REPOSITORIES]: data, ...(access === undefined ? {} : { [ACCESS]: access }) },
      tmpfs: { [RUN]: RUN_OPTIONS, ...(access === undefined ? { [ACCESS]: ACCESS_OPTIONS } : {}) },
      memory,
      healthcheck: { command: this.healthcheck() },
      stopTimeout: STOP_TIMEOUT,
    });
    this.sshServer =
      props.ssh === undefined || access === undefined
        ? undefined
        : new SshServer(this, 'ssh', {
            ...props.sshServer,
            name: `${id}-ssh`,
            endpoint: props.ssh,
            data,
            access,
            user: USER,
          });
  }

  /** From inside, where the certificate's trust is not the question but whether the application answers. */
  private healthcheck(): string[] {
    const { connector, url } = this;
    const host = connector.tlsPolicy === undefined && this.access.isBehindProxy ? '127.0.0.1' : url.host;
    return [
      ...['curl', '-fsS', '-o', '/dev/null'],
      ...(host === url.host ? ['--resolve', `${host}:${connector.port}:127.0.0.1`] : []),
      ...(connector.tlsPolicy === undefined ? [] : ['--insecure']),
      `${connector.tlsPolicy === undefined ? 'http' : 'https'}://${host}:${connector.port}${url.contextPath}/status`,
    ];
  }

  /** Whose word about its clients counts: a proxy's, of the same environment or elsewhere. */
  private trustedProxies(): TrustedProxies | undefined {
    const { isBehindProxy, externalProxy } = this.access;
    if (externalProxy !== undefined) return { addresses: externalProxy.allowFrom, refuseOthers: true };
    const { front } = Environment.of(this);
    return isBehindProxy ? { addresses: [front.proxyAddress], refuseOthers: false } : undefined;
  }

  private files(directories: GitServerProps['directories'], load: TomcatLoad): readonly ServiceFile[] {
    const { access, connector, url } = this;
    const administrators = this.globalPermissions?.administrators ?? [];
    const licensedGroups = this.globalPermissions?.licensedGroups;
    const repositories = this.repositories.map((repository) => readableBy(repository, administrators));
    return [
      ServiceFile.text(
        'server.xml',
        renderServerXml({
          connectors: access.connectors,
          ...load,
          hostName: access.isBehindProxy ? undefined : url.host,
          tlsFolder: `${FILES}/${TLS_FOLDER}`,
          hstsSeconds: access.tls?.hsts.seconds,
          contextPath: url.contextPath,
          directories: realmDirectories(directories, { files: FILES, run: RUN }),
          licensedGroups: licensedGroups === undefined ? undefined : `${FILES}/${LICENSED_GROUPS}`,
          trustedProxies: this.trustedProxies(),
          webapp: `${RUN}/webapp`,
          accessSocket: `${ACCESS}/socket`,
          repositoryList: REPOSITORY_LIST,
        }),
      ),
      ...(access.tls === undefined ? [] : certificateFiles(TLS_FOLDER, access.tls.certificate)),
      ...(connector.tlsPolicy === undefined
        ? []
        : [ServiceFile.text('java.options', renderJavaOptions(connector.tlsPolicy))]),
      ServiceFile.text(
        'web.xml',
        renderWebXml({
          url,
          repositories,
          repositoriesFolder: REPOSITORIES,
          repositoryList: REPOSITORY_LIST,
          isConfidential: access.directAccess?.kind === 'redirect',
          pageProgram: '/opt/git-server/page',
          pageSettings: `${FILES}/cgitrc`,
          licensedGroups,
          administrators,
        }),
      ),
      ServiceFile.text('cgitrc', renderCgitRc(url)),
      ServiceFile.text('gitconfig', renderGitConfig()),
      ServiceFile.text('repositories.tsv', renderRepositoryList(repositories)),
      ...(licensedGroups === undefined ? [] : [ServiceFile.text(LICENSED_GROUPS, `${licensedGroups.join('\n')}\n`)]),
      ...directoryFiles(directories),
      ...repositories.flatMap(({ path, readme }) =>
        readme === undefined ? [] : [ServiceFile.text(`readme/${path}.git`, readme)],
      ),
    ];
  }

  /** How much it works on at once, and for whom. */
  private load({ maxThreads = 200, limits = {} }: TomcatGitServerProps): TomcatLoad {
    if (!Number.isInteger(maxThreads) || maxThreads < 10 || maxThreads > 4096) {
      throw new InputError(this.node.path, `maxThreads ${maxThreads}`, 'write a whole number from 10 to 4096');
    }
    const { isBehindProxy } = this.access;
    if (isBehindProxy && limits.perAddress !== undefined) {
      throw new InputError(
        `${this.node.path} limits`,
        `perAddress ${limits.perAddress} behind a proxy`,
        'give it to the proxy: all requests come from its address',
      );
    }
    const { headerSize, perAddress } = new RequestLimits(`${this.node.path} limits`, limits, maxThreads);
    return { maxThreads, headerSize, perAddress: isBehindProxy ? undefined : perAddress };
  }

  private refuseProjectCreate(): void {
    const [group] = this.globalPermissions?.projectCreate ?? [];
    if (group === undefined) return;
    throw new InputError(
      this.node.path,
      `projectCreate for ${quoted(group)}`,
      'leave it out: the repositories of this server are declared in code, and nobody creates others',
    );
  }

  /** Two paths that differ in case alone would be one folder on some disks, and one name to most people. */
  private withoutTwins(repositories: readonly Repository[]): readonly Repository[] {
    const paths = new Map<string, string>();
    for (const { path } of repositories) {
      const twin = paths.get(path.toLowerCase());
      if (twin !== undefined) {
        throw new InputError(
          this.node.path,
          twin === path
            ? `the repository ${quoted(path)} twice`
            : `the repositories ${quoted(twin)} and ${quoted(path)}`,
          'give each a path of its own, not counting upper and lower case',
        );
      }
      paths.set(path.toLowerCase(), path);
    }
    return repositories;
  }
}

/** The same repository with more readers: ADMIN and SYS_ADMIN read every one. */
function readableBy(repository: Repository, groups: readonly string[]): Repository {
  const { path, readers, writers, readme } = repository;
  return new Repository(path, { readers: [...readers, ...groups], writers, readme });
}
