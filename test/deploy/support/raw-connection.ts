import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';

export interface RawTarget {
  readonly address: string;
  readonly port: number;
  /** For TLS: the name asked for, and the authority that must have signed for it. */
  readonly tls?: { readonly serverName: string; readonly ca: string };
}

/** A connection on which bytes are sent as they are, for what no client would send. */
export class RawConnection {
  public static open(target: RawTarget): Promise<RawConnection> {
    const { address: host, port, tls } = target;
    return new Promise((resolve, reject) => {
      const socket: Socket =
        tls === undefined
          ? connect({ host, port })
          : connectTls({ host, port, servername: tls.serverName, ca: tls.ca, ALPNProtocols: ['http/1.1'] });
      socket.once('error', reject);
      socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
        socket.off('error', reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  /** All that came so far, a character for each byte. */
  public received = '';
  /** Whether the other side has ended the connection, or broken it off. */
  public isClosed = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => void (this.received += chunk.toString('latin1')));
    const close = (): void => void (this.isClosed = true);
    socket.on('end', close).on('close', close).on('error', close);
  }

  /** Status codes of the answers so far, without interim ones. */
  public get statuses(): number[] {
    return [...this.received.matchAll(/(?:^|\r\n|[^\n])HTTP\/1\.[01] (\d{3})[ \r]/g)]
      .map(([, status]) => Number(status))
      .filter((status) => status >= 200);
  }

  public send(text: string): void {
    if (!this.isClosed) this.socket.write(text, 'latin1');
  }

  /** The same, once the bytes are out, or the other side does not take them any more. */
  public async sent(text: string): Promise<void> {
    if (this.isClosed) return;
    await Promise.race([
      new Promise((resolve) => this.socket.write(text, 'latin1', resolve)),
      new Promise((resolve) => this.socket.once('close', resolve)),
    ]);
  }

  /** Waits until something is so; the answer is whether it became so. */
  public async until(condition: (connection: this) => boolean, seconds: number): Promise<boolean> {
    const deadline = Date.now() + seconds * 1000;
    while (!condition(this) && Date.now() < deadline) await sleep(20);
    return condition(this);
  }

  public close(): void {
    this.socket.destroy();
  }
}

/** Sends bytes, and gives what came until the other side closed, or fell silent for a while. */
export async function exchange(target: RawTarget, text: string, seconds = 10): Promise<RawConnection> {
  const connection = await RawConnection.open(target);
  connection.send(text);
  let length = -1;
  const deadline = Date.now() + seconds * 1000;
  while (!connection.isClosed && Date.now() < deadline && (length <= 0 || length !== connection.received.length)) {
    length = connection.received.length;
    await connection.until(({ isClosed }) => isClosed, 1);
  }
  connection.close();
  return connection;
}

/** By then a connection must have been closed on which a request never gets whole. */
export const SLOW_SECONDS = 45;

/** Seconds until the other side closes a connection on which a request begins, and `drip` is called each second. */
export async function closedAfter(
  target: RawTarget,
  start: string,
  drip: (connection: RawConnection) => void,
): Promise<number> {
  const connection = await RawConnection.open(target);
  const opened = Date.now();
  connection.send(start);
  while (!connection.isClosed && Date.now() - opened < 2 * SLOW_SECONDS * 1000) {
    await connection.until(({ isClosed }) => isClosed, 1);
    drip(connection);
  }
  connection.close();
  return (Date.now() - opened) / 1000;
}
