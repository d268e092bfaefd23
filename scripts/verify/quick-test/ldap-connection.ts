import { Client, Control, type Entry } from 'ldapts';
import { once } from 'node:events';
import { isIP, type connect as connectPlain } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { DirectoryOutput } from '../../../stacks/directory-outputs';
import { trustedOrRefused } from './certificate-report';
import { FoundEntry, type Dialler, type DirectoryReader, type Found, type SearchRequest } from './directory-reader';
import { connectHint, tlsHint } from './error-hints';
import { utf8Unescaped } from './filter-text';
import type { Tunnelled } from './tunnel';

/** [MS-ADTS] 3.1.1.3.4.1.14. */
const SHOW_DELETED = '1.2.840.113556.1.4.417';
/** Milliseconds for a handshake where the directory's own time has no limit. */
const HANDSHAKE_MS = 60_000;

/** Makes a TCP connection where the Git server is. */
export type Tunnel = (host: string, port: number, timeoutSeconds: number) => Promise<Tunnelled>;

/** Connects to a directory as the Git server does, with its names and its networks; TLS and LDAP are spoken here. */
export class LdapConnection implements Dialler, DirectoryReader {
  private stream: Duplex | undefined;
  private client: Client | undefined;

  public constructor(
    private readonly tunnel: Tunnel,
    private readonly directory: DirectoryOutput,
  ) {}

  public get reader(): DirectoryReader {
    return this;
  }

  public async connect(): Promise<string> {
    const { hostname, port, connectionTimeout } = this.directory;
    try {
      const { stream, address } = await this.tunnel(hostname, port, connectionTimeout);
      this.stream = stream;
      return address === hostname ? '' : `at ${address}`;
    } catch (error) {
      throw new Error(connectHint(this.directory, error), { cause: error });
    }
  }

  public async secure(): Promise<string> {
    const { stream, directory } = this;
    if (stream === undefined) throw new Error('there is no connection yet');
    let socket: TLSSocket;
    try {
      socket = await (directory.secure === 'ssl' ? this.startWithTls(stream) : this.startTls(stream));
    } catch (error) {
      throw new Error(tlsHint(directory, error), { cause: error });
    }
    return trustedOrRefused(directory, socket);
  }

  public async bind(username: string, password: string): Promise<void> {
    await this.open.bind(username, password);
  }

  public async search(request: SearchRequest): Promise<Found> {
    const { pageSize, searchTimeout, usePagedResults } = this.directory;
    const isPaged = usePagedResults && request.scope === 'sub' && request.atMost === undefined;
    const { searchEntries, searchReferences } = await this.open.search(
      request.base,
      {
        scope: request.scope,
        filter: utf8Unescaped(request.filter),
        attributes: [...request.attributes],
        timeLimit: searchTimeout,
        sizeLimit: request.atMost,
        paged: isPaged && { pageSize },
      },
      request.showDeleted === true ? [new Control(SHOW_DELETED, { critical: true })] : [],
    );
    return { entries: searchEntries.map(foundEntry), referrals: searchReferences.length };
  }

  public async close(): Promise<void> {
    // A connection that is broken already cannot be taken leave of.
    await this.client?.unbind().catch(() => undefined);
    this.stream?.destroy();
  }

  private get open(): Client {
    if (this.client === undefined) throw new Error('there is no connection yet');
    return this.client;
  }

  /** Whether the certificate is trusted is looked at before anything is said, so that a refusal can say whose it is. */
  private get options(): ConnectionOptions {
    const { hostname, caPem } = this.directory;
    const name = isIP(hostname) === 0 ? { servername: hostname } : {};
    return { ca: caPem, host: hostname, ...name, rejectUnauthorized: false };
  }

  private async startWithTls(stream: Duplex): Promise<TLSSocket> {
    const socket = connect({ ...this.options, socket: stream });
    // For what comes after: where the handshake fails or the certificate is refused, nobody else listens.
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(this.handshakeMs) });
    this.client = this.clientOn(socket);
    return socket;
  }

  private async startTls(stream: Duplex): Promise<TLSSocket> {
    let secured: TLSSocket | undefined;
    this.client = this.clientOn(stream, (options) => (secured = connect(options)));
    await this.client.startTLS(this.options);
    if (secured === undefined) throw new Error('the connection has no TLS');
    return secured;
  }

  /** ldapts takes a connection that is there; it is told that it is, because streams that are no sockets do not say so. */
  private clientOn(stream: Duplex, upgrade?: (options: ConnectionOptions) => TLSSocket): Client {
    const createConnection = (): Duplex => {
      setImmediate(() => stream.emit('connect'));
      return stream;
    };
    return new Client({
      url: `ldap://${this.directory.hostname}`,
      timeout: this.directory.readTimeout * 1000,
      connectTimeout: this.handshakeMs,
      createConnection: createConnection as unknown as typeof connectPlain,
      ...(upgrade === undefined ? {} : { createSecureConnection: upgrade as typeof connect }),
    });
  }

  private get handshakeMs(): number {
    return this.directory.connectionTimeout * 1000 || HANDSHAKE_MS;
  }
}

function foundEntry({ dn, ...attributes }: Entry): FoundEntry {
  const entries = Object.entries(attributes).map(([name, value]): [string, string[]] => [
    name,
    [value].flat().map((each) => (typeof each === 'string' ? each : each.toString('hex'))),
  ]);
  return new FoundEntry(dn, Object.fromEntries(entries));
}
