/** A version of TLS, as OpenSSL calls it (RFC 5246, RFC 8446). */
export type TlsProtocol = 'TLSv1.2' | 'TLSv1.3';

interface TlsPolicyValues {
  readonly name: string;
  readonly protocols: readonly TlsProtocol[];
  readonly ciphers: readonly string[];
}

/**
 * What a server offers in a TLS handshake: Mozilla's guideline 6.0 of April 2026, as values that each server's renderer
 * writes in its own words.
 * @see https://wiki.mozilla.org/Security/Server_Side_TLS
 */
export class TlsPolicy {
  /** TLS 1.2 and 1.3, forward secrecy and authenticated encryption only: for every client of the last ten years. */
  public static readonly intermediate = new TlsPolicy({
    name: 'intermediate',
    protocols: ['TLSv1.2', 'TLSv1.3'],
    ciphers: [
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-GCM-SHA384',
      'ECDHE-ECDSA-CHACHA20-POLY1305',
      'ECDHE-RSA-CHACHA20-POLY1305',
    ],
  });

  /** TLS 1.3 only, where every client is known to have it. */
  public static readonly modern = new TlsPolicy({ name: 'modern', protocols: ['TLSv1.3'], ciphers: [] });

  /** As Mozilla calls it, for people and messages. */
  public readonly name: string;
  /** Oldest first. */
  public readonly protocols: readonly TlsProtocol[];
  /** Cipher suites of TLS 1.2 by their OpenSSL names; none where TLS 1.2 is not offered. */
  public readonly ciphers: readonly string[];
  /** Cipher suites of TLS 1.3 by their IANA names. The client's order counts, here as with `ciphers`. */
  public readonly cipherSuites: readonly string[] = [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
  ];
  /** Key exchange groups, the preferred one first. X25519MLKEM768 (post-quantum hybrid) needs OpenSSL 3.5 or later. */
  public readonly groups: readonly string[] = ['X25519MLKEM768', 'X25519', 'prime256v1', 'secp384r1'];
  /** Off: a ticket key that lives as long as the server would undo forward secrecy. */
  public readonly sessionTickets: boolean = false;

  private constructor(values: TlsPolicyValues) {
    this.name = values.name;
    this.protocols = values.protocols;
    this.ciphers = values.ciphers;
  }
}
