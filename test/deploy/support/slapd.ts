import { command, succeed } from './command';
import { until } from './until';

const SOCKET = ['-H', 'ldapi://%2Frun%2Fopenldap%2Fldapi', '-Y', 'EXTERNAL', '-Q'];

/** What slapd ends a long search with when its configuration is changed meanwhile, which each synchronisation does: to be asked again. */
const BUSY = 51;

/** A directory of a test, changed and read as its administrator does it: by the socket in its container. */
export class Slapd {
  public constructor(public readonly container: string) {}

  /** Records of LDIF with `changetype`. */
  public async change(ldif: string): Promise<void> {
    await succeed('docker', ['exec', '-i', this.container, 'ldapmodify', ...SOCKET], { input: ldif });
  }

  /** Lines of LDIF of what a search finds. */
  public async search(filter: string, ...attributes: readonly string[]): Promise<string[]> {
    const options = ['-LLL', '-o', 'ldif-wrap=no', '-b', 'dc=example,dc=com'];
    const args = ['exec', this.container, 'ldapsearch', ...SOCKET, ...options, filter, ...attributes];
    const { status, output } = await until(
      () => command('docker', args),
      (result) => result.status !== BUSY,
      10,
    );
    if (status !== 0) throw new Error(`${filter} at ${this.container} ended with ${status}: ${output.slice(-200)}`);
    return output.split('\n').filter((line) => line !== '');
  }

  /** DNs of what a search finds, in order. */
  public async dns(filter: string): Promise<string[]> {
    return (await this.search(filter, '1.1')).map((line) => line.replace('dn: ', '')).sort();
  }

  /** Adds entries to the database while slapd is stopped: the quick way for many. */
  public async load(ldif: string): Promise<void> {
    const image = (await succeed('docker', ['inspect', '--format', '{{.Config.Image}}', this.container])).trim();
    await succeed('docker', ['stop', this.container]);
    const mounts = ['--volumes-from', this.container, '--network', 'none'];
    const slapadd = ['slapadd', '-q', '-w', '-f', '/files/current/slapd.conf', '-b', 'dc=example,dc=com'];
    await succeed('docker', ['run', '--rm', '-i', ...mounts, image, ...slapadd], { input: ldif });
    await this.start();
  }

  public async start(): Promise<void> {
    await succeed('docker', ['start', this.container]);
    await until(
      () => command('docker', ['exec', this.container, 'ldapwhoami', ...SOCKET]),
      ({ status }) => status === 0,
      60,
    );
  }
}

/** What `replica-status` prints. */
export interface ReplicaStatus {
  readonly mode: string;
  readonly phase: string;
  readonly complete: boolean;
  readonly lastSync: string | null;
  readonly entries: number;
  readonly contextCSN: string | null;
  readonly sourceReachable: boolean;
  readonly sourceContextCSN: string | null;
  readonly lagSeconds: number | null;
  readonly nextSync: string | null;
  readonly error: string | null;
}

/** A replica of a test. */
export class Replica extends Slapd {
  public async status(): Promise<ReplicaStatus> {
    return JSON.parse(await succeed('docker', ['exec', this.container, 'replica-status'])) as ReplicaStatus;
  }

  /** Does not wait for the next time. */
  public async now(how: 'now' | 'accept' = 'now'): Promise<void> {
    await succeed('docker', ['exec', this.container, 'replicate', how]);
  }

  /** The status once it is as wanted, or the last one. */
  public statusWhen(isWanted: (status: ReplicaStatus) => boolean, seconds = 30): Promise<ReplicaStatus> {
    return until(() => this.status(), isWanted, seconds);
  }

  /** Seconds from the start of the container to the first whole copy. */
  public async firstCopySeconds(): Promise<number> {
    const started = await succeed('docker', ['inspect', '--format', '{{.State.StartedAt}}', this.container]);
    const args = ['exec', this.container, 'stat', '-c', '%.3Y', '/var/lib/openldap/synchronised'];
    return Number(await succeed('docker', args)) - Date.parse(started.trim()) / 1000;
  }
}
