import { Agent, request } from 'node:https';
import { basic } from '../scripts/verify/http-client';

/** An account at a server that answers HTTPS on this machine. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly caPem: string;
  readonly user: string;
  readonly password: string;
}

/** Logs in as git does, over one connection that stays open; the server asks its directory each time. */
export class LoginClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  public constructor(private readonly login: Login) {}

  /** @param path @default - what git asks for first */
  public run(path = '/scm/demo/hello.git/info/refs?service=git-upload-pack'): Promise<void> {
    const { host, port, caPem, user, password } = this.login;
    return new Promise((resolve, reject) => {
      const sent = request({
        agent: this.agent,
        host: '127.0.0.1',
        port,
        servername: host,
        ca: caPem,
        path,
        headers: { host: `${host}:${port}`, ...basic(user, password) },
        timeout: 30_000,
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer within 30 s')));
      sent.on('error', reject);
      sent.on('response', (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`${host} answers a login with ${response.statusCode ?? 0}`));
        });
      });
      sent.end();
    });
  }

  public close(): void {
    this.agent.destroy();
  }
}
