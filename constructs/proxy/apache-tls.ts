import type { TlsPolicy } from '../tls/tls-policy';
import { directive } from './apache-text';

/** TLS settings of the whole server: the groups of a handshake are chosen before its virtual host is known. */
export function tlsPolicySettings(policy: TlsPolicy): string[] {
  return [
    directive('SSLProtocol', '-all', ...policy.protocols.map((protocol) => `+${protocol}`)),
    ...(policy.ciphers.length > 0 ? [directive('SSLCipherSuite', 'SSL', policy.ciphers.join(':'))] : []),
    directive('SSLCipherSuite', 'TLSv1.3', policy.cipherSuites.join(':')),
    directive('SSLOpenSSLConfCmd', 'Groups', policy.groups.join(':')),
    'SSLHonorCipherOrder Off',
    directive('SSLSessionTickets', policy.sessionTickets ? 'On' : 'Off'),
    'SSLSessionCache none',
    '# TLS 1.3 sends tickets all the same, which without a cache are good for nothing.',
    'SSLOpenSSLConfCmd NumTickets 0',
    'SSLCompression Off',
    'SSLInsecureRenegotiation Off',
    'SSLUseStapling Off',
    '# It warns of what is meant here: no session cache, and no certificate for the host that is refused.',
    'LogLevel ssl:error',
  ];
}
