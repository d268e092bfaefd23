import type { Construct } from 'constructs';
import { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import { ServiceImage } from '../docker/service-image';
import { ServiceVolume } from '../docker/service-volume';
import { Environment } from '../environment';
import { InputError, quoted } from '../errors';
import type { LdapDirectory } from '../ldap/ldap-directory';
import { renderCgitRc } from './cgit-rc';
import { renderGitConfig } from './git-config';
import { GitServer, type GitServerProps } from './git-server';
import type { Repository } from './repository';
import { renderRepositoryList } from './repository-list';
import { renderServerXml } from './server-xml';
import { SshServer, type SshServerProps } from './ssh-server';
import { renderWebXml } from './web-xml';

export interface TomcatGitServerProps extends GitServerProps {
  /**
   * MiB that the server may use. Java's heap is 60 % of it; the rest is for Java itself and the programs that make pages.
   * @default 1024
   */
  readonly memory?: number;
  /** @default - built from images/git-server */
  readonly image?: ServiceImage;
  /** Of the container that serves SSH, where `ssh` is given. @default - as SshServer has them */
  readonly sshServer?: Pick<SshServerProps, 'memory' | 'image'>;
}

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
const REPOSITORIES = '/var/lib/git-repositories';

/**
 * A Git server of Tomcat and JGit, with cgit for people: declared repositories only, each for its groups of the
 * directory only. It starts without the directory and gets along with its restarts; nobody can log in meanwhile.
 */
export class TomcatGitServer extends GitServer {
  public readonly repositories: readonly Repository[];
  /** What serves SSH, where it is served. */
  public readonly sshServer: SshServer | undefined;

  public constructor(scope: Construct, id: string, props: TomcatGitServerProps) {
    super(scope, id, props);
    const environment = Environment.of(this);
    const memory = props.memory ?? 1024;
    if (!Number.isInteger(memory) || memory < LEAST_MEMORY) {
      throw new InputError(this.node.path, `memory ${memory}`, `write a whole number of MiB from ${LEAST_MEMORY}`);
    }
    this.repositories = this.withoutTwins(props.repositories ?? []);
    const data = new ServiceVolume(this, 'data', `${id}-data`);
    const files = new ServiceFiles(this, 'files', {
      name: id,
      owner: USER,
      files: this.files(this.onlyDirectory(props.directories), environment),
    });
    const { container } = new ServiceContainer(this, 'container', {
      name: id,
      image: props.image ?? ServiceImage.built(this, 'image', 'git-server'),
      user: USER,
      networks: [
        { network: environment.front, alias: this.networkAlias },
        { network: environment.directory, alias: this.networkAlias },
      ],
      ports:
        props.access.publishedPort === undefined
          ? []
          : [{ external: props.access.publishedPort, internal: this.connector.port }],
      files,
      data: { [REPOSITORIES]: data },
      tmpfs: { [RUN]: RUN_OPTIONS },
      memory,
      healthcheck: {
        command: [
          'curl',
          '-fsS',
          '-o',
          '/dev/null',
          `http://127.0.0.1:${this.connector.port}${this.url.contextPath}/status`,
        ],
      },
      stopTimeout: STOP_TIMEOUT,
    });
    this.sshServer =
      props.ssh === undefined
        ? undefined
        : new SshServer(this, 'ssh', {
            ...props.sshServer,
            name: `${id}-ssh`,
            endpoint: props.ssh,
            directory: this.onlyDirectory(props.directories),
            repositories: this.repositories,
            data,
            user: USER,
            dependsOn: [container],
          });
  }

  private files(directory: LdapDirectory, environment: Environment): readonly ServiceFile[] {
    const { connector, repositories, url } = this;
    const folder = 'directories/1';
    return [
      ServiceFile.text(
        'server.xml',
        renderServerXml({
          connector,
          contextPath: url.contextPath,
          directories: [{ directory, passwordFile: `${FILES}/${folder}/password` }],
          proxyAddress: this.access.isBehindProxy ? environment.front.subnet.proxyAddress : undefined,
          webapp: `${RUN}/webapp`,
        }),
      ),
      ServiceFile.text(
        'web.xml',
        renderWebXml({
          url,
          repositories,
          repositoriesFolder: REPOSITORIES,
          repositoryList: `${FILES}/repositories.tsv`,
          pageProgram: '/opt/git-server/page',
          pageSettings: `${FILES}/cgitrc`,
        }),
      ),
      ServiceFile.text('cgitrc', renderCgitRc(url)),
      ServiceFile.text('gitconfig', renderGitConfig()),
      ServiceFile.text('repositories.tsv', renderRepositoryList(repositories)),
      ServiceFile.reference(`${folder}/ca.pem`, directory.caPem),
      ServiceFile.secret(`${folder}/password`, directory.password),
      ...repositories.flatMap(({ path, readme }) =>
        readme === undefined ? [] : [ServiceFile.text(`readme/${path}.git`, readme)],
      ),
    ];
  }

  private onlyDirectory(directories: readonly LdapDirectory[]): LdapDirectory {
    const [directory] = directories;
    if (directory === undefined || directories.length > 1) {
      throw new InputError(
        this.node.path,
        `${directories.length} directories`,
        'give exactly one: this server asks a single directory, which may hold several branches below its base DN',
      );
    }
    return directory;
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
