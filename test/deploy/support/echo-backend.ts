import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** A request as it came in, byte for byte. */
export class RecordedRequest {
  /** Bytes of the body so far, chunks and their sizes as they came. */
  public body = '';

  public constructor(
    public readonly head: string,
    /** The same for all requests of one connection. */
    public readonly connection: number,
    private readonly socket: Socket,
  ) {}

  /** Method, target and version. */
  public get line(): string {
    return this.head.split('\r\n')[0] ?? '';
  }

  public get target(): string {
    return this.line.split(' ')[1] ?? '';
  }

  /** Values of all headers of a name. */
  public headers(name: string): string[] {
    return this.head
      .split('\r\n')
      .slice(1)
      .filter((field) => field.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      .map((field) => field.slice(name.length + 1).trim());
  }

  public get isComplete(): boolean {
    if (this.headers('Transfer-Encoding').length > 0) return this.body.endsWith('0\r\n\r\n');
    return this.body.length >= Number(this.headers('Content-Length')[0] ?? 0);
  }

  /** Writes bytes of an answer. */
  public answer(text: string): void {
    this.socket.write(text, 'latin1');
  }
}

/** Answers a request; called once its head is there, whatever there is of its body. */
export type Handler = (request: RecordedRequest, backend: EchoBackend) => void | Promise<void>;

/**
 * A server that records what it gets, and answers whole requests with its name and the request line, unless a path has a
 * handler.
 */
export class EchoBackend {
  public readonly requests: RecordedRequest[] = [];
  /** How many connections there were, also those whose handshake failed. */
  public connections = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  /**
   * @param name what it answers with
   * @param handlers by the end of the path
   * @param tls key and certificate, PEM
   */
  public constructor(
    public readonly name: string,
    private readonly handlers: Readonly<Record<string, Handler>> = {},
    tls?: { readonly key: string; readonly cert: string },
  ) {
    const serve = (socket: Socket): void => this.serve(socket);
    this.server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
    this.server.on('connection', () => void (this.connections += 1));
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** On all addresses of the host: containers reach it at the gateway of their network. */
  public listen(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '0.0.0.0', resolve));
  }

  public close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  /** The requests with this in their target. */
  public with(text: string): RecordedRequest[] {
    return this.requests.filter(({ target }) => target.includes(text));
  }

  private serve(socket: Socket): void {
    const connection = this.connections;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
    let unread = '';
    let current: RecordedRequest | undefined;
    socket.on('data', (chunk: Buffer) => {
      unread += chunk.toString('latin1');
      while (unread !== '') {
        if (current !== undefined && !current.isComplete) {
          // Taken byte by byte, so that what follows the body is the next request.
          current.body += unread[0] ?? '';
          unread = unread.slice(1);
          continue;
        }
        const end = unread.indexOf('\r\n\r\n');
        if (end < 0) return;
        current = new RecordedRequest(unread.slice(0, end), connection, socket);
        unread = unread.slice(end + 4);
        this.requests.push(current);
        const handler = this.handlerOf(current);
        if (handler !== undefined) void handler(current, this);
      }
      if (current?.isComplete === true && this.handlerOf(current) === undefined) {
        current.answer(response(`${this.name}\n${current.line}\n`));
        current = undefined;
      }
    });
  }

  private handlerOf({ target }: RecordedRequest): Handler | undefined {
    const path = target.split('?')[0] ?? '';
    return Object.entries(this.handlers).find(([end]) => path.endsWith(end))?.[1];
  }
}

/** An answer with status 200 and this body. */
export function response(body: string, headers: readonly string[] = []): string {
  return ['HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...headers, '', body].join('\r\n');
}

/** The request, where there must have been one. */
export function only(requests: readonly RecordedRequest[]): RecordedRequest {
  expect(requests).toHaveLength(1);
  return requests[0] as RecordedRequest;
}
