import { Password } from '@cdktf/provider-random/lib/password';
import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import { ServiceImage } from '../docker/service-image';
import { ServiceVolume } from '../docker/service-volume';
import { InputError, quoted } from '../errors';
import { GitServer, type GitServerProps } from '../git/git-server';
import { protection } from '../protection';
import { CERTIFICATE_FILES, certificateFiles } from '../tls/certificate-files';
import { checkedWholeNumber } from '../whole-number';
import type { BitbucketDatabase } from './bitbucket-database';
import { bitbucketProperties, secretBitbucketProperties } from './bitbucket-properties';
import { BitbucketProvisioner } from './bitbucket-provisioner';
import { checkedAdministrator, type BitbucketAdministrator, type BitbucketAdministratorProps } from './bitbucket-setup';
import { BitbucketVersion } from './bitbucket-version';
import { imageProgram } from './image-program';
import { renderJavaProperties } from './java-properties';

/** What a Bitbucket is told beside what all Git servers are; its users make repositories themselves. */
export interface BitbucketServerProps extends Omit<GitServerProps, 'repositories'> {
  /** Text of the licence, from the first start on; a reference to a Terraform variable. */
  readonly licence: string;
  /** The first account: setup makes it, and the provisioner logs in with it. */
  readonly administrator: BitbucketAdministratorProps;
  /**
   * Which Bitbucket, as its images are tagged: a whole version such as "9.4.16" or "9.4.16-ubi9-jdk17", from 5.0.0 on.
   * @default "9.4.16"
   * @see https://hub.docker.com/r/atlassian/bitbucket
   */
  readonly version?: string;
  /** With this version in it. @default - atlassian/bitbucket with the version as its tag */
  readonly image?: ServiceImage;
  /** Name of the server for people. @default "Bitbucket" */
  readonly displayName?: string;
  /** Where its data is, but for repositories. @default - the built-in one, for evaluation only, and warned of */
  readonly database?: BitbucketDatabase;
  /**
   * MiB that the server may use, at least 2048. Java's heap is half of it; git's processes need the rest.
   * @default 3072
   */
  readonly memory?: number;
  /**
   * Of the key store that the certificate of a direct HTTPS URL is in: a reference to a Terraform variable, or a Secret.
   * @default - a random one, in the state of Terraform
   */
  readonly keyStorePassword?: string;
  /** What makes directories and grants permissions. @default - built from images/bitbucket-provisioner */
  readonly provisionerImage?: ServiceImage;
}

/** The user of Atlassian's image. */
const USER = 2003;
const HOME = '/var/atlassian/application-data/bitbucket';
const FILES = `/files/${ServiceFiles.CURRENT}`;
const RUN = '/run/bitbucket';
/** In memory and the server's alone: what it makes of the files at its start. */
const RUN_OPTIONS = `rw,nosuid,nodev,noexec,uid=${USER},gid=${USER},mode=0700,size=16m`;
const TLS_FOLDER = 'tls';
const PROPERTIES = 'bitbucket.properties';
/** MiB below which Bitbucket does not start. Atlassian recommends 2048 or more. */
const LEAST_MEMORY = 2048;
/** Seconds to stop; its own patience is 30. */
const STOP_TIMEOUT = 120;
/** Seconds that a first start may take: it makes a database. */
const START_TIMEOUT = 900;

/**
 * Atlassian's Bitbucket Data Center, told by the same properties as the other servers how it is reached, and given its
 * directories and global permissions by a container that runs once in each deploy that changes them.
 * @see https://confluence.atlassian.com/bitbucketserver
 */
export class BitbucketServer extends GitServer {
  /** User name of the first administrator. */
  public readonly administrator: string;
  /** Its password at the first start, a reference. */
  public readonly administratorPassword: string;
  /** The external database; undefined for the built-in one. */
  public readonly database: BitbucketDatabase | undefined;
  private readonly version: BitbucketVersion;

  public constructor(scope: Construct, id: string, props: BitbucketServerProps) {
    super(scope, id, props);
    this.version = BitbucketVersion.checked(this.node.path, props.version);
    const memory = checkedWholeNumber(this.node.path, 'memory', props.memory ?? 3072, LEAST_MEMORY, 'MiB');
    this.check(props);
    this.database = props.database;
    const administrator = checkedAdministrator(`${this.node.path} administrator`, props.administrator);
    this.administrator = administrator.username;
    this.administratorPassword =
      props.administrator.password ??
      new Password(this, 'administrator', { length: 24, special: false, ...protection(this) }).result;
    const home = new ServiceVolume(this, 'home', `${id}-home`);
    const files = new ServiceFiles(this, 'files', {
      name: id,
      owner: USER,
      files: this.files(props, administrator),
    });
    const { container } = new ServiceContainer(this, 'container', {
      name: id,
      image: props.image ?? ServiceImage.named(this, 'image', `atlassian/bitbucket:${this.version.tag}`),
      user: USER,
      command: ['sh', `${FILES}/start-bitbucket`],
      networks: this.networks,
      ports: [
        ...this.publishedPorts,
        ...(this.ssh === undefined ? [] : [{ external: this.ssh.port, internal: this.ssh.port }]),
      ],
      files,
      data: { [HOME]: home },
      tmpfs: { [RUN]: RUN_OPTIONS },
      memory,
      environment: {
        JVM_MINIMUM_MEMORY: '512m',
        JVM_MAXIMUM_MEMORY: `${Math.floor(memory / 2)}m`,
        JVM_SUPPORT_RECOMMENDED_ARGS: `-Djavax.net.ssl.trustStore=${RUN}/cacerts`,
        // The volume is the user's already, and the container has no right to change that.
        SET_PERMISSIONS: 'false',
        ...(this.version.hasBundledSearch ? { SEARCH_ENABLED: 'false' } : {}),
      },
      healthcheck: {
        command: ['sh', `${FILES}/check-bitbucket`, `${this.localUrl('127.0.0.1')}/status`],
        interval: 10,
        startPeriod: START_TIMEOUT,
        waitTimeout: START_TIMEOUT,
      },
      stopTimeout: STOP_TIMEOUT,
    });
    new BitbucketProvisioner(this, 'provisioner', {
      name: `${id}-provisioner`,
      server: this.localUrl(this.networkAlias),
      url: this.url,
      caPem: this.access.tls?.certificate.caPem,
      hasBasicAuthentication: this.version.hasBasicAuthentication,
      administrator: { username: this.administrator, password: this.administratorPassword },
      directories: props.directories,
      permissions: this.globalPermissions,
      image: props.provisionerImage,
      serverContainer: container,
    });
  }

  private check({ ssh, licence, displayName, database, directories, keyStorePassword }: BitbucketServerProps): void {
    const where = this.node.path;
    if (keyStorePassword !== undefined && this.access.tls === undefined) {
      throw new InputError(
        where,
        'keyStorePassword without TLS of its own',
        'leave it out: there is no key store where a proxy speaks TLS',
      );
    }
    if (licence.trim() === '') {
      throw new InputError(
        where,
        'no licence',
        'give its text: without one the server waits for it at its first start',
      );
    }
    if (displayName?.trim() === '') throw new InputError(where, 'an empty displayName', 'leave it out, or give a name');
    if (ssh !== undefined && ssh.port < 1024) {
      throw new InputError(
        where,
        `port ${ssh.port} for SSH`,
        'write one from 1024 to 65535: the server itself listens on it, without the rights of root',
      );
    }
    const limit = this.globalPermissions?.licenceLimit;
    if (limit !== undefined) {
      throw new InputError(
        where,
        `limit ${limit} of licensedUser`,
        'leave it out: the licence itself says for how many',
      );
    }
    const names = directories.map(({ name }) => name.toLowerCase());
    const twice = directories.find(({ name }, index) => names.indexOf(name.toLowerCase()) !== index);
    if (twice !== undefined) {
      throw new InputError(where, `two directories named ${quoted(twice.name)}`, 'give each a name of its own');
    }
    if (database === undefined) {
      Annotations.of(this).addWarning(
        'the built-in database is for evaluation only, Atlassian says: give BitbucketDatabase.postgresql to a server that is to stay',
      );
    }
    if (this.globalPermissions?.licensedUser === undefined) {
      Annotations.of(this).addWarning('nobody of the directories may log in: give globalPermissions with licensedUser');
    }
    for (const directory of directories) {
      if (directory.derivedSettings.length === 0) continue;
      Annotations.of(this).addWarning(
        `directory ${quoted(directory.name)}: defaults of ${directory.type.label} that are derived from its schema, not Atlassian's own: ${directory.derivedSettings.join(', ')}`,
      );
    }
  }

  /** The main connector from inside the networks. */
  private localUrl(host: string): string {
    const scheme = this.connector.tlsPolicy === undefined ? 'http' : 'https';
    return `${scheme}://${host}:${this.connector.port}${this.url.contextPath}`;
  }

  private files(props: BitbucketServerProps, administrator: BitbucketAdministrator): readonly ServiceFile[] {
    const { tls } = this.access;
    const keyStorePassword =
      tls === undefined
        ? undefined
        : (props.keyStorePassword ?? new Password(this, 'key-store', { length: 24, special: false }).result);
    const values = bitbucketProperties({
      access: this.access,
      ssh: this.ssh,
      database: props.database,
      administrator,
      displayName: props.displayName ?? 'Bitbucket',
      keyStore: `${FILES}/${TLS_FOLDER}/${CERTIFICATE_FILES.keyStore}`,
      sidecarTemporaryFolder: this.version.hasSidecar ? `${HOME}/tmp` : undefined,
    });
    const secrets = secretBitbucketProperties({
      licence: props.licence,
      administratorPassword: this.administratorPassword,
      keyStorePassword,
      database: props.database,
    });
    return [
      ServiceFile.text(PROPERTIES, renderJavaProperties(values)),
      ...Object.entries(secrets).map(([key, value]) => ServiceFile.secret(`${PROPERTIES}.secrets/${key}`, value)),
      // Each once: another directory with the same authority is no reason to start anew.
      ...[...new Set(props.directories.map(({ caPem }) => caPem))].map((caPem, index) =>
        ServiceFile.reference(`authorities/${index + 1}.pem`, caPem),
      ),
      ...(tls === undefined || keyStorePassword === undefined
        ? []
        : certificateFiles(TLS_FOLDER, tls.certificate, keyStorePassword)),
      imageProgram('bitbucket', 'start-bitbucket'),
      imageProgram('bitbucket', 'check-bitbucket'),
    ];
  }
}
