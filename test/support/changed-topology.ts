import type { Construct } from 'constructs';
import type { EnvironmentProps } from '../../constructs/environment';
import { Repository } from '../../constructs/git/repository';
import { SshEndpoint } from '../../constructs/git/ssh-endpoint';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { Certificate } from '../../constructs/tls/certificate';
import { TlsPolicy } from '../../constructs/tls/tls-policy';
import { GitTopology, type GitTopologyProps } from '../../constructs/topology';
import { BASE_DN, DemoAccounts, demoRepositories, demoSeed } from '../../stacks/demo-directory';

const HOST = 'changes.localhost';

/** What may be declared otherwise of a stack that holds data, by what it is. */
export const CHANGES: Readonly<Record<string, (scope: Construct) => Partial<GitTopologyProps>>> = {
  'the images': () => ({ baseImage: 'registry.example.com/debian:13' }),
  'the certificate': (scope) => ({ certificate: Certificate.selfSigned(scope, 'own', { hosts: [HOST] }) }),
  'the TLS policy': () => ({ tlsPolicy: TlsPolicy.modern }),
  'the kind of proxy': () => ({ proxy: 'nginx' }),
  'the repositories': () => ({
    repositories: [
      ...demoRepositories().slice(1),
      new Repository('demo/other', { readers: ['git-readers'], writers: [] }),
    ],
  }),
  'the protection of data': () => ({ protectData: true }),
};

/** A topology with everything that holds data or cannot be made again. */
export function changedTopology(
  scope: Construct,
  environment: EnvironmentProps,
  port: (index: number) => number,
  change: Partial<GitTopologyProps> = {},
): GitTopology {
  const accounts = new DemoAccounts(scope, 'accounts');
  return new GitTopology(scope, 'topology', {
    ...environment,
    url: PublicUrl.https(HOST, { port: port(3) }),
    baseDn: BASE_DN,
    seed: demoSeed(),
    passwords: accounts.passwordsByDn,
    sshPublicKeys: accounts.sshPublicKeysByDn,
    repositories: demoRepositories(),
    ssh: SshEndpoint.on(port(4)),
    ...change,
  });
}

/** What no change may replace: resources by type, and of keys those that clients know. */
export const KEPT: Readonly<Record<string, RegExp>> = {
  docker_volume: /./,
  random_password: /./,
  tls_private_key: /_ca_key_|_ssh_host-key-|accounts_/,
};
