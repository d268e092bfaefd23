import { TlsPolicy } from '../../constructs/tls/tls-policy';

describe('TlsPolicy', () => {
  test("intermediate is Mozilla's of guideline 6.0", () => {
    const { protocols, ciphers, cipherSuites, groups, sessionTickets } = TlsPolicy.intermediate;
    expect(protocols).toEqual(['TLSv1.2', 'TLSv1.3']);
    expect([...ciphers].sort()).toEqual(
      ['ECDSA', 'RSA'].flatMap((key) =>
        ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map((cipher) => `ECDHE-${key}-${cipher}`),
      ),
    );
    expect(cipherSuites).toEqual(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']);
    expect(groups).toEqual(['X25519MLKEM768', 'X25519', 'prime256v1', 'secp384r1']);
    expect(sessionTickets).toBe(false);
  });

  test('modern is TLS 1.3 alone', () => {
    expect(TlsPolicy.modern).toMatchObject({ name: 'modern', protocols: ['TLSv1.3'], ciphers: [] });
    expect(TlsPolicy.modern.cipherSuites).toEqual(TlsPolicy.intermediate.cipherSuites);
  });
});
