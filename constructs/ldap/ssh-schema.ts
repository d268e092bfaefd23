/** The auxiliary object class of entries with SSH keys. */
export const SSH_OBJECT_CLASS = 'ldapPublicKey';

/** The attribute that holds them, a key each value. */
export const SSH_ATTRIBUTE = 'sshPublicKey';

/**
 * The schema of SSH keys in LDAP that many servers have, under its well-known OIDs, for slapd.conf. Nothing is mandatory in
 * the class, so that what came with a stricter one loads, and the attribute has a rule for substrings: a key is looked for
 * whatever its comment.
 */
export function sshSchemaLines(): readonly string[] {
  return [
    `attributetype ( 1.3.6.1.4.1.24552.500.1.1.1.13 NAME '${SSH_ATTRIBUTE}' DESC 'Public key of OpenSSH'` +
      ' EQUALITY octetStringMatch SUBSTR octetStringSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )',
    `objectclass ( 1.3.6.1.4.1.24552.500.1.1.2.0 NAME '${SSH_OBJECT_CLASS}' DESC 'Has public keys of OpenSSH'` +
      ` SUP top AUXILIARY MAY ( ${SSH_ATTRIBUTE} $ uid ) )`,
  ];
}
