import { Fn } from 'cdktf';
import { Environment } from '../../../constructs/environment';
import { Access } from '../../../constructs/git/access';
import { TomcatGitServer } from '../../../constructs/git/tomcat-git-server';
import { LdapSchema } from '../../../constructs/ldap/ldap-schema';
import { OpenLdapServer } from '../../../constructs/ldap/open-ldap-server';
import { ApacheProxy } from '../../../constructs/proxy/apache-proxy';
import { PublicUrl } from '../../../constructs/proxy/public-url';
import { VirtualHost } from '../../../constructs/proxy/virtual-host';
import { CertificateAuthority } from '../../../constructs/tls/certificate-authority';
import { demoRepositories } from '../../../stacks/demo-directory';
import { personDn } from '../../directories/entries';
import { ForeignDirectory } from '../../directories/foreign-directory';
import { FOREIGN, type ForeignKind } from '../../directories/foreign-kinds';
import { OPEN_LDAP_TREES, type OpenLdapTree } from '../../directories/open-ldap-trees';
import { EVERYBODY } from '../../directories/people';
import type { Connection, Proof, ServerName } from '../../directories/proofs';
import { ldifOf, seedForeignDirectory } from '../../directories/seed';
import { TestAccounts } from '../../directories/test-accounts';
import { AdHocClient } from './ad-hoc-client';
import { AdHocStack } from './ad-hoc-stack';
import { succeed } from './command';

const HOST = 'types.localhost';

/**
 * Directory servers, a Git server for each of the typed connections to them, and one Apache before all of those; and the
 * Git server `stranger`, which trusts another authority than the one of the first connection's directory.
 */
export class DirectoryBench {
  public readonly stack = new AdHocStack('types');
  public readonly client = new AdHocClient();
  private port = 0;

  public constructor(private readonly proofs: readonly Proof[]) {}

  /** The clone URL of a Git server's repository. */
  public cloneUrl(server: string, repository = 'demo/hello'): string {
    return `https://${HOST}:${this.port}/${server}/scm/${repository}.git`;
  }

  /** What HTTP says to a person who wants to clone or push. */
  public async status(
    server: string,
    user: string,
    service: 'git-upload-pack' | 'git-receive-pack' = 'git-upload-pack',
    repository = 'demo/hello',
  ): Promise<number> {
    const url = `${this.cloneUrl(server, repository)}/info/refs?service=${service}`;
    return (await this.client.curl(url, { user })).status;
  }

  public async deploy(): Promise<void> {
    const servers = new Set(this.proofs.map(({ server }) => server));
    const outputs = await this.stack.apply((scope, settings) => {
      this.port = settings.port(0);
      const env = new Environment(scope, 'env', settings.environment(0));
      const accounts = new TestAccounts(scope, 'accounts');
      const ca = new CertificateAuthority(env, 'ca');
      const strangers = new CertificateAuthority(env, 'strangers');
      const foreign: Record<string, ForeignDirectory> = {};
      const connections: Partial<Record<ServerName, Connection>> = {};
      for (const server of servers) {
        const id = server.toLowerCase();
        const certificate = ca.issue(id, { hosts: [id] });
        if (isForeign(server)) {
          const directory = new ForeignDirectory(env, id, { kind: FOREIGN[server], certificate });
          foreign[server] = directory;
          connections[server] = directory.connection;
        } else {
          connections[server] = openLdap(env, id, certificate, accounts);
        }
      }
      const url = (id: string) => PublicUrl.https(HOST, { port: this.port, contextPath: `/${id}` });
      const server = (proof: Proof, id = proof.id, caPem?: string): TomcatGitServer => {
        const connection = connections[proof.server];
        if (connection === undefined) throw new Error(`no server ${proof.server}`);
        return new TomcatGitServer(env, id, {
          access: Access.behindProxy(url(id)),
          directories: [proof.directory(caPem === undefined ? connection : { ...connection, caPem })],
          repositories: demoRepositories(),
          maxThreads: 20,
        });
      };
      const [first] = this.proofs;
      if (first === undefined) throw new Error('nothing to prove');
      const gits = [...this.proofs.map((proof) => server(proof)), server(first, 'stranger', strangers.caPem)];
      const certificate = ca.issue('proxy', { hosts: [HOST] });
      new ApacheProxy(env, 'proxy', {
        virtualHosts: [
          VirtualHost.https(url('x'), { certificate, proxyPass: gits.map((git) => git.proxyPass()) }),
        ],
      });
      return {
        ca: ca.caPem,
        users: accounts.passwords,
        keys: accounts.sshPublicKeys,
        foreign: Fn.sensitive(
          Object.fromEntries(
            Object.entries(foreign).map(([name, { adminPassword, accountPassword }]) => [
              name,
              { adminPassword, accountPassword },
            ]),
          ),
        ),
      };
    });
    const caPem = outputs['ca'] as string;
    const passwords = outputs['users'] as Record<string, string>;
    this.client.use(caPem, passwords);
    const secrets = outputs['foreign'] as Record<string, { adminPassword: string; accountPassword: string }>;
    for (const [server, secret] of Object.entries(secrets)) {
      await seedForeignDirectory(FOREIGN[server as keyof typeof FOREIGN], {
        ...secret,
        address: await this.address(server.toLowerCase()),
        name: server.toLowerCase(),
        caPem,
        passwords,
        sshPublicKeys: outputs['keys'] as Record<string, string>,
      });
    }
  }

  public async remove(): Promise<void> {
    this.client.remove();
    await this.stack.destroy();
  }

  /** Of a directory, on its own network. */
  private async address(server: string): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${this.stack.container('directory')}").IPAddress}}`;
    return (await succeed('docker', ['inspect', '--format', format, this.stack.container(server)])).trim();
  }
}

function isForeign(server: ServerName): server is keyof typeof FOREIGN {
  return Object.hasOwn(FOREIGN, server);
}
