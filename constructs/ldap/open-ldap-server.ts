import { Password } from '@cdktf/provider-random/lib/password';
import { Construct } from 'constructs';
import { exceptUsersPorts } from '../docker/reasoned-exceptions';
import { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import { ServiceImage } from '../docker/service-image';
import { ServiceVolume } from '../docker/service-volume';
import { Environment } from '../environment';
import { InputError } from '../errors';
import { certificateFiles } from '../tls/certificate-files';
import type { Certificate } from '../tls/certificate';
import { checkIssuedFor } from '../tls/certificate-names';
import { checkedWholeNumber } from '../whole-number';
import { passwordFiles, SERVICE_ACCOUNT, sshKeyFiles, type ServiceAccount } from './account-files';
import { databaseSize } from './database-size';
import { directoryContents } from './directory-contents';
import type { DirectorySeed } from './directory-seed';
import type { ServerSettings, TreeSettings } from './directory-settings';
import { directoryOf, type GroupClass } from './group-class';
import type { LdapDirectory } from './ldap-directory';
import { ldifText, seedText } from './ldif-text';
import type { DirectoryOptions, OpenLdapServerProps } from './open-ldap-props';
import { policyDns } from './password-policy';
import { PublishedLdap } from './published-ldap';
import { SLAPD_FILES, SLAPD_USER } from './slapd-common';
import { slapdConf } from './slapd-conf';

const PORTS = { ssl: 636, startTls: 389 } as const;

/**
 * An OpenLDAP directory on the internal network `directory`: TLS alone, nothing published unless asked, nobody without a name.
 * The service account's password is set at every start, so that neither a kept volume nor lost state
 * locks the Git server out. Administrators use the socket in the container, as its user:
 * `docker exec -i <container> ldapmodify -H ldapi://%2Frun%2Fopenldap%2Fldapi -Y EXTERNAL -Q`.
 * @see https://www.openldap.org/doc/admin26/
 */
export class OpenLdapServer<Groups extends GroupClass = 'groupOfNames'> extends Construct {
  /** On the network `directory`: `ldaps://<id>:636`. */
  public readonly url: string;
  /** What clients beyond the engine write, for example `ldaps://ldap.example.com:636`; undefined without `publishLdap`. */
  public readonly publishedUrl: string | undefined;
  /** Root of the directory. */
  public readonly baseDn: string;
  /** What it serves LDAPS with. */
  public readonly certificate: Certificate;
  /** Whether `ldap://` on 389, where StartTLS comes first, is served, too. */
  public readonly hasStartTls: boolean;
  /** DN of the service account. */
  public readonly bindDn: string;
  /** Password of the service account; secret. */
  public readonly bindPassword: string;
  /** The server's container. */
  public readonly container: ServiceContainer;
  private readonly replicator: Pick<ServerSettings, 'username' | 'password'> | undefined;
  private readonly groupClass: GroupClass;
  private readonly connection: Omit<ServerSettings, 'name' | 'port' | 'secure'> & TreeSettings;

  public constructor(scope: Construct, id: string, props: OpenLdapServerProps<Groups>) {
    super(scope, id);
    const where = this.node.path;
    checkIssuedFor(where, props.certificate, id, 'server');
    const published =
      props.publishLdap === undefined
        ? undefined
        : new PublishedLdap(`${where} publishLdap`, props.publishLdap, props.certificate);
    this.publishedUrl = published?.url;
    this.certificate = props.certificate;
    this.groupClass = props.groupClass ?? 'groupOfNames';
    this.hasStartTls = props.startTls ?? false;
    const contents = directoryContents(where, props);
    const { baseDn, serviceAccount, seed } = contents;
    const password = (id: string): string => new Password(this, id, { length: 32, special: true }).result;
    this.baseDn = baseDn.toString();
    this.url = `ldaps://${id}:${PORTS.ssl}`;
    this.bindDn = serviceAccount.toString();
    this.bindPassword = props.serviceAccountPassword ?? password('service-account');
    this.connection = {
      hostname: id,
      username: this.bindDn,
      password: this.bindPassword,
      caPem: props.certificate.caPem,
      baseDn: this.baseDn,
      additionalUserDn: contents.additionalUserDn,
      additionalGroupDn: contents.additionalGroupDn,
    };
    this.replicator =
      contents.replicator === undefined
        ? undefined
        : {
            username: contents.replicator.toString(),
            password: props.replication?.password ?? password('replicator'),
          };
    const policies = props.passwordPolicy === undefined ? undefined : policyDns(baseDn);
    const schema = (props.schema ?? []).map((each, index) => ({
      name: `${String(index + 1).padStart(2, '0')}.schema`,
      text: each.text,
    }));
    const text = seedText(seed.entries);
    const maxSize =
      props.maxSize === undefined ? undefined : checkedWholeNumber(where, 'maxSize', props.maxSize, 16, 'MiB');
    const configuration = slapdConf({
      baseDn,
      serviceAccount,
      userBase: contents.userBase,
      groupBase: contents.groupBase,
      maxSize: databaseSize(where, maxSize, Buffer.byteLength(text)),
      groups: this.groupClass,
      passwordHash: props.passwordHash ?? 'argon2',
      passwordPolicy: policies?.people,
      schema: schema.map(({ name }) => name),
      replicator:
        contents.replicator === undefined
          ? undefined
          : { account: contents.replicator, readsPasswords: props.replication?.readsPasswords ?? false },
    });
    const policy = policies?.services;
    const accounts: ServiceAccount[] = [
      { folder: SERVICE_ACCOUNT, dn: serviceAccount, password: this.bindPassword, policy },
    ];
    if (contents.replicator !== undefined && this.replicator !== undefined) {
      accounts.push({ folder: 'replicator', dn: contents.replicator, password: this.replicator.password, policy });
    }
    const files = new ServiceFiles(this, 'files', {
      name: id,
      owner: SLAPD_USER,
      files: [
        ServiceFile.text(SLAPD_FILES.configuration, configuration),
        ServiceFile.text(SLAPD_FILES.baseDn, baseDn.toString()),
        ServiceFile.text(SLAPD_FILES.listeners, `ldaps:///${this.hasStartTls ? ' ldap:///' : ''}`),
        ServiceFile.text(SLAPD_FILES.seed, text, { isReloaded: true }),
        ...schema.map(({ name, text }) => ServiceFile.text(`${SLAPD_FILES.schema}/${name}`, text)),
        ...certificateFiles(SLAPD_FILES.tls, props.certificate),
        ...requiredFiles(seed),
        ...passwordFiles(where, seed, accounts, contents.passwords),
        ...sshKeyFiles(where, seed, contents.sshPublicKeys),
      ],
    });
    exceptUsersPorts(this, published === undefined ? [] : [published.port]);
    const environment = Environment.of(this);
    const networks = [environment.directory, ...(published === undefined ? [] : [environment.published])];
    this.container = new ServiceContainer(this, 'container', {
      name: id,
      image: props.image ?? ServiceImage.built(this, 'image', 'openldap'),
      user: SLAPD_USER,
      networks: networks.map((network) => ({ network, alias: id })),
      ports: published === undefined ? [] : [{ external: published.port, internal: PORTS.ssl }],
      files,
      data: { '/var/lib/openldap': new ServiceVolume(this, 'data', `${id}-data`) },
      tmpfs: { '/run/openldap': `rw,nosuid,nodev,noexec,size=1m,mode=0700,uid=${SLAPD_USER},gid=${SLAPD_USER}` },
      memory: checkedWholeNumber(where, 'memory', props.memory ?? 512, 192, 'MiB'),
      // slapd allocates 704 bytes for each one that it may open.
      openFiles: 8192,
      healthcheck: {
        command: ['check-slapd', this.url, SERVICE_ACCOUNT],
        interval: 10,
        retries: 3,
        startPeriod: 60,
        waitTimeout: 300,
      },
    });
  }

  /**
   * The connection that a Git server uses, of the type that knows this directory's groups.
   * @param options what is to be asked for otherwise. Refused: `secure: 'startTls'` where the server has no `startTls`
   */
  public directory(options?: DirectoryOptions<Groups>): LdapDirectory {
    const { name = this.node.id, secure = 'ssl', ...settings }: DirectoryOptions<GroupClass> = options ?? {};
    if (secure === 'startTls' && !this.hasStartTls) {
      throw new InputError(this.node.path, 'a connection with StartTLS', 'give the server `startTls: true`');
    }
    const all = { ...this.connection, ...settings, name, secure, port: PORTS[secure] };
    return directoryOf(this.groupClass, all).deployedAs(this.container.container);
  }

  /**
   * The connection for copies of the directory, with an account of their own. Needs `replication`.
   * @param options as of `directory()`
   */
  public replicationSource(options?: DirectoryOptions<Groups>): LdapDirectory {
    if (this.replicator === undefined) {
      throw new InputError(this.node.path, 'replicationSource() without an account for it', 'give replication: {}');
    }
    const directory = this.directory(options);
    const { name, hostname, port, secure, caPem } = directory;
    return directory.servedBy({ name, hostname, port, secure, caPem, ...this.replicator });
  }
}

/** What the start script makes where a kept volume lacks it. */
function requiredFiles(seed: DirectorySeed): readonly ServiceFile[] {
  return seed.required.flatMap((entry, index) => {
    const folder = `required/${String(index).padStart(4, '0')}`;
    return [
      ServiceFile.text(`${folder}/dn`, entry.dn.toString()),
      ServiceFile.text(`${folder}/entry.ldif`, ldifText([entry])),
    ];
  });
}
