import type { Construct } from 'constructs';
import { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import type { ServiceImage } from '../docker/service-image';
import { ServiceVolume } from '../docker/service-volume';
import { InputError } from '../errors';
import { GitServer, type GitServerProps } from '../git/git-server';
import { checkedWholeNumber } from '../whole-number';
import type { BitbucketDatabase } from './bitbucket-database';
import { imageProgram } from './image-program';
import { propertyTexts, renderJavaProperties } from './java-properties';
import { renderStashServerXml } from './stash-server-xml';

/** What a Stash is told: how it is reached, and where its image has what. */
export interface LegacyStashProps extends Pick<GitServerProps, 'access' | 'ssh'> {
  /** An image with Stash 3.8 to 3.11: nobody publishes a maintained one. */
  readonly image: ServiceImage;
  /** Numeric user that the image has for Stash, who owns its home; never 0. */
  readonly user: number;
  /** Where the image has its data, an absolute path; a volume is mounted on it. @default "/var/atlassian/application-data/stash" */
  readonly home?: string;
  /**
   * Where the image has Stash. Its folders `conf/Catalina`, `logs`, `temp` and `work`, which Tomcat writes to, are in memory;
   * everything else there is read-only.
   * @default "/opt/atlassian/stash"
   */
  readonly installation?: string;
  /** What starts Stash in the foreground, in place of the image's entrypoint. @default - bin/start-stash.sh -fg there */
  readonly command?: readonly string[];
  /** Where its data is, but for repositories. @default - the built-in one, for evaluation only */
  readonly database?: BitbucketDatabase;
  /** MiB that the server may use, at least 1024. @default 2048 */
  readonly memory?: number;
}

const FILES = `/files/${ServiceFiles.CURRENT}`;
const SETTINGS = 'stash-config.properties';
const LEAST_MEMORY = 1024;
/** Where Stash listens for SSH unless its administrators say otherwise. */
const SSH_PORT = 7999;
/** What Tomcat writes to, as public images of Stash give it to its user. Java may execute libraries that it unpacks in temp. */
const WRITTEN = { 'conf/Catalina': 'noexec', logs: 'noexec', temp: 'exec', work: 'noexec' } as const;

/**
 * Stash, for those who still run it: its connector is told of the proxy in server.xml. Licence, directories and permissions
 * stay as its administrators made them in Stash itself. Port 7999 of SSH is opened there, too.
 * @see https://confluence.atlassian.com/stash
 */
export class LegacyStash extends GitServer {
  /** The external database; undefined for the built-in one. */
  public readonly database: BitbucketDatabase | undefined;

  public constructor(scope: Construct, id: string, props: LegacyStashProps) {
    super(scope, id, { access: props.access, ssh: props.ssh, directories: [] });
    this.refuse();
    this.database = props.database;
    const { home = '/var/atlassian/application-data/stash', installation = '/opt/atlassian/stash', database } = props;
    const start = props.command ?? [`${installation}/bin/start-stash.sh`, '-fg'];
    const settings = { 'jdbc.driver': database?.driver, 'jdbc.url': database?.url, 'jdbc.user': database?.user };
    const files = new ServiceFiles(this, 'files', {
      name: id,
      owner: props.user,
      files: [
        ServiceFile.text(
          'server.xml',
          renderStashServerXml({ connectors: this.access.connectors, contextPath: this.url.contextPath }),
        ),
        ServiceFile.text(SETTINGS, renderJavaProperties(propertyTexts(settings))),
        ...(database === undefined ? [] : [ServiceFile.secret(`${SETTINGS}.secrets/jdbc.password`, database.password)]),
        imageProgram('stash', 'start-stash'),
        imageProgram('stash', 'check-stash'),
      ],
    });
    new ServiceContainer(this, 'container', {
      name: id,
      image: props.image,
      user: props.user,
      // Images of Stash have its start script there, which takes everything for its own arguments.
      entrypoint: ['sh'],
      command: [`${FILES}/start-stash`, home, ...start],
      networks: this.networks,
      ports: [
        ...this.publishedPorts,
        ...(this.ssh === undefined ? [] : [{ external: this.ssh.port, internal: SSH_PORT }]),
      ],
      files,
      data: { [home]: new ServiceVolume(this, 'home', `${id}-home`) },
      tmpfs: Object.fromEntries(
        Object.entries(WRITTEN).map(([folder, execution]) => [
          `${installation}/${folder}`,
          `rw,nosuid,nodev,${execution},uid=${props.user},gid=${props.user},mode=0700,size=64m`,
        ]),
      ),
      memory: checkedWholeNumber(this.node.path, 'memory', props.memory ?? 2048, LEAST_MEMORY, 'MiB'),
      environment: { STASH_HOME: home },
      healthcheck: {
        command: [
          ...['sh', `${FILES}/check-stash`],
          `http://127.0.0.1:${this.connector.port}${this.url.contextPath}/status`,
        ],
        interval: 10,
        startPeriod: 600,
        waitTimeout: 600,
      },
      stopTimeout: 120,
    });
  }

  private refuse(): void {
    const { tls, directAccess } = this.access;
    if (tls !== undefined) {
      throw new InputError(
        this.node.path,
        "TLS of Stash's own Tomcat, which is from before TLS 1.3",
        'use Access.behindProxy, or Access.direct with a URL of plain HTTP',
      );
    }
    if (directAccess?.kind === 'redirect') {
      throw new InputError(
        this.node.path,
        'DirectAccess.redirect()',
        "leave the port closed: Tomcat redirects only what web.xml calls confidential, and Stash's does not",
      );
    }
  }
}
