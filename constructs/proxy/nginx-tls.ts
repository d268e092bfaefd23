import type { TlsPolicy } from '../tls/tls-policy';
import { directive } from './nginx-text';

/** TLS settings of all virtual hosts: the groups of a handshake are chosen before its virtual host is known. */
export function tlsPolicySettings(policy: TlsPolicy): string[] {
  return [
    directive('ssl_protocols', ...policy.protocols),
    ...(policy.ciphers.length > 0 ? [directive('ssl_ciphers', policy.ciphers.join(':'))] : []),
    directive('ssl_conf_command', 'Ciphersuites', policy.cipherSuites.join(':')),
    directive('ssl_ecdh_curve', policy.groups.join(':')),
    'ssl_prefer_server_ciphers off;',
    directive('ssl_session_tickets', policy.sessionTickets ? 'on' : 'off'),
    'ssl_session_cache off;',
    '# TLS 1.3 sends tickets all the same, which without a cache are good for nothing.',
    'ssl_conf_command NumTickets 0;',
  ];
}
