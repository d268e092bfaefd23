import type { TlsPolicy } from '../tls/tls-policy';

/** OpenSSL's names of key exchange groups, and Java's (JEP 8241248). Java 21 has no post-quantum group. */
const JAVA_GROUPS: Readonly<Record<string, string>> = {
  X25519: 'x25519',
  prime256v1: 'secp256r1',
  secp384r1: 'secp384r1',
};

/**
 * What of a TLS policy is a property of the Java process and not of a connector, as an argument file of `java`.
 * @see https://docs.oracle.com/en/java/javase/21/security/java-secure-socket-extension-jsse-reference-guide.html
 */
export function renderJavaOptions(policy: TlsPolicy): string {
  const groups = policy.groups.flatMap((group) => JAVA_GROUPS[group] ?? []);
  return [
    `-Djdk.tls.namedGroups=${groups.join(',')}`,
    '-Djdk.tls.rejectClientInitiatedRenegotiation=true',
    `-Djdk.tls.server.enableSessionTicketExtension=${policy.sessionTickets}`,
    '',
  ].join('\n');
}
