import { InputError, quoted } from '../errors';

/** The kinds of key that accounts may have: no DSA, no certificates; the sizes of RSA keys are the SSH server's matter. */
export const SSH_KEY_TYPES: readonly string[] = [
  'ssh-ed25519',
  'sk-ssh-ed25519@openssh.com',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ecdsa-sha2-nistp256@openssh.com',
  'ssh-rsa',
];

/**
 * A public key of SSH in the one line of OpenSSH's .pub files: type, key in base64, and perhaps a comment. Options, which
 * authorized_keys has before the type, are refused.
 * @see https://man.openbsd.org/sshd#AUTHORIZED_KEYS_FILE_FORMAT
 */
export class SshPublicKey {
  /** @param where says in a message whose key it is; the message never holds what could be a private key */
  public static parse(where: string, text: string): SshPublicKey {
    const instead = 'write one line as in a .pub file of OpenSSH: type, key and perhaps a comment';
    if (text.includes('PRIVATE KEY')) throw new InputError(where, 'a private key', instead);
    const [type = '', key = ''] = text.trim().split(/[ \t]+/);
    // eslint-disable-next-line no-control-regex -- control characters are what is refused
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text.trim())) {
      throw new InputError(where, 'a public key of several lines or with control characters', instead);
    }
    if (!SSH_KEY_TYPES.includes(type))
      throw new InputError(where, `a public key of the type ${quoted(type.slice(0, 60))}`, instead);
    const bytes = Buffer.from(key, 'base64');
    // RFC 4253, 6.6: the key begins with its type, as a string with its length before it.
    const named = bytes.length < 4 ? '' : bytes.subarray(4, 4 + bytes.readUInt32BE()).toString('latin1');
    if (bytes.toString('base64') !== key || named !== type) {
      throw new InputError(where, `a key in base64 that is none of the type ${quoted(type)}`, instead);
    }
    return new SshPublicKey(type, key);
  }

  private constructor(
    public readonly type: string,
    /** In base64. */
    public readonly key: string,
  ) {}

  /** Type and key, without a comment: the same for equal keys, and found by its whole value. */
  public toString(): string {
    return `${this.type} ${this.key}`;
  }
}
