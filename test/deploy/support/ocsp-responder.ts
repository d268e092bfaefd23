import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeed } from './command';
import type { MadeCertificate } from './make-certificate';

/** What says of a certificate that it is still good: the stock openssl, on all addresses of the host. */
export class OcspResponder {
  private readonly folder = mkdtempSync(join(tmpdir(), 'ocsp-'));
  private server: ChildProcess | undefined;
  private port = 0;

  /** A port that is free just now: its URL must be in the certificate before the responder starts. */
  public reservePort(): Promise<number> {
    const probe = createServer();
    return new Promise((resolve) => {
      probe.listen(0, () => {
        this.port = (probe.address() as AddressInfo).port;
        probe.close(() => resolve(this.port));
      });
    });
  }

  public async start({ ca, caKey, cert }: MadeCertificate): Promise<void> {
    const serial =
      (await succeed('openssl', ['x509', '-noout', '-serial'], { input: cert })).trim().split('=')[1] ?? '';
    const files = { 'ca.pem': ca, 'ca.key': caKey, index: `V\t400101000000Z\t\t${serial}\tunknown\t/CN=x\n` };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text, { mode: 0o600 });
    this.server = spawn(
      'openssl',
      [
        ...['ocsp', '-port', String(this.port), '-index', 'index', '-CA', 'ca.pem', '-rsigner', 'ca.pem'],
        ...['-rkey', 'ca.key', '-ndays', '1'],
      ],
      { cwd: this.folder, stdio: 'ignore' },
    );
  }

  public stop(): void {
    this.server?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
