import { SSH_KEY_TYPES } from '../ldap/ssh-public-key';
import { SSH_USER } from './ssh-endpoint';

export interface SshdConfigProps {
  /** Port that sshd listens on in its container; above 1023, because it has no privileges. */
  readonly port: number;
  /** Files of the host keys, the preferred one first. */
  readonly hostKeyFiles: readonly string[];
  /** Program that tells whose a key is. Root must own it and every folder above it. */
  readonly keysCommand: string;
}

/** Key exchange: the post-quantum hybrids first, then what every client of the last ten years has. */
const KEY_EXCHANGE = [
  'mlkem768x25519-sha256',
  'sntrup761x25519-sha512',
  'sntrup761x25519-sha512@openssh.com',
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
];
/** Authenticated encryption, and counter mode for clients in Java; never with a code that is not encrypt-then-MAC. */
const CIPHERS = [
  'chacha20-poly1305@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-gcm@openssh.com',
  'aes256-ctr',
  'aes128-ctr',
];
const MACS = ['hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256-etm@openssh.com'];
/** No certificates: an authority for users would be a second way to say who somebody is. A key of RSA signs without SHA-1. */
const USER_KEYS = SSH_KEY_TYPES.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]));

/**
 * sshd_config of OpenSSH 10 for one unprivileged user, public keys and one forced program.
 * @see https://man.openbsd.org/sshd_config
 * @see https://www.ssh-audit.com/hardening_guides.html
 */
export function renderSshdConfig(props: SshdConfigProps): string {
  return [
    `Port ${props.port}`,
    ...props.hostKeyFiles.map((file) => `HostKey ${file}`),
    'PidFile none',
    '# Sessions have a line of their own in the log; a level above would add two for each check of the health',
    'LogLevel ERROR',
    '',
    '# One user, by a key that the directory knows, and no other way',
    `AllowUsers ${SSH_USER}`,
    'AuthenticationMethods publickey',
    'PubkeyAuthentication yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'HostbasedAuthentication no',
    'GSSAPIAuthentication no',
    'KerberosAuthentication no',
    'PermitEmptyPasswords no',
    'PermitRootLogin no',
    'UsePAM no',
    'AuthorizedKeysFile none',
    'AuthorizedPrincipalsFile none',
    'TrustedUserCAKeys none',
    `AuthorizedKeysCommand ${props.keysCommand} %t %k %f "%C"`,
    `AuthorizedKeysCommandUser ${SSH_USER}`,
    'ExposeAuthInfo no',
    '',
    "# No forwarding, no terminal, nothing of the client in the environment but the version of Git's protocol",
    'DisableForwarding yes',
    'AllowTcpForwarding no',
    'AllowStreamLocalForwarding no',
    'AllowAgentForwarding no',
    'X11Forwarding no',
    'GatewayPorts no',
    'PermitTunnel no',
    'PermitListen none',
    'PermitOpen none',
    'PermitTTY no',
    'PermitUserRC no',
    'PermitUserEnvironment no',
    'AcceptEnv GIT_PROTOCOL',
    '',
    '# Packs are compressed already',
    'Compression no',
    'UseDNS no',
    'Banner none',
    'VersionAddendum none',
    'DebianBanner no',
    'PrintMotd no',
    'PrintLastLog no',
    '',
    '# Seconds to log in, and connections that have not yet: half of those above 32 are dropped, all above 64',
    'LoginGraceTime 60',
    'MaxStartups 32:50:64',
    'MaxAuthTries 6',
    'MaxSessions 10',
    '# Everybody behind one address would pay for one of them, and for an outage of the directory',
    'PerSourcePenalties no',
    'TCPKeepAlive yes',
    'ClientAliveInterval 30',
    'ClientAliveCountMax 4',
    '# A session without a byte either way is dead, and must not keep its place: git sends something every five seconds',
    'ChannelTimeout *=10m',
    'UnusedConnectionTimeout 5m',
    '',
    `KexAlgorithms ${KEY_EXCHANGE.join(',')}`,
    `Ciphers ${CIPHERS.join(',')}`,
    `MACs ${MACS.join(',')}`,
    'HostKeyAlgorithms ssh-ed25519,ecdsa-sha2-nistp256',
    `PubkeyAcceptedAlgorithms ${USER_KEYS.join(',')}`,
    'RequiredRSASize 2048',
    'RekeyLimit 1G 1h',
    '',
  ].join('\n');
}
