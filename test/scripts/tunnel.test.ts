import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { until } from '../deploy/support/until';
import { TunnelError, tunnelBy, type Tunnelled } from '../../scripts/verify/quick-test/tunnel';

describe('the tunnel', () => {
  const open: Server[] = [];
  const sockets: Socket[] = [];
  afterAll(() => {
    for (const server of open) server.close();
    for (const socket of sockets) socket.destroy();
  });

  const serve = async (handler: (socket: Socket) => void): Promise<number> => {
    const server = createServer({ allowHalfOpen: true }, handler).listen(0, '127.0.0.1');
    open.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  /** With this machine in place of a container. */
  const connect = (host: string, port: number): Promise<Tunnelled> => tunnelBy(['env'], host, port, 5);

  test('passes every byte on, and the end of one side alone', async () => {
    const port = await serve((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      // Only once the other side has ended: an answer after that proves that this side stays open.
      socket.on('end', () => socket.end(Buffer.concat(chunks)));
    });
    const { stream, address } = await connect('127.0.0.1', port);
    const sent = Buffer.from(Array.from({ length: 256 * 4096 }, (_, index) => index % 256));
    const got: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => got.push(chunk));
    stream.end(sent);
    await once(stream, 'end');
    expect(address).toBe('127.0.0.1');
    expect(Buffer.concat(got).equals(sent)).toBe(true);
  });

  test('says what was wrong over there', async () => {
    const port = await serve(() => undefined);
    open.pop()?.close();
    await expect(connect('127.0.0.1', port)).rejects.toThrow(new TunnelError('Connection refused'));
    await expect(connect('nowhere.invalid', 636)).rejects.toThrow(/name/i);
    await expect(tunnelBy(['no-such-command'], 'a', 1, 5)).rejects.toThrow('ENOENT');
    await expect(tunnelBy(['false'], 'a', 1, 5)).rejects.toThrow('it ended with 1');
  });

  test('leaves no process behind, though the server goes on', async () => {
    const port = await serve((socket) => sockets.push(socket.resume()));
    const { stream } = await connect('127.0.0.1', port);
    expect(processesWith(String(port))).not.toEqual([]);
    stream.destroy();
    expect(
      await until(
        () => Promise.resolve(processesWith(String(port))),
        (left) => left.length === 0,
        4,
      ),
    ).toEqual([]);
  });
});

/** Processes of this machine that have an argument. */
function processesWith(argument: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(argument);
      } catch {
        // Gone meanwhile.
        return false;
      }
    });
}
