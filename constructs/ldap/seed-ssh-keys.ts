import { InputError, quoted } from '../errors';
import type { LdifEntry } from './ldif-entry';
import { SSH_ATTRIBUTE, SSH_OBJECT_CLASS } from './ssh-schema';
import { SshPublicKey } from './ssh-public-key';

/**
 * Checks the SSH keys in a seed: each a key, in an entry that may have one, and of one entry alone, because a key of two
 * accounts would log in neither. Gives the DN of each key's entry, by key.
 */
export function checkedSshKeys(source: string, entries: Iterable<LdifEntry>): Map<string, string> {
  const owners = new Map<string, string>();
  for (const entry of entries) {
    for (const { value, line } of entry.values(SSH_ATTRIBUTE)) {
      const where = `${source}, line ${line}`;
      if (!entry.has('objectClass', SSH_OBJECT_CLASS)) {
        throw new InputError(
          where,
          `${SSH_ATTRIBUTE} in an entry without its object class`,
          `add "objectClass: ${SSH_OBJECT_CLASS}" to the entry`,
        );
      }
      claimKey(owners, where, SshPublicKey.parse(where, String(value)), entry.dn.toString());
    }
  }
  return owners;
}

/** Notes whose a key is; the second account to claim it is refused. */
export function claimKey(owners: Map<string, string>, where: string, key: SshPublicKey, dn: string): void {
  const other = owners.get(key.toString());
  if (other !== undefined) {
    throw new InputError(
      where,
      `a key of ${quoted(dn)} that ${other === dn ? 'is there already' : `${quoted(other)} has`}`,
      'give each account keys of its own, and each key once',
    );
  }
  owners.set(key.toString(), dn);
}
