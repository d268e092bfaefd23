import { Fn, Token } from 'cdktf';
import { ServiceFile } from '../docker/service-file';
import { InputError, quoted } from '../errors';
import type { DirectorySeed } from './directory-seed';
import { Dn } from './dn';
import { passwordChangeText, replacementText } from './ldif-text';
import { claimKey } from './seed-ssh-keys';
import { SshPublicKey } from './ssh-public-key';
import { SSH_ATTRIBUTE, SSH_OBJECT_CLASS } from './ssh-schema';

/** Folder of the account's files that a Git server binds as, below `accounts`; health checks look there. */
export const SERVICE_ACCOUNT = 'service-account';

/** An account that services bind as, with a generated password. */
export interface ServiceAccount {
  /** Of its files, below `accounts`. */
  readonly folder: string;
  readonly dn: Dn;
  readonly password: string;
  /** Rules for its password in place of those for people. @default - no rules for anybody */
  readonly policy?: Dn | undefined;
}

/** The files of passwords that the server sets at every start: those of service accounts, and those of entries in the seed. */
export function passwordFiles(
  where: string,
  seed: DirectorySeed,
  serviceAccounts: readonly ServiceAccount[],
  passwords: readonly (readonly [dn: string, password: string])[],
): readonly ServiceFile[] {
  for (const { dn } of serviceAccounts) {
    if (!(seed.find(dn)?.values('userPassword') ?? []).some(({ line }) => line > 0)) continue;
    throw new InputError(
      where,
      `a userPassword of the service account in the seed`,
      'remove it: the password is generated',
    );
  }
  const seen = new Set(serviceAccounts.map(({ dn }) => dn.key));
  const given = passwords.flatMap(([text, password], index) => {
    const dn = Dn.parse(`${where} passwords`, text);
    const entry = seed.find(dn);
    if (entry === undefined) throw missing(`${where} passwords`, text);
    if (seen.has(dn.key)) {
      throw new InputError(
        `${where} passwords`,
        `a second password for ${quoted(text)}`,
        'give each account one; that of the service account is generated',
      );
    }
    if (entry.values('userPassword').length > 0) {
      throw new InputError(
        `${where} passwords`,
        `${quoted(text)}, which has a userPassword in the seed`,
        'remove one of the two',
      );
    }
    seen.add(dn.key);
    return accountFiles(numbered(index), dn, password);
  });
  return [
    ...serviceAccounts.flatMap(({ folder, dn, password, policy }) => accountFiles(folder, dn, password, policy)),
    ...given,
  ];
}

/** The files of SSH keys that the server sets at every start. */
export function sshKeyFiles(
  where: string,
  seed: DirectorySeed,
  keys: readonly (readonly [dn: string, keys: string | readonly string[]])[],
): readonly ServiceFile[] {
  const owners = new Map(seed.sshKeyOwners);
  const seen = new Set<string>();
  return keys.flatMap(([text, value], index) => {
    const dn = Dn.parse(`${where} sshPublicKeys`, text);
    const refuse = (got: string, instead: string): never => {
      throw new InputError(`${where} sshPublicKeys`, got, instead);
    };
    const entry = seed.find(dn);
    if (entry === undefined) throw missing(`${where} sshPublicKeys`, text);
    if (seen.has(dn.key)) refuse(`${quoted(text)} a second time`, 'give an entry all its keys at once');
    if (entry.values(SSH_ATTRIBUTE).length > 0) {
      refuse(`${quoted(text)}, which has an ${SSH_ATTRIBUTE} in the seed`, 'remove one of the two');
    }
    seen.add(dn.key);
    const given = (typeof value === 'string' ? [value] : value).map((key) => {
      if (Token.isUnresolved(key)) return key;
      const parsed = SshPublicKey.parse(`${where} sshPublicKeys`, key);
      claimKey(owners, `${where} sshPublicKeys`, parsed, text);
      return parsed.toString();
    });
    if (given.length === 0) refuse(`no key for ${quoted(text)}`, 'give at least one, or leave it out');
    return keyFiles(numbered(index), dn, given);
  });
}

function missing(where: string, dn: string): InputError {
  return new InputError(where, `${quoted(dn)}, which the seed has no entry of`, 'write the DN of an entry in the seed');
}

/** In the order of the folder's listing. */
function numbered(index: number): string {
  return String(index + 1).padStart(4, '0');
}

/** What the start script sets the SSH keys of an entry by; values are in base64 with spaces between. */
function keyFiles(name: string, dn: Dn, keys: readonly string[]): readonly ServiceFile[] {
  const folder = `ssh-keys/${name}`;
  const encoded = keys.map((key) =>
    Token.isUnresolved(key) ? Fn.base64encode(Fn.trimspace(key)) : Buffer.from(key).toString('base64'),
  );
  return [
    ServiceFile.text(`${folder}/change.ldif`, replacementText(dn, SSH_OBJECT_CLASS, SSH_ATTRIBUTE)),
    ServiceFile.reference(`${folder}/values`, encoded.length === 1 ? String(encoded[0]) : Fn.join(' ', encoded)),
  ];
}

/** What the start script sets a password by. */
function accountFiles(name: string, dn: Dn, password: string, policy?: Dn): readonly ServiceFile[] {
  const folder = `accounts/${name}`;
  return [
    ServiceFile.text(`${folder}/dn`, dn.toString()),
    ServiceFile.text(`${folder}/change.ldif`, passwordChangeText(dn, policy)),
    ServiceFile.secret(`${folder}/password`, password),
  ];
}
