import { DIRECTORY_TYPES } from '../../constructs/ldap/directory-types';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { publicKey } from '../support/ssh-keys';
import { Synthesised, testStack } from '../support/synth';
import { directoryTopology, hostName } from './directory-topology';
import { EVERYBODY } from './people';
import { PROOFS, type Connection } from './proofs';

const CONNECTION: Connection = {
  hostname: 'ldap',
  username: 'cn=git,dc=example,dc=com',
  password: 'x',
  caPem: 'CA',
  baseDn: 'dc=example,dc=com',
};
const SERVERS = [...new Set(PROOFS.map(({ server }) => server))];
const KEYS = Object.fromEntries(
  EVERYBODY.map((name) => [name, publicKey('ssh-ed25519', name.length + name.charCodeAt(0))]),
);
const url = PublicUrl.https('types.localhost');

test('every type is proven', () => {
  const proven = new Set(PROOFS.map(({ directory }) => directory(CONNECTION).type.label));
  const all = Object.values(DIRECTORY_TYPES).map(({ label }) => label);
  expect(all.filter((label) => !proven.has(label))).toEqual([]);
});

test.each(SERVERS)('the topology of %s has passwords in files alone', (server) => {
  const stack = testStack();
  const proofs = PROOFS.filter((proof) => proof.server === server);
  directoryTopology(stack, { name: 't1' }, proofs, url, { port: 7999, publicKeys: KEYS });
  const container = new Synthesised(stack).one('docker_container', `env/${hostName(server)}/container`);
  expect(JSON.stringify(container)).not.toContain('random_password');
});
