import type { BitbucketDatabase } from '../../constructs/bitbucket/bitbucket-database';
import type { BitbucketProvisioner } from '../../constructs/bitbucket/bitbucket-provisioner';
import { BitbucketServer } from '../../constructs/bitbucket/bitbucket-server';
import { LegacyStash } from '../../constructs/bitbucket/legacy-stash';
import type { Placement } from '../../constructs/docker/service-container';
import type { Connector } from '../../constructs/git/connector';
import { GitServer } from '../../constructs/git/git-server';
import { TomcatGitServer } from '../../constructs/git/tomcat-git-server';
import type { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import { serverOf } from './directory-facts';
import type { Asking, Listening, ServiceFacts } from './service-facts';

/** Where PostgreSQL is, unless its URL says otherwise. */
const POSTGRESQL_PORT = 5432;

/** A Git server: its connectors and what the one of the base URL was told, and its directories in order. */
export function gitFacts(server: GitServer, container: Placement): ServiceFacts {
  const { connector, url } = server;
  const { proxyName, proxyPort, redirectPort, scheme, secure } = connector;
  const database = server instanceof BitbucketServer || server instanceof LegacyStash ? server.database : undefined;
  const usesBuiltIn = (server instanceof BitbucketServer || server instanceof LegacyStash) && database === undefined;
  return {
    subtitle: softwareOf(server),
    listens: [
      ...server.access.connectors.map((each) => listening(server, each)),
      ...container.ports
        .filter(({ external }) => external === server.ssh?.port)
        .map(({ internal }) => overSsh(internal)),
    ],
    facts: [
      // Said by the port itself where users come to it.
      ...(server.access.isBehindProxy ? [`base URL ${url.base}`] : []),
      `scheme ${scheme}, secure ${String(secure)}`,
      ...(proxyName === undefined ? [] : [`proxyName ${proxyName}`]),
      ...(proxyPort === undefined ? [] : [`proxyPort ${proxyPort}, redirectPort ${redirectPort ?? 'none'}`]),
      ...(usesBuiltIn ? ['built-in database'] : []),
    ],
    asks: [...server.directories.map(directoryAsking), ...(database === undefined ? [] : [databaseAsking(database)])],
  };
}

export function sshFacts({ ports }: Placement): ServiceFacts {
  return {
    subtitle: 'Git over SSH: OpenSSH, git-shell',
    listens: ports.map(({ internal }) => overSsh(internal)),
    facts: [],
    asks: [],
  };
}

export function provisionerFacts(provisioner: BitbucketProvisioner): ServiceFacts {
  const server = provisioner.node.scope;
  const asks: readonly Asking[] =
    server instanceof GitServer
      ? [
          {
            kind: 'job',
            text: 'makes directories, grants permissions',
            note: '',
            label: 'sets up',
            target: { construct: server, port: server.connector.port },
          },
        ]
      : [];
  return { subtitle: 'runs once in each deploy', listens: [], facts: [], asks };
}

function softwareOf(server: GitServer): string {
  if (server instanceof TomcatGitServer) return 'Git server: Tomcat, JGit';
  if (server instanceof BitbucketServer) return 'Git server: Bitbucket Data Center';
  return server instanceof LegacyStash ? 'Git server: Stash' : 'Git server';
}

function listening({ access, connector, url }: GitServer, each: Connector): Listening {
  const usesTls = each.tlsPolicy !== undefined;
  const isMain = each === connector;
  const { directAccess, externalProxy, isBehindProxy, tls } = access;
  const beside = directAccess?.kind === 'redirect' ? `redirects to ${url.base}` : 'answers beside the proxy';
  return {
    port: each.port,
    protocol: usesTls ? 'https' : 'http',
    text: isMain ? (isBehindProxy ? 'HTTP from the proxy' : url.base) : beside,
    certificates: usesTls && tls !== undefined ? [tls.certificate] : [],
    client: 'web',
    ...(isMain && externalProxy !== undefined ? { through: externalProxy } : {}),
  };
}

function overSsh(port: number): Listening {
  return { port, protocol: 'ssh', text: 'ssh', certificates: [], client: 'ssh' };
}

function directoryAsking(directory: LdapDirectory, index: number): Asking {
  const label = `directory ${index + 1}`;
  return {
    kind: 'directory',
    text: `${label}: ${directory.name}`,
    note: directory.type.label,
    label,
    target: serverOf(directory),
  };
}

function databaseAsking({ server, name }: BitbucketDatabase): Asking {
  // One host, or several that the driver tries in turn: those are told as they are written.
  const [, host = server, port] = /^([^,:]+):(\d+)$/.exec(server) ?? [];
  return {
    kind: 'database',
    text: `database ${name}`,
    note: 'PostgreSQL',
    label: 'database',
    target: { host, port: Number(port ?? POSTGRESQL_PORT), protocol: 'postgresql', subtitle: 'database: PostgreSQL' },
  };
}
