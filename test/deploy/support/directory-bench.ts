import { PublicUrl } from '../../../constructs/proxy/public-url';
import { directoryTopology, hostName, type TopologyOutputs } from '../../directories/directory-topology';
import { FOREIGN, type ForeignName } from '../../directories/foreign-kinds';
import { EVERYBODY } from '../../directories/people';
import type { Proof } from '../../directories/proofs';
import { seedForeignDirectory } from '../../directories/seed';
import { AdHocClient } from './ad-hoc-client';
import { AdHocSsh } from './ad-hoc-ssh';
import { AdHocStack } from './ad-hoc-stack';
import type { Outcome } from '../../../scripts/verify/quick-test/quick-test';
import { succeed } from './command';
import { quickTestLines } from './quick-test-lines';

const HOST = 'types.localhost';

type Service = 'git-upload-pack' | 'git-receive-pack';

/** A deployment of directory servers and of Git servers that ask them. */
export class DirectoryBench {
  public readonly stack = new AdHocStack('types');
  public readonly client = new AdHocClient();
  public readonly ssh = new AdHocSsh();
  private port = 0;
  private sshUrl = '';
  private outputs: TopologyOutputs | undefined;

  public constructor(private readonly proofs: readonly Proof[]) {}

  /** Deploys, and puts people and groups into the foreign directories. */
  public async deploy(): Promise<void> {
    const publicKeys: Record<string, string> = {};
    for (const name of EVERYBODY) publicKeys[name] = await this.ssh.makeKey(name);
    const outputs = (await this.stack.apply((scope, settings) => {
      this.port = settings.port(0);
      const base = PublicUrl.https(HOST, { port: this.port });
      const ssh = { port: settings.port(1), publicKeys };
      return { ...directoryTopology(scope, settings.environment(0), this.proofs, base, ssh) };
    })) as unknown as TopologyOutputs;
    this.outputs = outputs;
    const { ca: caPem, users: passwords } = outputs;
    this.client.use(caPem, passwords);
    if (outputs.ssh !== undefined) {
      this.sshUrl = outputs.ssh.url;
      this.ssh.use(outputs.ssh.url, outputs.ssh.hostKeys);
    }
    for (const [server, secrets] of Object.entries(outputs.foreign)) {
      const name = hostName(server as ForeignName);
      const target = { ...secrets, name, address: await this.address(name), caPem, passwords, publicKeys };
      await seedForeignDirectory(FOREIGN[server as ForeignName], target);
    }
  }

  /** The clone URL of a Git server's repository. */
  public cloneUrl(server: string, repository = 'demo/hello'): string {
    return `https://${HOST}:${this.port}/${server}/scm/${repository}.git`;
  }

  /** What git asks for first. */
  public infoRefs(server: string, repository?: string, service: Service = 'git-upload-pack'): string {
    return `${this.cloneUrl(server, repository)}/info/refs?service=${service}`;
  }

  /** The HTTP status that git gets. */
  public async status(server: string, user: string, repository?: string, service?: Service): Promise<number> {
    return (await this.client.curl(this.infoRefs(server, repository, service), { user })).status;
  }

  /** The clone URL of the repository demo/hello for SSH. */
  public get sshCloneUrl(): string {
    return `${this.sshUrl}/demo/hello.git`;
  }

  /**
   * What the Quick Test says of a proof's connection and the reader.
   * @param asAdministrator whether the one who may write asks instead of the Git server's account
   */
  public quickTest({ id, server }: Proof, asAdministrator = false): Promise<readonly Outcome[]> {
    const directory = this.outputs?.directories[id];
    if (directory === undefined) throw new Error(`no directory of ${id}`);
    const foreign = server as ForeignName;
    const administrator = asAdministrator
      ? { username: FOREIGN[foreign].adminDn, password: this.outputs?.foreign[foreign]?.adminPassword ?? '' }
      : {};
    const reader = ['reader', this.outputs?.users['reader'] ?? ''] as const;
    return quickTestLines(this.stack.container(id), { ...directory, ...administrator }, reader);
  }

  public async remove(): Promise<void> {
    this.client.remove();
    this.ssh.remove();
    await this.stack.destroy();
  }

  /** Of a directory, on its own network. */
  private async address(name: string): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${this.stack.container('directory')}").IPAddress}}`;
    return (await succeed('docker', ['inspect', '--format', format, this.stack.container(name)])).trim();
  }
}
