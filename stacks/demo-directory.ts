import { Password } from '@cdktf/provider-random/lib/password';
import { PrivateKey } from '@cdktf/provider-tls/lib/private-key';
import { Construct } from 'constructs';
import { join } from 'node:path';
import { Ldif } from '../constructs/ldap/ldif';
import { Repository } from '../constructs/git/repository';
import { PROJECT } from './settings';

export const BASE_DN = 'dc=example,dc=com';
const USERS = ['writer', 'reader', 'admin', 'outsider'] as const;

/** The users of directory.ldif, each with a generated password and, where the server looks for it there, a generated key of SSH. */
export class DemoAccounts extends Construct {
  /** Name to password, a reference. */
  public readonly passwords: Readonly<Record<string, string>>;
  private readonly keys: Readonly<Record<string, PrivateKey>>;

  public constructor(scope: Construct, id: string, hasSshKeys = true) {
    super(scope, id);
    this.passwords = Object.fromEntries(
      USERS.map((user) => [user, new Password(this, user, { length: 24, special: false }).result]),
    );
    this.keys = Object.fromEntries(
      (hasSshKeys ? USERS : []).map((user) => [user, new PrivateKey(this, `${user}-ssh`, { algorithm: 'ED25519' })]),
    );
  }

  /** DN to password. */
  public get passwordsByDn(): Readonly<Record<string, string>> {
    return byDn(this.passwords);
  }

  /** Name to private key, as OpenSSH has it; a reference. */
  public get sshKeys(): Readonly<Record<string, string>> {
    return mapped(this.keys, (key) => key.privateKeyOpenssh);
  }

  /** DN to public key. */
  public get sshPublicKeysByDn(): Readonly<Record<string, string>> {
    return byDn(mapped(this.keys, (key) => key.publicKeyOpenssh));
  }
}

function byDn(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([user, value]) => [`uid=${user},ou=people,${BASE_DN}`, value]));
}

function mapped<T>(
  values: Readonly<Record<string, T>>,
  change: (value: T) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

export function demoSeed(): Ldif {
  return Ldif.fromFile(join(PROJECT, 'directory.ldif'));
}

export function demoRepositories(): Repository[] {
  return [
    new Repository('demo/hello', {
      readers: ['git-readers'],
      writers: ['git-writers'],
      readme: '# Hello\n\nA repository that the group git-readers may clone and git-writers may push to.\n',
    }),
    new Repository('demo/private', { readers: ['git-admins'], writers: ['git-admins'] }),
  ];
}
