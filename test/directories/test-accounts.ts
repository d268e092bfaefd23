import { Password } from '@cdktf/provider-random/lib/password';
import { PrivateKey } from '@cdktf/provider-tls/lib/private-key';
import { Construct } from 'constructs';
import { EVERYBODY, PEOPLE, type PersonName } from './people';

/** A generated password and a generated key of SSH for each of the people. */
export class TestAccounts extends Construct {
  /** Name to password, a reference. */
  public readonly passwords: Readonly<Record<string, string>>;
  /** Name to private key, as OpenSSH has it, and to public key; references. */
  public readonly sshKeys: Readonly<Record<string, string>>;
  public readonly sshPublicKeys: Readonly<Record<string, string>>;

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    const names = Object.keys(PEOPLE) as PersonName[];
    // Active Directory wants some of each.
    const some = { minUpper: 1, minLower: 1, minNumeric: 1 };
    this.passwords = Object.fromEntries(
      names.map((name) => [name, new Password(this, name, { length: 24, special: false, ...some }).result]),
    );
    const keys = EVERYBODY.map((name) => ({
      name,
      key: new PrivateKey(this, `${name}-ssh`, { algorithm: 'ED25519' }),
    }));
    const byName = (of: (key: PrivateKey) => string): Readonly<Record<string, string>> =>
      Object.fromEntries(keys.map(({ name, key }) => [name, of(key)]));
    this.sshKeys = byName((key) => key.privateKeyOpenssh);
    this.sshPublicKeys = byName((key) => key.publicKeyOpenssh);
  }
}
