import { Password } from '@cdktf/provider-random/lib/password';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import { ServiceImage } from '../docker/service-image';
import { ServiceVolume } from '../docker/service-volume';
import { Environment } from '../environment';
import { InputError, quoted } from '../errors';
import type { Certificate } from '../tls/certificate';
import { certificateFiles } from '../tls/certificate-files';
import { DirectorySeed } from './directory-seed';
import type { GroupSchemaSettings, UserSchemaSettings } from './directory-schema';
import { claimKey } from './seed-ssh-keys';
import { SshPublicKey } from './ssh-public-key';
import { SSH_ATTRIBUTE, SSH_OBJECT_CLASS } from './ssh-schema';
import { Dn } from './dn';
import type { DnDirectorySettings, ServerSettings, TreeSettings } from './directory-settings';
import { LdapDirectory } from './ldap-directory';
import { replicatorOf, type ReplicationProps } from './replication';
import type { Replicator } from './syncprov-lines';
import type { Ldif } from './ldif';
import { ldifText, objectClassAdditionText, passwordChangeText, replacementText } from './ldif-text';
import { SLAPD_FILES, SLAPD_USER, slapdConf } from './slapd-conf';

const PORT = 636;
const SERVICE_ACCOUNT = 'service-account';

export interface OpenLdapServerProps {
  /** Root of the directory, for example `dc=example,dc=com`. A volume keeps the one that it was made with. */
  readonly baseDn: string;
  /**
   * Must be issued for the construct's id, which is the server's name on its network. The server takes up a renewed one
   * without a restart.
   */
  readonly certificate: Certificate;
  /**
   * The entries that a new directory starts with. It counts while the data volume is new: a later change of the seed
   * restarts the server and touches no data.
   */
  readonly seed: Ldif;
  /**
   * Passwords by the DN of an entry in the seed, set again at every start of the server: one that somebody changed over
   * LDAP lasts until then. Values are references or plain text.
   * @default - none; entries have the hashes of the seed
   */
  readonly passwords?: Readonly<Record<string, string>>;
  /**
   * Public keys of SSH by the DN of an entry in the seed, set again at every start of the server in place of those that the
   * entry has; an entry that is left out later keeps its keys. References, or lines of .pub files, whose comments are
   * dropped. Nobody changes keys over LDAP, their owners included: who may write a key may log in for good.
   * @default - none; entries have the keys of the seed
   */
  readonly sshPublicKeys?: Readonly<Record<string, string | readonly string[]>>;
  /**
   * DN of the account that reads users and groups for the Git server. It is made where the seed has no entry of it.
   * @default "cn=git-server,ou=services,<base DN>"
   */
  readonly serviceAccount?: string;
  /** Below the base DN, where users are; "" for the base DN itself. @default "ou=people" */
  readonly additionalUserDn?: string;
  /** Below the base DN, where groups are; "" for the base DN itself. @default "ou=groups" */
  readonly additionalGroupDn?: string;
  /** An account for copies of the directory (`DirectoryReplica`), and what they need. @default - nobody copies it */
  readonly replication?: ReplicationProps;
  /** MiB of memory. @default 512 */
  readonly memory?: number;
  /** MiB that the database may grow to; the file is sparse. It can be raised later. @default 1024 */
  readonly maxSize?: number;
  /** An image that does what images/openldap does. @default - built from there */
  readonly image?: ServiceImage;
}

/** Where this server's people and groups are not what Bitbucket takes for OpenLDAP's. */
const PEOPLE: UserSchemaSettings & GroupSchemaSettings = {
  userObjectFilter: '(objectClass=inetOrgPerson)',
  userNameAttribute: 'uid',
  userNameRdnAttribute: 'uid',
  groupObjectClass: 'groupOfNames',
  groupObjectFilter: '(objectClass=groupOfNames)',
  groupMembersAttribute: 'member',
};

/** What a connection may ask for differently; all else is the server's own. */
export type DirectoryOptions = Omit<DnDirectorySettings, keyof ServerSettings | keyof TreeSettings> & {
  /** Name for people. @default - the construct's id */
  readonly name?: string;
};

/**
 * An OpenLDAP directory on the internal network `directory`: LDAPS alone, nothing published, nobody without a name.
 * The service account's password is made here and set at every start, so that neither a kept volume nor lost state
 * locks the Git server out. Administrators use the socket in the container, as its user:
 * `docker exec -i <container> ldapmodify -H ldapi://%2Frun%2Fopenldap%2Fldapi -Y EXTERNAL -Q`.
 */
export class OpenLdapServer extends Construct {
  /** On the network `directory`: `ldaps://<id>:636`. */
  public readonly url: string;
  /** DN of the service account. */
  public readonly bindDn: string;
  /** Password of the service account; secret. */
  public readonly bindPassword: string;
  public readonly container: ServiceContainer;
  private readonly replicator: (Pick<ServerSettings, 'username' | 'password'> & Replicator) | undefined;
  private readonly connection: Omit<ServerSettings, 'name'> & TreeSettings;

  public constructor(scope: Construct, id: string, props: OpenLdapServerProps) {
    super(scope, id);
    const where = this.node.path;
    if (Token.isUnresolved(props.baseDn)) {
      throw new InputError(
        where,
        'a base DN that only Terraform knows',
        'write it as text: the seed is checked against it',
      );
    }
    if (!props.certificate.covers(id)) {
      throw new InputError(
        where,
        `a certificate for ${props.certificate.hosts.join(', ')}`,
        `issue one for ${quoted(id)}, the server's name on its network`,
      );
    }
    const baseDn = Dn.parse(where, props.baseDn);
    const serviceAccount = Dn.parse(where, props.serviceAccount ?? `cn=git-server,ou=services,${baseDn.toString()}`);
    this.replicator = props.replication === undefined ? undefined : replicatorOf(this, baseDn, props.replication);
    const furtherAccounts = this.replicator === undefined ? [] : [this.replicator.account];
    const seed = new DirectorySeed(where, { ldif: props.seed, baseDn, serviceAccount, furtherAccounts });
    const additionalUserDn = this.branch('additionalUserDn', props.additionalUserDn ?? 'ou=people', baseDn, seed);
    const additionalGroupDn = this.branch('additionalGroupDn', props.additionalGroupDn ?? 'ou=groups', baseDn, seed);

    const password = new Password(this, 'service-account', { length: 32, special: true });
    this.url = `ldaps://${id}:${PORT}`;
    this.bindDn = serviceAccount.toString();
    this.bindPassword = password.result;
    this.connection = {
      hostname: id,
      port: PORT,
      username: this.bindDn,
      password: this.bindPassword,
      caPem: props.certificate.caPem,
      baseDn: baseDn.toString(),
      additionalUserDn,
      additionalGroupDn,
    };
    const { userBase, groupBase } = this.directory();
    const configuration = slapdConf({
      baseDn,
      serviceAccount,
      userBase: Dn.parse(where, userBase),
      groupBase: Dn.parse(where, groupBase),
      maxSize: this.mebibytes('maxSize', props.maxSize ?? 1024, 16),
      replicator: this.replicator,
    });
    const files = new ServiceFiles(this, 'files', {
      name: id,
      owner: SLAPD_USER,
      files: [
        ServiceFile.text(SLAPD_FILES.configuration, configuration),
        ServiceFile.text(SLAPD_FILES.baseDn, baseDn.toString()),
        ServiceFile.text(SLAPD_FILES.seed, ldifText(seed.entries)),
        ...certificateFiles(SLAPD_FILES.tls, props.certificate),
        ...requiredFiles(seed),
        ...accountFiles(SERVICE_ACCOUNT, serviceAccount, this.bindPassword),
        ...(this.replicator === undefined
          ? []
          : accountFiles('replicator', this.replicator.account, this.replicator.password)),
        ...this.givenPasswords(props.passwords ?? {}, serviceAccount, seed),
        ...this.givenSshKeys(props.sshPublicKeys ?? {}, seed),
      ],
    });
    this.container = new ServiceContainer(this, 'container', {
      name: id,
      image: props.image ?? ServiceImage.built(this, 'image', 'openldap'),
      user: SLAPD_USER,
      networks: [{ network: Environment.of(this).directory, alias: id }],
      files,
      data: { '/var/lib/openldap': new ServiceVolume(this, 'data', `${id}-data`) },
      tmpfs: { '/run/openldap': `rw,nosuid,nodev,noexec,size=1m,mode=0700,uid=${SLAPD_USER},gid=${SLAPD_USER}` },
      memory: this.mebibytes('memory', props.memory ?? 512, 192),
      // slapd allocates 704 bytes for each one that it may open.
      openFiles: 8192,
      healthcheck: {
        command: ['check-slapd', this.url, SERVICE_ACCOUNT],
        interval: 10,
        retries: 3,
        startPeriod: 60,
        waitTimeout: 180,
      },
    });
  }

  /** The connection that a Git server uses. */
  public directory(options: DirectoryOptions = {}): LdapDirectory {
    return LdapDirectory.openLdap({ ...PEOPLE, ...this.connection, ...options, name: options.name ?? this.node.id });
  }

  /** The connection for copies of the directory, with their own account. Needs `replication`. */
  public replicationSource(options: DirectoryOptions = {}): LdapDirectory {
    if (this.replicator === undefined) {
      throw new InputError(this.node.path, 'replicationSource() without an account for it', 'give replication: {}');
    }
    const { username, password } = this.replicator;
    const name = options.name ?? this.node.id;
    return LdapDirectory.openLdap({ ...PEOPLE, ...this.connection, ...options, username, password, name });
  }

  /** A branch of the directory as the directory's own settings have it: relative, undefined for the base itself. */
  private branch(what: string, relative: string, baseDn: Dn, seed: DirectorySeed): string | undefined {
    if (relative === '') return undefined;
    const dn = Dn.parse(`${this.node.path} ${what}`, relative).toString();
    const absolute = Dn.parse(this.node.path, `${dn},${baseDn.toString()}`);
    if (seed.find(absolute) === undefined) {
      throw new InputError(
        `${this.node.path} ${what}`,
        `${quoted(relative)}, but the seed has no entry ${quoted(absolute.toString())}`,
        'add it, or write where in the seed they are, "" for the base DN itself',
      );
    }
    return dn;
  }

  private mebibytes(what: string, value: number, least: number): number {
    if (!Number.isInteger(value) || value < least) {
      throw new InputError(this.node.path, `${what} ${value}`, `write a whole number of MiB from ${least}`);
    }
    return value;
  }

  private givenPasswords(
    passwords: Readonly<Record<string, string>>,
    serviceAccount: Dn,
    seed: DirectorySeed,
  ): readonly ServiceFile[] {
    if ((seed.find(serviceAccount)?.values('userPassword') ?? []).some(({ line }) => line > 0)) {
      throw new InputError(
        this.node.path,
        `a userPassword of the service account in the seed`,
        'remove it: the password is generated',
      );
    }
    const seen = new Set([serviceAccount.key]);
    return Object.entries(passwords).flatMap(([text, password], index) => {
      const where = `${this.node.path} passwords`;
      const dn = Dn.parse(where, text);
      const entry = seed.find(dn);
      if (entry === undefined)
        throw new InputError(
          where,
          `${quoted(text)}, which the seed has no entry of`,
          'write the DN of an entry in the seed',
        );
      if (seen.has(dn.key)) {
        throw new InputError(
          where,
          `a second password for ${quoted(text)}`,
          'give each account one; that of the service account is generated',
        );
      }
      if (entry.values('userPassword').length > 0) {
        throw new InputError(where, `${quoted(text)}, which has a userPassword in the seed`, 'remove one of the two');
      }
      seen.add(dn.key);
      return accountFiles(String(index + 1).padStart(4, '0'), dn, password);
    });
  }

  private givenSshKeys(
    keys: Readonly<Record<string, string | readonly string[]>>,
    seed: DirectorySeed,
  ): readonly ServiceFile[] {
    const owners = new Map(seed.sshKeyOwners);
    const seen = new Set<string>();
    return Object.entries(keys).flatMap(([text, value], index) => {
      const where = `${this.node.path} sshPublicKeys`;
      const dn = Dn.parse(where, text);
      const entry = seed.find(dn);
      if (entry === undefined) {
        throw new InputError(
          where,
          `${quoted(text)}, which the seed has no entry of`,
          'write the DN of an entry in the seed',
        );
      }
      if (seen.has(dn.key))
        throw new InputError(where, `${quoted(text)} a second time`, 'give an entry all its keys at once');
      if (entry.values(SSH_ATTRIBUTE).length > 0) {
        throw new InputError(
          where,
          `${quoted(text)}, which has an ${SSH_ATTRIBUTE} in the seed`,
          'remove one of the two',
        );
      }
      seen.add(dn.key);
      const given = (typeof value === 'string' ? [value] : value).map((key) => {
        if (Token.isUnresolved(key)) return key;
        const parsed = SshPublicKey.parse(where, key);
        claimKey(owners, where, parsed, text);
        return parsed.toString();
      });
      if (given.length === 0)
        throw new InputError(where, `no key for ${quoted(text)}`, 'give at least one, or leave it out');
      return sshKeyFiles(String(index + 1).padStart(4, '0'), dn, given);
    });
  }
}

/** What the start script sets the SSH keys of an entry by; values are in base64 with spaces between. */
function sshKeyFiles(name: string, dn: Dn, keys: readonly string[]): readonly ServiceFile[] {
  const folder = `ssh-keys/${name}`;
  const encoded = keys.map((key) =>
    Token.isUnresolved(key) ? Fn.base64encode(Fn.trimspace(key)) : Buffer.from(key).toString('base64'),
  );
  return [
    ServiceFile.text(`${folder}/class.ldif`, objectClassAdditionText(dn, SSH_OBJECT_CLASS)),
    ServiceFile.text(`${folder}/change.ldif`, replacementText(dn, SSH_ATTRIBUTE)),
    ServiceFile.reference(`${folder}/values`, encoded.length === 1 ? String(encoded[0]) : Fn.join(' ', encoded)),
  ];
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

/** What the start script sets a password by. */
function accountFiles(name: string, dn: Dn, password: string): readonly ServiceFile[] {
  const folder = `accounts/${name}`;
  return [
    ServiceFile.text(`${folder}/dn`, dn.toString()),
    ServiceFile.text(`${folder}/change.ldif`, passwordChangeText(dn)),
    ServiceFile.secret(`${folder}/password`, password),
  ];
}
