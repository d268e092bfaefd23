import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outFolder } from '../../../scripts/stack/out-files';
import { engineName, environmentName } from '../../../stacks/settings';
import { succeed } from './command';

interface Outputs {
  readonly base_url: string;
  readonly clone_url: string;
  readonly ssh_url: string | null;
  readonly ldap_url: string;
  /** null where the server is reached directly. */
  readonly proxy_name: string | null;
  readonly proxy_port: number | null;
  readonly ca_file: string;
}

interface Credentials {
  readonly users: Readonly<Record<string, string>>;
  readonly ldap: { readonly bind_dn: string; readonly password: string };
}

/** A deployed stack as its users see it: what is in `out/`. Read anew each time, because a deploy may change it. */
export class Stack {
  public constructor(
    public readonly name: string,
    /** The tests' own, unless it is said. */
    public readonly environment = environmentName(process.env),
  ) {}

  public get folder(): string {
    return outFolder(this.environment, this.name);
  }

  public get outputs(): Outputs {
    return JSON.parse(this.read('outputs.json')) as Outputs;
  }

  public get credentials(): Credentials {
    return JSON.parse(this.read('credentials.json')) as Credentials;
  }

  public get caFile(): string {
    return join(this.folder, 'ca.pem');
  }

  /** A file of `out/STACK`. */
  public read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  /** Name of a service's container. */
  public container(service: string): string {
    return `${engineName(this.environment, this.name)}-${service}`;
  }

  /** Port of the base URL. */
  public get port(): number {
    const { port, protocol } = new URL(this.outputs.base_url);
    return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  }

  public password(user: string): string {
    const password = this.credentials.users[user];
    if (password === undefined) throw new Error(`no account ${user}`);
    return password;
  }

  public cloneUrl(repository: string): string {
    return this.outputs.clone_url.replace('<repository>', repository);
  }

  /** Without SSH, an error. */
  public get sshUrl(): string {
    const { ssh_url: url } = this.outputs;
    if (url === null) throw new Error(`${this.name} has no SSH`);
    return url;
  }

  public sshCloneUrl(repository: string): string {
    return `${this.sshUrl}/${repository}.git`;
  }

  /** File with an account's private key. */
  public sshKeyFile(user: string): string {
    return join(this.folder, 'ssh', user);
  }

  /** Names of everything that the stack has on the engine. */
  public async onEngine(): Promise<string[]> {
    const prefix = this.container('');
    const lists = await Promise.all([
      succeed('docker', ['ps', '--all', '--format', '{{.Names}}']),
      succeed('docker', ['network', 'ls', '--format', '{{.Name}}']),
      succeed('docker', ['volume', 'ls', '--format', '{{.Name}}']),
    ]);
    return lists.flatMap((list) => list.split('\n')).filter((name) => name.startsWith(prefix));
  }
}
