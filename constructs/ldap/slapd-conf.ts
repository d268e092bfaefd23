import { CERTIFICATE_FILES } from '../tls/certificate-files';
import { TlsPolicy } from '../tls/tls-policy';
import type { Dn } from './dn';
import type { GroupClass } from './group-class';
import { sshSchemaLines } from './ssh-schema';

/** Where things are in the container; images/openldap knows the same. */
const FILES = '/files/current';
const DATABASE = '/var/lib/openldap/db';

/** Uid and gid of slapd in its image. */
export const SLAPD_USER = 10002;

/** Where the loaded files are, for the start script and the configuration alike. */
export const SLAPD_FILES = {
  configuration: 'slapd.conf',
  seed: 'seed.ldif',
  baseDn: 'base-dn',
  tls: 'tls',
  listeners: 'listeners',
  schema: 'schema',
} as const;

/** How a password is kept: the scheme of RFC 2307 in front of its hash. */
export const PASSWORD_SCHEMES = { argon2: '{ARGON2}', ssha: '{SSHA}' } as const;
export type PasswordHash = keyof typeof PASSWORD_SCHEMES;

/**
 * Argon2id (RFC 9106) at one of OWASP's choices: 7 MiB and five passes, some tens of milliseconds of one core for each
 * bind. Sixteen threads, slapd's own number, then take 112 MiB at most.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const ARGON2 = 'm=7168 t=5 p=1';

const TLS = TlsPolicy.intermediate;

/** The administrator: slapd's own user, on the socket in the container. */
const ADMINISTRATOR = `rootdn ${quote(`gidNumber=${SLAPD_USER}+uidNumber=${SLAPD_USER},cn=peercred,cn=external,cn=auth`)}`;

export interface SlapdSettings {
  readonly baseDn: Dn;
  /** May read what is below the user and group bases, except passwords, and nothing else. */
  readonly serviceAccount: Dn;
  readonly userBase: Dn;
  readonly groupBase: Dn;
  /** MiB that the database may grow to. */
  readonly maxSize: number;
  /** Says what is searched, so what has an index. */
  readonly groups: GroupClass;
  /** How passwords are kept that arrive in clear text. */
  readonly passwordHash: PasswordHash;
  /** Where the rules for passwords are. @default - no rules */
  readonly passwordPolicy?: Dn | undefined;
  /** Names of the files with more schema, below the folder of such files. */
  readonly schema: readonly string[];
}

/**
 * slapd.conf for OpenLDAP 2.6 with OpenSSL.
 * @see slapd.conf(5), slapd-mdb(5), slapd.access(5), slapo-memberof(5), slapo-refint(5), slapo-ppolicy(5)
 */
export function slapdConf(settings: SlapdSettings): string {
  return `${[...globalLines(settings), '', ...databaseLines(settings)].join('\n')}\n`;
}

function globalLines({ schema, passwordHash }: SlapdSettings): readonly string[] {
  return [
    ...['core', 'cosine', 'inetorgperson', 'nis'].map((name) => `include /etc/ldap/schema/${name}.schema`),
    ...sshSchemaLines(),
    ...schema.map((name) => `include ${FILES}/${SLAPD_FILES.schema}/${name}`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'moduleload memberof',
    'moduleload refint',
    'moduleload ppolicy',
    `moduleload argon2 ${ARGON2}`,
    '# Hashes that other servers made',
    'moduleload pw-sha2',
    `password-hash ${PASSWORD_SCHEMES[passwordHash]}`,
    '',
    'loglevel stats',
    'idletimeout 900',
    'writetimeout 60',
    'sizelimit 500',
    'sortvals member uniqueMember',
    '',
    '# Nobody without a name, nothing without TLS; the socket for administrators is local',
    'disallow bind_anon',
    'require authc',
    'localSSF 128',
    'security ssf=128',
    `TLSCertificateFile ${FILES}/${SLAPD_FILES.tls}/${CERTIFICATE_FILES.chain}`,
    `TLSCertificateKeyFile ${FILES}/${SLAPD_FILES.tls}/${CERTIFICATE_FILES.key}`,
    'TLSVerifyClient never',
    '# 3.3 is TLS 1.2, 3.4 is TLS 1.3',
    `TLSProtocolMin ${TLS.protocols[0] === 'TLSv1.2' ? '3.3' : '3.4'}`,
    `TLSCipherSuite ${TLS.ciphers.join(':')}`,
    `TLSECName ${TLS.groups.join(':')}`,
    '',
    'access to dn.base="" by users read by * none',
    'access to dn.base="cn=Subschema" by users read by * none',
    '',
    '# For a renewed certificate, which slapd is told of while it runs; what changes here is kept nowhere',
    'database config',
    ADMINISTRATOR,
    'access to * by * none',
  ];
}

function databaseLines(settings: SlapdSettings): readonly string[] {
  const account = quote(settings.serviceAccount.toString());
  return [
    'database mdb',
    `suffix ${quote(settings.baseDn.toString())}`,
    `directory ${DATABASE}`,
    `maxsize ${settings.maxSize * 1024 * 1024}`,
    ADMINISTRATOR,
    'index objectClass eq',
    'index uid,cn,mail eq',
    'index member,uniqueMember,memberOf eq',
    ...(settings.groups === 'posixGroup' ? ['index uidNumber,gidNumber,memberUid eq'] : []),
    'index entryUUID,entryCSN eq',
    `limits dn.exact=${account} size=unlimited`,
    '',
    'access to attrs=userPassword',
    `  by dn.exact=${account} none`,
    '  by self =xw',
    '  by anonymous auth',
    '  by * none',
    '# Hashes of former passwords',
    'access to attrs=pwdHistory by * none',
    ...readableBy(account, settings),
    'access to * by * none',
    '',
    ...memberOfLines('groupOfNames', 'member'),
    ...memberOfLines('groupOfUniqueNames', 'uniqueMember'),
    '# Groups follow when a member goes or is renamed; a group needs one, so nobody stands in for the last',
    'overlay refint',
    'refint_attributes member uniqueMember',
    'refint_nothing cn=nobody',
    '# A password changed in clear text is hashed, too',
    'overlay ppolicy',
    'ppolicy_hash_cleartext',
    ...(settings.passwordPolicy === undefined ? [] : [`ppolicy_default ${quote(settings.passwordPolicy.toString())}`]),
  ];
}

/** A search may start at the base DN; what it finds is below the two bases. */
function readableBy(account: string, { baseDn, userBase, groupBase }: SlapdSettings): readonly string[] {
  const bases = new Set([userBase, groupBase].map((base) => quote(base.toString())));
  return [
    ...[...bases].map((base) => `access to dn.subtree=${base} by dn.exact=${account} read by * none`),
    `access to dn.base=${quote(baseDn.toString())} attrs=entry,objectClass by dn.exact=${account} read by * none`,
  ];
}

/** Keeps memberOf right when a group changes. */
function memberOfLines(objectClass: string, member: string): readonly string[] {
  return [
    'overlay memberof',
    `memberof-group-oc ${objectClass}`,
    `memberof-member-ad ${member}`,
    'memberof-memberof-ad memberOf',
    '# An entry may come after a group that it is in',
    'memberof-addcheck TRUE',
  ];
}

/** A word as slapd.conf(5) has it: in double quotes, where a backslash stands before a quote and a backslash. */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
