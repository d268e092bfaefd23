import type { TlsPolicy } from '../tls/tls-policy';
import { directive } from './apache-text';

/** TLS settings of the whole server: the groups of a handshake are chosen before its virtual host is known. */
export function tlsPolicySettings(policy: TlsPolicy): string[] {
  return [
    directive('SSLProtocol', ...protocolsOf(policy)),
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
    '# Always there: a reload that takes the cache away ends httpd. Answers are asked for anew after a restart.',
    'SSLStaplingCache "shmcb:/tmp/stapling(131072)"',
    'SSLStaplingReturnResponderErrors Off',
    'SSLStaplingFakeTryLater Off',
    '# It warns of what is meant here: no session cache, and no certificate for the host that is refused.',
    'LogLevel ssl:error',
  ];
}

/** The protocols of a policy, and no other. */
export function protocolsOf(policy: TlsPolicy): string[] {
  return ['-all', ...policy.protocols.map((protocol) => `+${protocol}`)];
}
