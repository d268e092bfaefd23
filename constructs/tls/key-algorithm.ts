import { InputError, quoted } from '../errors';

/**
 * What keys are made of. ECDSA is quick and taken by every client of the last ten years; RSA is for older ones. Smaller
 * RSA keys and other curves are refused by clients, or by Mozilla's TLS profiles.
 * @see https://wiki.mozilla.org/Security/Server_Side_TLS
 */
export type KeyAlgorithm = 'ECDSA P-256' | 'ECDSA P-384' | 'RSA 2048' | 'RSA 3072' | 'RSA 4096';

/** As the tls provider's `tls_private_key` takes it. */
type KeySettings =
  | { readonly algorithm: 'ECDSA'; readonly ecdsaCurve: string }
  | { readonly algorithm: 'RSA'; readonly rsaBits: number };

const SETTINGS: Readonly<Record<KeyAlgorithm, KeySettings>> = {
  'ECDSA P-256': { algorithm: 'ECDSA', ecdsaCurve: 'P256' },
  'ECDSA P-384': { algorithm: 'ECDSA', ecdsaCurve: 'P384' },
  'RSA 2048': { algorithm: 'RSA', rsaBits: 2048 },
  'RSA 3072': { algorithm: 'RSA', rsaBits: 3072 },
  'RSA 4096': { algorithm: 'RSA', rsaBits: 4096 },
};

/** The settings of a key. Where the compiler did not look, anything unknown is refused. */
export function keySettings(where: string, algorithm: KeyAlgorithm): KeySettings {
  if (!Object.hasOwn(SETTINGS, algorithm)) {
    throw new InputError(
      where,
      `keyAlgorithm ${quoted(algorithm)}`,
      `write one of ${Object.keys(SETTINGS).join(', ')}`,
    );
  }
  return SETTINGS[algorithm];
}

/** Uses of a server's key (RFC 5280, 4.2.1.3): only RSA can encipher a key, which TLS before 1.3 may ask of it. */
export function serverUses(algorithm: KeyAlgorithm): string[] {
  const isRsa = algorithm.startsWith('RSA');
  return ['digital_signature', ...(isRsa ? ['key_encipherment'] : []), 'server_auth'];
}
