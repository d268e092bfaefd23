import { Password } from '@cdktf/provider-random/lib/password';
import type { TerraformStack } from 'cdktf';
import { GitTopology, Ldif, PublicUrl, Repository, type EnvironmentProps } from 'cdktf-git-topology';

/** What the topology is given by those who run the program. */
export interface Settings {
  /** Name of the stack. */
  readonly name: string;
  readonly environment: EnvironmentProps;
  /** Port of the URL. */
  readonly port: number;
}

export const HOST = 'package.localhost';
const ANN = 'uid=ann,ou=people,dc=example,dc=com';
const SEED = `
dn: ou=people,dc=example,dc=com
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=com
objectClass: organizationalUnit
ou: groups

dn: ${ANN}
objectClass: inetOrgPerson
uid: ann
cn: Ann Archer
sn: Archer

dn: cn=git-writers,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: git-writers
member: ${ANN}
`;

/** A topology as somebody declares it who has the package alone; gives what a client needs. */
export function declareTopology(stack: TerraformStack, { environment, port }: Settings): Record<string, unknown> {
  const password = new Password(stack, 'ann-password', { length: 24, special: false });
  const topology = new GitTopology(stack, 'topology', {
    ...environment,
    url: PublicUrl.https(HOST, { port }),
    proxy: 'nginx',
    baseDn: 'dc=example,dc=com',
    seed: Ldif.parse(SEED, 'SEED'),
    passwords: { [ANN]: password.result },
    repositories: [new Repository('demo/hello', { readers: [], writers: ['git-writers'], readme: '# Hello\n' })],
  });
  return { ca: topology.certificateAuthority.caPem, password: password.result };
}
