import { Password } from '@cdktf/provider-random/lib/password';
import { Construct } from 'constructs';
import { PEOPLE, type PersonName } from './people';

/** A generated password for each of the people. */
export class TestAccounts extends Construct {
  /** Name to password, a reference. */
  public readonly passwords: Readonly<Record<string, string>>;

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    const names = Object.keys(PEOPLE) as PersonName[];
    // Active Directory wants some of each.
    const some = { minUpper: 1, minLower: 1, minNumeric: 1 };
    this.passwords = Object.fromEntries(
      names.map((name) => [name, new Password(this, name, { length: 24, special: false, ...some }).result]),
    );
  }
}
