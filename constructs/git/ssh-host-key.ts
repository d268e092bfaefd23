import { PrivateKey } from '@cdktf/provider-tls/lib/private-key';
import { Fn, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { InputError, quoted } from '../errors';
import { SshPublicKey } from '../ldap/ssh-public-key';
import { protection } from '../protection';

/**
 * One host key, as ssh-keygen writes it into two files.
 * @see https://man.openbsd.org/ssh-keygen
 */
export interface SshHostKey {
  /** Without a passphrase. A reference to a Terraform variable, or a Secret. */
  readonly privateKey: string;
  /** Line of the .pub file; a comment is dropped. */
  readonly publicKey: string;
}

/** Both kinds that a server has: Ed25519, and NIST's curve P-256 for clients that may have no other. */
export interface SshHostKeys {
  /** Of the type ssh-ed25519 (RFC 8709). */
  readonly ed25519: SshHostKey;
  /** Of the type ecdsa-sha2-nistp256 (RFC 5656). */
  readonly ecdsa: SshHostKey;
}

const TYPES: Readonly<Record<keyof SshHostKeys, string>> = { ed25519: 'ssh-ed25519', ecdsa: 'ecdsa-sha2-nistp256' };

/** Keys that Terraform makes. Other arguments would replace them. */
export function generatedHostKeys(scope: Construct): SshHostKeys {
  const made = {
    ed25519: new PrivateKey(scope, 'host-key-ed25519', { algorithm: 'ED25519', ...protection(scope) }),
    ecdsa: new PrivateKey(scope, 'host-key-ecdsa', { algorithm: 'ECDSA', ecdsaCurve: 'P256', ...protection(scope) }),
  };
  const key = ({ privateKeyOpenssh, publicKeyOpenssh }: PrivateKey): SshHostKey => ({
    privateKey: privateKeyOpenssh,
    publicKey: Fn.trimspace(publicKeyOpenssh),
  });
  return { ed25519: key(made.ed25519), ecdsa: key(made.ecdsa) };
}

/** Keys that somebody brought, with the lines that known_hosts has of them. */
export function broughtHostKeys(where: string, keys: SshHostKeys): SshHostKeys {
  const brought = (kind: keyof SshHostKeys): SshHostKey => {
    const { privateKey, publicKey } = keys[kind];
    if (Token.isUnresolved(publicKey)) {
      const words = Fn.split(' ', Fn.trimspace(publicKey));
      return { privateKey, publicKey: Fn.join(' ', Fn.slice(words, 0, 2) as string[]) };
    }
    const parsed = SshPublicKey.parse(`${where} hostKeys ${kind}`, publicKey);
    if (parsed.type !== TYPES[kind]) {
      throw new InputError(
        `${where} hostKeys ${kind}`,
        `a key of the type ${quoted(parsed.type)}`,
        `give one of ${TYPES[kind]}`,
      );
    }
    return { privateKey, publicKey: parsed.toString() };
  };
  return { ed25519: brought('ed25519'), ecdsa: brought('ecdsa') };
}
