import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, tryRun } from '../scripts/setup/run-command';
import { PROJECT, readSettings } from '../stacks/settings';
import { until } from '../test/deploy/support/until';

export interface ClassicServerProps {
  /** Folder of `bench/classic`. */
  readonly kind: 'apache' | 'nginx';
  readonly port: number;
  /** Engine's names of the networks that the clients and the directory are on. */
  readonly networks: { readonly front: string; readonly directory: string };
  readonly directory: { readonly bindDn: string; readonly password: string; readonly caPem: string };
  readonly account: { readonly name: string; readonly password: string };
  /** Bare repositories by their path, to begin with. */
  readonly repositories: Readonly<Record<string, string>>;
}

const PATIENCE_SECONDS = 60;

/** A Git server as people build it by hand, with TLS and accounts, for comparison. */
export class ClassicServer {
  /** PEM text; it has signed itself. */
  public readonly certificateFile: string;
  private readonly name: string;
  private readonly host: string;

  /** @param folder for its files */
  public constructor(
    private readonly props: ClassicServerProps,
    private readonly folder: string,
  ) {
    this.name = `bench-classic-${props.kind}`;
    this.host = `classic-${props.kind}.localhost`;
    this.certificateFile = join(folder, 'certificate.pem');
  }

  public url(path: string): string {
    return `https://${this.host}:${this.props.port}/scm/${path}.git`;
  }

  public async start(): Promise<void> {
    await this.writeFiles();
    const { kind, port, networks, repositories } = this.props;
    const base = ['--build-arg', `BASE_IMAGE=${readSettings(process.env).baseImage}`];
    await run('docker', ['build', '--quiet', '--tag', this.name, ...base, join(PROJECT, 'bench/classic', kind)]);
    await run('docker', [
      ...['create', '--name', this.name, '--network', networks.front, '--publish', `127.0.0.1:${port}:8443`],
      ...['--volume', `${this.folder}:/classic:ro`, this.name],
    ]);
    await run('docker', ['network', 'connect', networks.directory, this.name]);
    await run('docker', ['start', this.name]);
    for (const [path, source] of Object.entries(repositories)) {
      await run('docker', ['exec', this.name, 'mkdir', '-p', `/srv/git/${path}.git`]);
      await run('docker', ['cp', `${source}/.`, `${this.name}:/srv/git/${path}.git`]);
    }
    await run('docker', ['exec', this.name, 'chown', '-R', 'www-data:www-data', '/srv/git']);
    await this.untilItAnswers();
  }

  public async stop(): Promise<void> {
    await tryRun('docker', ['rm', '--force', this.name]);
    await tryRun('docker', ['image', 'rm', this.name]);
  }

  private async writeFiles(): Promise<void> {
    const { directory, account } = this.props;
    mkdirSync(this.folder, { recursive: true });
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-keyout', join(this.folder, 'key.pem'), '-out', this.certificateFile],
      ...['-subj', `/CN=${this.host}`, '-addext', `subjectAltName=DNS:${this.host}`],
    ]);
    writeFileSync(join(this.folder, 'directory-ca.pem'), directory.caPem);
    writeFileSync(
      join(this.folder, 'bind.conf'),
      `AuthLDAPBindDN "${directory.bindDn}"\nAuthLDAPBindPassword "${directory.password}"\n`,
    );
    const { stdout } = await run('openssl', ['passwd', '-apr1', '-stdin'], { input: `${account.password}\n` });
    writeFileSync(join(this.folder, 'accounts'), `${account.name}:${stdout.trim()}\n`);
    for (const file of ['key.pem', 'accounts', 'bind.conf']) chmodSync(join(this.folder, file), 0o644);
  }

  private async untilItAnswers(): Promise<void> {
    const ask = (): ReturnType<typeof tryRun> =>
      tryRun('curl', [
        ...['--silent', '--cacert', this.certificateFile, '--output', '/dev/null', '--write-out', '%{http_code}'],
        ...['--resolve', `${this.host}:${this.props.port}:127.0.0.1`, `${this.url('demo/hello')}/info/refs`],
      ]);
    const isAsked = (answer: Awaited<ReturnType<typeof tryRun>>): boolean => answer?.stdout === '401';
    if (!isAsked(await until(ask, isAsked, PATIENCE_SECONDS))) throw new Error(`${this.name} does not answer`);
  }
}
