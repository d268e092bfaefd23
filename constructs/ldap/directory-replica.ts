import { Password } from '@cdktf/provider-random/lib/password';
import { Construct } from 'constructs';
import { ServiceContainer } from '../docker/service-container';
import { ServiceFile } from '../docker/service-file';
import { ServiceFiles } from '../docker/service-files';
import { ServiceImage } from '../docker/service-image';
import { ServiceVolume } from '../docker/service-volume';
import { Environment } from '../environment';
import { InputError } from '../errors';
import type { Certificate } from '../tls/certificate';
import { certificateFiles } from '../tls/certificate-files';
import { checkIssuedFor } from '../tls/certificate-names';
import { checkedWholeNumber } from '../whole-number';
import { SERVICE_ACCOUNT } from './account-files';
import type { LdapDirectory } from './ldap-directory';
import type { LdapSchema } from './ldap-schema';
import { REPLICA_ACCOUNT, REPLICA_FILES, replicaConf, syncreplText } from './replica-conf';
import { ReplicaContent, type ReplicaContentProps } from './replica-content';
import { replicaSettingsText, type ReplicaSchedule } from './replica-settings';
import { SLAPD_USER } from './slapd-common';

const PORT = 636;

export interface DirectoryReplicaProps extends ReplicaContentProps {
  /**
   * The directory that is copied, a server that speaks RFC 4533 (OpenLDAP with slapo-syncprov(5)). Its account must be able
   * to read all that is copied, and contextCSN, without a limit of size. Its timeouts are those of the synchronisation, too.
   */
  readonly source: LdapDirectory;
  /**
   * Must be issued for the construct's id, which is the replica's name on its network. The replica takes up a renewed one
   * without a restart.
   */
  readonly certificate: Certificate;
  /**
   * Attribute types and object classes of the source beside those of OpenLDAP's core, cosine, inetorgperson, nis and dyngroup,
   * and of SSH keys. An entry of an object class that the replica does not know stops the synchronisation.
   * @default - none
   */
  readonly schema?: readonly LdapSchema[];
  /**
   * "refreshOnly" asks for changes at intervals; "refreshAndPersist" stays connected, and changes come at once.
   * @default "refreshOnly"
   */
  readonly mode?: 'refreshOnly' | 'refreshAndPersist';
  /** Minutes between two synchronisations, at least 1; of refreshOnly. @default - the source's synchronisationInterval */
  readonly interval?: number;
  /**
   * Seconds to wait after each failed synchronisation in a row, each at least 1; the last one holds for all that follow.
   * @default [5, 10, 30, 60]
   */
  readonly retryIntervals?: readonly number[];
  /**
   * Share of the copy's entries that the source must still show, or it is not synchronised with: a source that answers its
   * account with nothing has not lost its users. From 0, which refuses nothing, to 1.
   * @default 0.5
   */
  readonly leastShare?: number;
  /**
   * Password of the account that Git servers read the replica with: a reference to a Terraform variable, or a Secret.
   * @default - a random one, in the state of Terraform
   */
  readonly serviceAccountPassword?: string;
  /** Seconds that a deploy waits for the first synchronisation, from 1. @default 600 */
  readonly firstSynchronisationTimeout?: number;
  /** MiB that the replica may use, at least 192. @default 512 */
  readonly memory?: number;
  /** MiB that the database may grow to; the file is sparse. It can be raised later. At least 16. @default 1024 */
  readonly maxSize?: number;
  /** An image that does what images/openldap does. @default - built from there */
  readonly image?: ServiceImage;
}

/**
 * A local, read-only copy of a directory elsewhere, next to the Git server, kept up to date by OpenLDAP's own syncrepl (RFC
 * 4533): LDAPS alone, on the internal network `directory`, nobody without a name. A source that is not in the same environment
 * is reached by a network of its own. A deploy waits until the first copy is complete; from then on the source may be away.
 * @see https://www.openldap.org/doc/admin26/replication.html
 * @see https://www.rfc-editor.org/rfc/rfc4533
 */
export class DirectoryReplica extends Construct {
  /** On the network `directory`: `ldaps://<id>:636`. */
  public readonly url: string;
  /** The replica's container. */
  public readonly container: ServiceContainer;
  /** The directory that is copied. */
  public readonly source: LdapDirectory;
  /** What it serves LDAPS with. */
  public readonly certificate: Certificate;
  /** Root of the copy: the source's base DN. */
  public readonly baseDn: string;
  /** Whether logins need the source, too: "passedThrough", or the copy alone: "replicated". */
  public readonly passwords: 'passedThrough' | 'replicated';
  /** Minutes between two synchronisations; undefined where changes come at once. */
  public readonly interval: number | undefined;
  private readonly copy: LdapDirectory;

  public constructor(scope: Construct, id: string, props: DirectoryReplicaProps) {
    super(scope, id);
    const where = this.node.path;
    const { source, certificate } = props;
    checkIssuedFor(where, certificate, id, 'replica');
    const content = new ReplicaContent(where, source, props);
    const schedule = scheduleOf(where, props);
    this.source = source;
    this.certificate = certificate;
    this.baseDn = content.suffix.toString();
    this.passwords = content.passwords;
    this.interval = schedule.mode === 'refreshAndPersist' ? undefined : schedule.interval / 60;
    const timeout = checkedWholeNumber(
      where,
      'firstSynchronisationTimeout',
      props.firstSynchronisationTimeout ?? 600,
      1,
    );
    const password =
      props.serviceAccountPassword ?? new Password(this, 'service-account', { length: 32, special: true }).result;
    this.url = `ldaps://${id}:${PORT}`;
    this.copy = source.servedBy({
      name: source.name,
      hostname: id,
      username: REPLICA_ACCOUNT,
      password,
      caPem: certificate.caPem,
    });
    const maxSize = checkedWholeNumber(where, 'maxSize', props.maxSize ?? 1024, 16);
    const schema = (props.schema ?? []).map(({ text }, index) => ({ path: `schema/${index + 1}.schema`, text }));
    const configuration = replicaConf({ content, source, maxSize, schema: schema.map(({ path }) => path) });
    const files = new ServiceFiles(this, 'files', {
      name: id,
      owner: SLAPD_USER,
      files: [
        ServiceFile.text(REPLICA_FILES.configuration, configuration),
        ...schema.map(({ path, text }) => ServiceFile.text(path, text)),
        ServiceFile.text(REPLICA_FILES.settings, replicaSettingsText(content, source, schedule)),
        ServiceFile.text(REPLICA_FILES.syncrepl, syncreplText(content, source, schedule.mode)),
        ServiceFile.reference(REPLICA_FILES.ca, source.caPem),
        ServiceFile.secret(REPLICA_FILES.password, source.password),
        ServiceFile.text(`accounts/${SERVICE_ACCOUNT}/dn`, REPLICA_ACCOUNT),
        ServiceFile.secret(`accounts/${SERVICE_ACCOUNT}/password`, password),
        ...certificateFiles(REPLICA_FILES.tls, certificate),
      ],
    });
    const environment = Environment.of(this);
    const { directory } = environment;
    const networks = directory.hasAlias(source.hostname) ? [directory] : [directory, environment.outside];
    this.container = new ServiceContainer(this, 'container', {
      name: id,
      image: props.image ?? ServiceImage.built(this, 'image', 'openldap'),
      user: SLAPD_USER,
      command: ['start-replica'],
      networks: networks.map((network) => ({ network, alias: id })),
      files,
      data: { '/var/lib/openldap': new ServiceVolume(this, 'data', `${id}-data`) },
      tmpfs: { '/run/openldap': `rw,nosuid,nodev,noexec,size=1m,mode=0700,uid=${SLAPD_USER},gid=${SLAPD_USER}` },
      memory: checkedWholeNumber(where, 'memory', props.memory ?? 512, 192),
      // slapd allocates 704 bytes for each one that it may open.
      openFiles: 8192,
      healthcheck: {
        command: ['check-replica', this.url, SERVICE_ACCOUNT],
        interval: 10,
        retries: 3,
        startPeriod: timeout,
        waitTimeout: timeout,
      },
    });
  }

  /** The copy, for a Git server: a directory of the source's type and settings, at the replica. */
  public directory(): LdapDirectory {
    return this.copy.deployedAs(this.container.container);
  }
}

function scheduleOf(where: string, props: DirectoryReplicaProps): ReplicaSchedule {
  const { mode = 'refreshOnly', retryIntervals = [5, 10, 30, 60], leastShare = 0.5, interval } = props;
  if (mode === 'refreshAndPersist' && interval !== undefined) {
    throw new InputError(where, `interval ${interval} with refreshAndPersist`, 'leave one of the two out');
  }
  if (retryIntervals.length === 0) {
    throw new InputError(where, 'retryIntervals without any', 'give at least one, in seconds');
  }
  for (const seconds of retryIntervals) checkedWholeNumber(where, 'retryIntervals', seconds, 1);
  if (!(leastShare >= 0 && leastShare <= 1)) {
    throw new InputError(where, `leastShare ${leastShare}`, 'write a number from 0 to 1');
  }
  return {
    mode,
    interval: 60 * checkedWholeNumber(where, 'interval', interval ?? props.source.synchronisationInterval, 1),
    retryIntervals,
    leastPercent: Math.round(100 * leastShare),
  };
}
