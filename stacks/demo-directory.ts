import { Password } from '@cdktf/provider-random/lib/password';
import { Construct } from 'constructs';
import { join } from 'node:path';
import { Ldif } from '../constructs/ldap/ldif';
import { Repository } from '../constructs/git/repository';
import { PROJECT } from './settings';

export const BASE_DN = 'dc=example,dc=com';
const USERS = ['writer', 'reader', 'admin', 'outsider'] as const;

/** The users of directory.ldif, each with a generated password. */
export class DemoAccounts extends Construct {
  /** Name to password, a reference. */
  public readonly passwords: Readonly<Record<string, string>>;

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    this.passwords = Object.fromEntries(
      USERS.map((user) => [user, new Password(this, user, { length: 24, special: false }).result]),
    );
  }

  /** DN to password. */
  public get passwordsByDn(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.passwords).map(([user, password]) => [`uid=${user},ou=people,${BASE_DN}`, password]),
    );
  }
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
