import { CERTIFICATE_FILES } from '../tls/certificate-files';
import { TlsPolicy } from '../tls/tls-policy';
import { quote } from './slapd-text';

/** Where things are in the container; images/openldap knows the same. */
export const FILES = '/files/current';
export const DATABASE = '/var/lib/openldap/db';

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

/**
 * Argon2id (RFC 9106) at one of OWASP's choices: 7 MiB and five passes, some tens of milliseconds of one core for each
 * bind. Sixteen threads, slapd's own number, then take 112 MiB at most.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
export const ARGON2 = 'm=7168 t=5 p=1';

/** The administrator: slapd's own user, on the socket in the container. */
export const ADMINISTRATOR = `rootdn ${quote(`gidNumber=${SLAPD_USER}+uidNumber=${SLAPD_USER},cn=peercred,cn=external,cn=auth`)}`;

const TLS = TlsPolicy.intermediate;

/** How every server of the project serves: to whom, for how long, and over which TLS. */
export function serviceLines(): readonly string[] {
  return [
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
    ...tlsLines(),
    '',
    'access to dn.base="" by users read by * none',
    'access to dn.base="cn=Subschema" by users read by * none',
  ];
}

/** The server's certificate, and what it speaks. */
function tlsLines(): readonly string[] {
  return [
    `TLSCertificateFile ${FILES}/${SLAPD_FILES.tls}/${CERTIFICATE_FILES.chain}`,
    `TLSCertificateKeyFile ${FILES}/${SLAPD_FILES.tls}/${CERTIFICATE_FILES.key}`,
    'TLSVerifyClient never',
    '# 3.3 is TLS 1.2, 3.4 is TLS 1.3',
    `TLSProtocolMin ${TLS.protocols[0] === 'TLSv1.2' ? '3.3' : '3.4'}`,
    `TLSCipherSuite ${TLS.ciphers.join(':')}`,
    `TLSECName ${TLS.groups.join(':')}`,
  ];
}
