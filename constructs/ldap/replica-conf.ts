import type { LdapDirectory } from './ldap-directory';
import type { ReplicaContent } from './replica-content';
import { ADMINISTRATOR, ARGON2, DATABASE, FILES, serviceLines, SLAPD_FILES } from './slapd-common';
import { configWord, quote } from './slapd-text';
import { sshSchemaLines } from './ssh-schema';

/** Made at every start from the account's secret. */
const ROOT_PASSWORD = '/run/openldap/account.conf';
/** Suffix under which binds go on to the source; nothing but binds does. */
const SOURCE = 'cn=source';
/** Suffix of the replica's own account, which no entry of the source can be below. */
const ACCOUNTS = 'cn=accounts';

/** DN of the account that reads a replica. */
export const REPLICA_ACCOUNT = `cn=git-server,${ACCOUNTS}`;

/** Where the loaded files of a replica are, for its programs and the configuration alike. */
export const REPLICA_FILES = {
  ...SLAPD_FILES,
  ca: 'replication/ca.pem',
  syncrepl: 'replication/syncrepl',
  settings: 'replication/settings',
  password: 'replication/password',
} as const;

export interface ReplicaSettings {
  readonly content: ReplicaContent;
  readonly source: LdapDirectory;
  /** MiB that the database may grow to. */
  readonly maxSize: number;
  /** Paths of files with more schema. */
  readonly schema: readonly string[];
}

/**
 * slapd.conf of a replica, for OpenLDAP 2.6 with OpenSSL. Its syncrepl statement is not in there: the program `replicate`
 * gives it to slapd once it has looked at the source. The database is the second one, whatever else there is.
 * @see slapd.conf(5), slapd-mdb(5), slapd-ldap(5), slapd-null(5), slapd-monitor(5), slapo-rwm(5), slapo-refint(5), slapo-dynlist(5)
 */
export function replicaConf(settings: ReplicaSettings): string {
  const lines = [
    ...globalLines(settings),
    ...internalLines(),
    ...copyLines(settings),
    ...accountLines(),
    ...(settings.content.passwords === 'passedThrough' ? sourceLines(settings.source) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function globalLines({ content: { passwords, memberOf, integrityOf }, schema }: ReplicaSettings): readonly string[] {
  const modules = [
    ...['back_mdb', 'back_null'],
    ...(memberOf === undefined ? [] : ['dynlist']),
    ...(integrityOf === undefined ? [] : ['refint']),
    ...(passwords === 'passedThrough' ? ['back_ldap', 'rwm'] : []),
  ];
  return [
    ...['core', 'cosine', 'inetorgperson', 'nis', 'dyngroup'].map((name) => `include /etc/ldap/schema/${name}.schema`),
    ...sshSchemaLines(),
    ...schema.map((path) => `include ${FILES}/${path}`),
    'modulepath /usr/lib/ldap',
    ...modules.map((name) => `moduleload ${name}`),
    `moduleload argon2 ${ARGON2}`,
    '# Hashes that other servers made',
    'moduleload pw-sha2',
    '',
    ...serviceLines(),
    '',
    ...(passwords === 'passedThrough' ? routingLines() : []),
  ];
}

/** A bind of anybody but the replica's own account is one below `cn=source`. */
function routingLines(): readonly string[] {
  return [
    'overlay rwm',
    'rwm-rewriteEngine on',
    'rwm-rewriteContext bindDN',
    `rwm-rewriteRule "^cn=[^,]+,${ACCOUNTS}$" "$0" ":@"`,
    `rwm-rewriteRule "^(.+)$" "$1,${SOURCE}" ":@"`,
    '',
  ];
}

function internalLines(): readonly string[] {
  return [
    '# For a renewed certificate and for syncrepl; what changes here is kept nowhere',
    'database config',
    ADMINISTRATOR,
    'access to * by * none',
    '',
    '# How syncrepl is getting on',
    'database monitor',
    ADMINISTRATOR,
    'access to * by * none',
    '',
  ];
}

function copyLines({ content, maxSize }: ReplicaSettings): readonly string[] {
  const account = quote(REPLICA_ACCOUNT);
  return [
    'database mdb',
    `suffix ${quote(content.suffix.toString())}`,
    `directory ${DATABASE}`,
    `maxsize ${maxSize * 1024 * 1024}`,
    ADMINISTRATOR,
    'index objectClass eq',
    `index ${content.indexed.join(',')} eq`,
    'index entryUUID,entryCSN eq',
    `limits dn.exact=${account} size=unlimited`,
    'access to attrs=userPassword by anonymous auth by * none',
    `access to * by dn.exact=${account} read by * none`,
    ...integrityLines(content),
    ...memberOfLines(content),
    '',
  ];
}

/** A group needs a member, so nobody stands in for the last. */
function integrityLines({ integrityOf }: ReplicaContent): readonly string[] {
  return integrityOf === undefined
    ? []
    : ['overlay refint', `refint_attributes ${integrityOf}`, 'refint_nothing cn=nobody'];
}

/**
 * Computed from the groups when somebody asks: with slapo-memberof(5), which keeps it in the users, a first copy of 200,000
 * memberships takes minutes, and what comes in another order than at the source goes wrong.
 */
function memberOfLines({ memberOf }: ReplicaContent): readonly string[] {
  return memberOf === undefined
    ? []
    : [
        'overlay dynlist',
        `dynlist-attrset groupOfURLs memberURL ${memberOf.membersAttribute}+memberOf@${memberOf.groupClass}`,
      ];
}

/** An account that is in no entry, because all entries are the source's. */
function accountLines(): readonly string[] {
  return [
    'database null',
    `suffix ${quote(ACCOUNTS)}`,
    `rootdn ${quote(REPLICA_ACCOUNT)}`,
    `include ${ROOT_PASSWORD}`,
    'access to * by * none',
    '',
  ];
}

function sourceLines(source: LdapDirectory): readonly string[] {
  const { connectionTimeout, readTimeout } = source;
  return [
    'database ldap',
    `suffix ${quote(SOURCE)}`,
    `uri ${source.url}`,
    `tls ${source.secure === 'ssl' ? 'ldaps' : 'start'} tls_cacert=${FILES}/${REPLICA_FILES.ca} ${TLS_VERIFY}`,
    ...(connectionTimeout > 0 ? [`network-timeout ${connectionTimeout}`] : []),
    ...(readTimeout > 0 ? [`timeout bind=${readTimeout}`] : []),
    'chase-referrals no',
    'rebind-as-user no',
    'single-conn yes',
    'idle-timeout 60',
    'restrict search compare add delete modify rename extended',
    'access to * by * none',
    'overlay rwm',
    'rwm-rewriteEngine on',
    'rwm-rewriteContext bindDN',
    `rwm-rewriteRule "^(.+),${SOURCE}$" "$1" ":@"`,
    '',
  ];
}

/** Names in subjectAltName alone count, as in everything else here (RFC 9525). */
const TLS_VERIFY = 'tls_reqcert=demand tls_reqsan=demand tls_protocol_min=3.3';

/** Longer than any replica lives: when syncrepl runs again is for `replicate` to say. */
const NEVER = 10 * 365 * 24 * 3600;

/**
 * The syncrepl statement as cn=config takes it, but for its credentials.
 * @see slapd.conf(5), slapd-config(5)
 */
export function syncreplText(
  content: ReplicaContent,
  source: LdapDirectory,
  mode: 'refreshOnly' | 'refreshAndPersist',
): string {
  return [
    'rid=001',
    `provider=${source.url}`,
    ...(source.secure === 'startTls' ? ['starttls=critical'] : []),
    `tls_cacert=${FILES}/${REPLICA_FILES.ca}`,
    TLS_VERIFY,
    `searchbase=${configWord(content.base.toString())}`,
    'scope=sub',
    `filter=${configWord(content.filter)}`,
    `attrs="${content.attributes.join(',')}"`,
    'schemachecking=off',
    `type=${mode}`,
    ...(mode === 'refreshOnly' ? [`interval=${NEVER}`] : []),
    `retry="${NEVER} +"`,
    ...(source.connectionTimeout > 0 ? [`network-timeout=${source.connectionTimeout}`] : []),
    // Of the bind alone; while a refresh is under way slapd would stop for this long to take up a new configuration.
    `timeout=${Math.min(source.connectionTimeout || 10, 10)}`,
    ...(source.searchTimeout > 0 && mode === 'refreshOnly' ? [`timelimit=${source.searchTimeout}`] : []),
    'keepalive=60:3:10',
    'lazycommit',
    'bindmethod=simple',
    `binddn=${configWord(source.username)}`,
  ].join(' ');
}
