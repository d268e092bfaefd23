import { Fn, type TerraformStack } from 'cdktf';
import { Environment, type EnvironmentProps } from '../../constructs/environment';
import { Access } from '../../constructs/git/access';
import { SshEndpoint } from '../../constructs/git/ssh-endpoint';
import { TomcatGitServer } from '../../constructs/git/tomcat-git-server';
import { LdapSchema } from '../../constructs/ldap/ldap-schema';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../../constructs/proxy/apache-proxy';
import { PublicUrl, type HttpsUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import type { Certificate } from '../../constructs/tls/certificate';
import { CertificateAuthority } from '../../constructs/tls/certificate-authority';
import { demoRepositories } from '../../stacks/demo-directory';
import { directoryOutput, type DirectoryOutput } from '../../stacks/directory-outputs';
import { personDn } from './entries';
import { ForeignDirectory } from './foreign-directory';
import { FOREIGN, type ForeignName } from './foreign-kinds';
import { OPEN_LDAP_TREES, type OpenLdapTree } from './open-ldap-trees';
import { EVERYBODY } from './people';
import type { Connection, Proof, ServerName } from './proofs';
import { ldifOf } from './seed';
import { TestAccounts } from './test-accounts';

/** What the tests need to know of the topology once it is deployed. */
export interface TopologyOutputs {
  readonly ca: string;
  /** Name to password. */
  readonly users: Readonly<Record<string, string>>;
  /** Where the one Git server with SSH is, if there is one. */
  readonly ssh?: { readonly url: string; readonly hostKeys: readonly string[] };
  /** Settings of the connection of each proof, by its id. */
  readonly directories: Readonly<Record<string, DirectoryOutput>>;
  readonly foreign: Readonly<Partial<Record<ForeignName, Pick<ForeignDirectory, 'adminPassword' | 'accountPassword'>>>>;
}

/** For the one Git server with SSH. */
export interface SshOptions {
  readonly port: number;
  /** Public keys by the names of people. */
  readonly publicKeys: Readonly<Record<string, string>>;
}

/**
 * The directory servers of some proofs, a Git server for each of their typed connections, and one Apache before all of
 * those; and the Git server `stranger`, which trusts another authority than the one that the first directory has its
 * certificate of.
 */
export function directoryTopology(
  stack: TerraformStack,
  environment: EnvironmentProps,
  proofs: readonly Proof[],
  base: HttpsUrl,
  ssh: SshOptions,
): TopologyOutputs {
  const env = new Environment(stack, 'env', environment);
  const accounts = new TestAccounts(stack, 'accounts');
  const ca = new CertificateAuthority(env, 'ca');
  const foreign: Partial<Record<ForeignName, ForeignDirectory>> = {};
  const connections = new Map<ServerName, Connection>();
  for (const server of new Set(proofs.map((proof) => proof.server))) {
    const id = hostName(server);
    const certificate = ca.issue(id, { hosts: [id] });
    if (isForeign(server)) {
      const directory = (foreign[server] = new ForeignDirectory(env, id, { kind: FOREIGN[server], certificate }));
      connections.set(server, directory.connection);
    } else {
      connections.set(server, openLdap(env, id, OPEN_LDAP_TREES[server], certificate, accounts, ssh.publicKeys));
    }
  }
  const gitServer = (id: string, proof: Proof, trusted = ca.caPem): TomcatGitServer => {
    const connection = connections.get(proof.server);
    if (connection === undefined) throw new Error(`no server ${proof.server}`);
    return new TomcatGitServer(env, id, {
      access: Access.behindProxy(PublicUrl.https(base.host, { port: base.port, contextPath: `/${id}` })),
      directories: [proof.directory({ ...connection, caPem: trusted })],
      repositories: demoRepositories(),
      maxThreads: 20,
      ...(proof.hasSsh === true && id === proof.id ? { ssh: SshEndpoint.on(ssh.port) } : {}),
    });
  };
  // The last one often has StartTLS.
  const last = proofs.findLast(({ server }) => server === proofs[0]?.server);
  if (last === undefined) throw new Error('nothing to prove');
  const others = new CertificateAuthority(env, 'others');
  const servers = [...proofs.map((proof) => gitServer(proof.id, proof)), gitServer('stranger', last, others.caPem)];
  const withSsh = servers.find((server) => server.sshServer !== undefined);
  const sshServer = withSsh?.sshServer;
  const certificate = ca.issue('proxy', { hosts: [base.host] });
  const proxyPass = servers.map((server) => server.proxyPass());
  new ApacheProxy(env, 'proxy', { virtualHosts: [VirtualHost.https(base, { certificate, proxyPass })] });
  const passwords = Object.entries(foreign).map(([name, { adminPassword, accountPassword }]) => [
    name,
    { adminPassword, accountPassword },
  ]);
  return {
    ca: ca.caPem,
    users: accounts.passwords,
    ...(sshServer === undefined ? {} : { ssh: { url: withSsh?.sshUrl ?? '', hostKeys: sshServer.hostKeys } }),
    directories: Object.fromEntries(
      servers.flatMap(({ node, directories }) => directories.map((each) => [node.id, directoryOutput(each)])),
    ),
    foreign: Fn.sensitive(Object.fromEntries(passwords)) as TopologyOutputs['foreign'],
  };
}

/** Name of a directory on its network. */
export function hostName(server: ServerName): string {
  return `ldap-${server.toLowerCase()}`;
}

/** An OpenLDAP with a tree of the tests, and what a connection needs to know of it. */
function openLdap(
  env: Environment,
  id: string,
  tree: OpenLdapTree,
  certificate: Certificate,
  accounts: TestAccounts,
  sshPublicKeys: Readonly<Record<string, string>>,
): Connection {
  const byDn = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(EVERYBODY.map((name) => [personDn(name, tree.naming), values[name] ?? '']));
  const { baseDn, additionalUserDn, additionalGroupDn, schema } = tree;
  const ldap = new OpenLdapServer(env, id, {
    baseDn,
    additionalUserDn,
    additionalGroupDn,
    certificate,
    startTls: true,
    seed: ldifOf(tree.entries()),
    schema: schema === undefined ? [] : [LdapSchema.fromFile(schema)],
    passwords: byDn(accounts.passwords),
    sshPublicKeys: byDn(sshPublicKeys),
  });
  const { hostname, username, password, caPem } = ldap.directory();
  return { hostname, username, password, caPem, baseDn };
}

function isForeign(server: ServerName): server is ForeignName {
  return Object.hasOwn(FOREIGN, server);
}
