import type { Dn } from './dn';
import type { GroupClass } from './group-class';
import { ADMINISTRATOR, ARGON2, DATABASE, FILES, serviceLines, SLAPD_FILES } from './slapd-common';
import { quote } from './slapd-text';
import { sshSchemaLines } from './ssh-schema';
import { replicatorLimits, replicatorMayRead, syncprovLines, type Replicator } from './syncprov-lines';

/** How a password is kept: the scheme of RFC 2307 in front of its hash. */
export const PASSWORD_SCHEMES = { argon2: '{ARGON2}', ssha: '{SSHA}' } as const;
export type PasswordHash = keyof typeof PASSWORD_SCHEMES;

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
  /** Who copies the directory. @default - nobody */
  readonly replicator?: Replicator | undefined;
}

/**
 * slapd.conf for OpenLDAP 2.6 with OpenSSL.
 * @see slapd.conf(5), slapd-mdb(5), slapd.access(5), slapo-memberof(5), slapo-refint(5), slapo-ppolicy(5)
 */
export function slapdConf(settings: SlapdSettings): string {
  return `${[...globalLines(settings), '', ...databaseLines(settings)].join('\n')}\n`;
}

function globalLines({ schema, passwordHash, replicator }: SlapdSettings): readonly string[] {
  return [
    ...['core', 'cosine', 'inetorgperson', 'nis'].map((name) => `include /etc/ldap/schema/${name}.schema`),
    ...sshSchemaLines(),
    ...schema.map((name) => `include ${FILES}/${SLAPD_FILES.schema}/${name}`),
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'moduleload memberof',
    'moduleload refint',
    'moduleload ppolicy',
    ...(replicator === undefined ? [] : ['moduleload syncprov']),
    `moduleload argon2 ${ARGON2}`,
    '# Hashes that other servers made',
    'moduleload pw-sha2',
    `password-hash ${PASSWORD_SCHEMES[passwordHash]}`,
    '',
    ...serviceLines(),
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
    ...replicatorLimits(settings.replicator),
    '',
    ...replicatorMayRead(settings),
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
    ...syncprovLines(settings.replicator),
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
