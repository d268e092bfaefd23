import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { dockerStream, textOf } from './docker-stream';

/** MiB: beside the server, whose own memory a backup must not take. */
const MEMORY = '1024m';

export interface WorkbenchProps {
  /** Starts its name on the engine. */
  readonly engineName: string;
  readonly image: string;
  /** User and group, as `10001:10001`. */
  readonly user: string;
  /** Path to volume. */
  readonly volumes: Readonly<Record<string, { readonly volume: string; readonly isReadOnly: boolean }>>;
}

/**
 * A container of a service's image on the service's volumes, for programs that work on its data beside it. It has neither
 * network nor a root that can be written to, and goes when this process goes, however it ends: its only process reads our pipe.
 */
export class Workbench {
  public static async open(props: WorkbenchProps): Promise<Workbench> {
    const name = `${props.engineName}-workbench-${randomBytes(3).toString('hex')}`;
    const holder = spawn('docker', runArguments(name, props), { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    holder.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const gone = once(holder, 'close');
    // `cat` answers once the container runs.
    holder.stdin.on('error', () => undefined);
    holder.stdin.write('\n');
    await Promise.race([once(holder.stdout, 'data'), gone]);
    if (holder.exitCode !== null) throw new Error(`${name} did not start: ${complaint.trim()}`);
    return new Workbench(name, holder, gone);
  }

  private constructor(
    private readonly name: string,
    private readonly holder: ChildProcess,
    private readonly gone: Promise<unknown>,
  ) {}

  /** What a program prints. */
  public async ask(...command: readonly string[]): Promise<string> {
    let text = '';
    await this.run(command, { output: async (stdout) => (text = await textOf(stdout)) });
    return text;
  }

  /** Runs a program, and streams what it writes. */
  public read(command: readonly string[], output: (stdout: AsyncIterable<Buffer>) => Promise<unknown>): Promise<void> {
    return this.run(command, { output });
  }

  /** Runs a program on a stream, and gives what it prints. */
  public async write(command: readonly string[], input: AsyncIterable<Uint8Array>): Promise<string> {
    let text = '';
    await this.run(command, { input, output: async (stdout) => (text = await textOf(stdout)) });
    return text;
  }

  public async close(): Promise<void> {
    this.holder.stdin?.end();
    await this.gone;
  }

  private run(command: readonly string[], streams: Parameters<typeof dockerStream>[2]): Promise<void> {
    const interactive = streams.input === undefined ? [] : ['--interactive'];
    return dockerStream(command.join(' '), ['exec', ...interactive, this.name, ...command], streams);
  }
}

/** As hard as the services themselves. */
function runArguments(name: string, { image, user, volumes }: WorkbenchProps): string[] {
  const [uid = '', gid = ''] = user.split(':');
  return [
    ...['run', '--rm', '--interactive', '--init', '--name', name, '--user', user],
    ...['--network', 'none', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...['--memory', MEMORY, '--memory-swap', MEMORY, '--log-driver', 'none'],
    ...['--tmpfs', `/tmp:rw,nosuid,nodev,noexec,size=256m,mode=0700,uid=${uid},gid=${gid}`],
    ...Object.entries(volumes).flatMap(([path, { volume, isReadOnly }]) => [
      '--volume',
      `${volume}:${path}${isReadOnly ? ':ro' : ''}`,
    ]),
    ...['--entrypoint', 'cat', image],
  ];
}
