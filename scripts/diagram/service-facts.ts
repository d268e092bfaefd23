import type { Construct, IConstruct } from 'constructs';
import { BitbucketProvisioner } from '../../constructs/bitbucket/bitbucket-provisioner';
import type { Placement } from '../../constructs/docker/service-container';
import type { ExternalProxy } from '../../constructs/git/external-proxy';
import { GitServer } from '../../constructs/git/git-server';
import { SshServer } from '../../constructs/git/ssh-server';
import type { GroupClass } from '../../constructs/ldap/group-class';
import { DirectoryReplica } from '../../constructs/ldap/directory-replica';
import { OpenLdapServer } from '../../constructs/ldap/open-ldap-server';
import { ReverseProxy } from '../../constructs/proxy/reverse-proxy';
import type { Certificate } from '../../constructs/tls/certificate';
import type { RowKind } from './diagram';
import { openLdapFacts, replicaFacts } from './directory-facts';
import { gitFacts, provisionerFacts, sshFacts } from './git-facts';
import { proxyFacts } from './proxy-facts';

/** What a container does, as the construct that made it says: whom it serves on which port, and whom it asks. */
export interface ServiceFacts {
  /** What it is. */
  readonly subtitle: string;
  readonly listens: readonly Listening[];
  /** What it was told, a line each. */
  readonly facts: readonly string[];
  readonly asks: readonly Asking[];
}

/** Who comes to a port of the host. */
export type ClientKind = 'web' | 'ssh' | 'ldap' | 'other';

export interface Listening {
  /** In the container. */
  readonly port: number;
  readonly protocol: string;
  readonly text: string;
  readonly certificates: readonly Certificate[];
  readonly client: ClientKind;
  /** What stands between the clients and the port, and is not deployed here. */
  readonly through?: ExternalProxy;
}

export interface Asking {
  readonly kind: RowKind;
  readonly text: string;
  readonly note: string;
  /** Short, for an edge. */
  readonly label: string;
  readonly target: Target;
}

/** Another service: the one of a construct, or what a name leads to. */
export type Target =
  | { readonly construct: IConstruct; readonly port: number }
  | {
      readonly host: string;
      readonly port: number;
      readonly protocol: string;
      /** What it is, where the name is of no service that is drawn. */
      readonly subtitle: string;
    };

/** A container, long-running or not. */
export type PlacedConstruct = Construct & Placement;

/** Of any container that is made with this library; of one that no construct of it has made, its ports alone. */
export function serviceFacts(container: PlacedConstruct): ServiceFacts {
  const known = knownFacts(container);
  const others = container.ports
    .map(({ internal }) => internal)
    .filter((port, index, all) => all.indexOf(port) === index)
    .filter((port) => !known.listens.some((listening) => listening.port === port))
    .map((port): Listening => ({ port, protocol: 'tcp', text: 'TCP', certificates: [], client: 'other' }));
  return { ...known, listens: [...known.listens, ...others] };
}

function knownFacts(container: PlacedConstruct): ServiceFacts {
  if (container instanceof BitbucketProvisioner) return provisionerFacts(container);
  const owner = container.node.scope;
  if (owner instanceof ReverseProxy) return proxyFacts(owner);
  if (owner instanceof GitServer) return gitFacts(owner, container);
  if (owner instanceof SshServer) return sshFacts(container);
  if (owner instanceof OpenLdapServer) return openLdapFacts(owner as OpenLdapServer<GroupClass>);
  if (owner instanceof DirectoryReplica) return replicaFacts(owner);
  return { subtitle: '', listens: [], facts: [], asks: [] };
}
