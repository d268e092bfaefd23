import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of states as Terraform's backend "http" knows it, in memory. */
export class StateServer {
  /** By path. */
  public readonly states = new Map<string, string>();
  /** Who holds a lock, by path, as Terraform says it. */
  public readonly locks = new Map<string, string>();
  /** How often a lock was taken. */
  public locked = 0;
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request, response);
  });

  public async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/states`;
  }

  public close(): void {
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    const [status, text] = this.handle(request.method ?? '', path, body);
    response.writeHead(status).end(text);
  }

  private handle(method: string, path: string, body: string): readonly [number, string] {
    const holder = this.locks.get(path);
    const state = this.states.get(path);
    switch (method) {
      case 'GET':
        return state === undefined ? [404, ''] : [200, state];
      case 'POST':
        this.states.set(path, body);
        return [200, ''];
      case 'DELETE':
        this.states.delete(path);
        return [200, ''];
      case 'LOCK':
        if (holder !== undefined) return [423, holder];
        this.locks.set(path, body);
        this.locked += 1;
        return [200, ''];
      case 'UNLOCK':
        this.locks.delete(path);
        return [200, ''];
      default:
        return [405, ''];
    }
  }
}
