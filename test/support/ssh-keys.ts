/** A public key of a type, as far as its form goes; `seed` makes it another one. */
export function publicKey(type: string, seed = 1): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  const blob = Buffer.concat([length, Buffer.from(type), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, seed)]);
  return `${type} ${blob.toString('base64')}`;
}

export const ED25519 = publicKey('ssh-ed25519');
export const ED25519_TOO = publicKey('ssh-ed25519', 2);
