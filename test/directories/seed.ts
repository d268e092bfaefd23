import { Attribute, Client } from 'ldapts';
import { Ldif } from '../../constructs/ldap/ldif';
import type { Entry } from './entries';
import type { ForeignKind } from './foreign-kinds';
import { PEOPLE } from './people';

export interface SeedTarget {
  /** Address on the network `directory`, which this machine reaches. */
  readonly address: string;
  /** Name on that network, which the certificate is for. */
  readonly name: string;
  readonly caPem: string;
  readonly adminPassword: string;
  readonly accountPassword: string;
  /** Of the people, by name. */
  readonly passwords: Readonly<Record<string, string>>;
  /** Of SSH, by name, for people of the class ldapPublicKey. */
  readonly publicKeys: Readonly<Record<string, string>>;
}

/** Puts people, groups and the account of the Git server into a new foreign directory, over LDAPS. */
export async function seedForeignDirectory(kind: ForeignKind, target: SeedTarget): Promise<void> {
  await withAdministrator(kind, target, async (client) => {
    for (const { dn, attributes } of kind.entries()) {
      const name = nameOf(dn);
      const password = dn === kind.accountDn ? target.accountPassword : target.passwords[name];
      const isPerson = dn === kind.accountDn || Object.hasOwn(PEOPLE, name);
      const key = [attributes['objectClass']].flat().includes('ldapPublicKey') ? target.publicKeys[name] : undefined;
      const all: Entry['attributes'] = {
        ...attributes,
        ...(isPerson && password !== undefined ? kind.password(password) : {}),
        ...(key === undefined ? {} : { sshPublicKey: withoutComment(key) }),
      };
      await client.add(
        dn,
        Object.entries(all).map(([type, values]) => new Attribute({ type, values: [values].flat() as string[] })),
      );
    }
  });
}

/** Does something as the one who may write, over LDAPS. */
export async function withAdministrator<T>(
  kind: ForeignKind,
  { address, name, caPem, adminPassword }: Pick<SeedTarget, 'address' | 'name' | 'caPem' | 'adminPassword'>,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    url: `ldaps://${address}`,
    timeout: 30_000,
    connectTimeout: 10_000,
    tlsOptions: { ca: caPem, servername: name },
  });
  try {
    await client.bind(kind.adminDn, adminPassword);
    return await work(client);
  } finally {
    await client.unbind();
  }
}

/** The same entries for an OpenLdapServer, which loads them itself. */
export function ldifOf(entries: readonly Entry[]): Ldif {
  const records = entries.map(({ dn, attributes }) => {
    const lines = Object.entries(attributes).flatMap(([attribute, values]) =>
      [values].flat().map((value) => `${attribute}:: ${Buffer.from(value as string).toString('base64')}`),
    );
    return [`dn: ${dn}`, ...lines, ''].join('\n');
  });
  return Ldif.parse(records.join('\n'), 'test directory');
}

/** These servers compare whole values, and a client has no comment to compare. */
function withoutComment(key: string): string {
  return key.split(' ').slice(0, 2).join(' ');
}

function nameOf(dn: string): string {
  return /^[^=]+=([^,]+)/.exec(dn)?.[1] ?? '';
}
