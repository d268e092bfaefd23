import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Subject } from './check';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const TIMEOUT_MS = 20_000;

/** A GET to the stack. */
export function get(subject: Subject, url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return send(subject, url, { headers });
}

/** A POST of JSON to the stack. */
export function postJson(
  subject: Subject,
  url: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const body = JSON.stringify(value);
  return send(subject, url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } }, body);
}

/** The name is resolved to the address that ports are published on, the chain must verify. */
function send(subject: Subject, url: string, how: http.RequestOptions, body = ''): Promise<Answer> {
  const { protocol, hostname } = new URL(url);
  const client = protocol === 'https:' ? https : http;
  const options: https.RequestOptions = {
    ...how,
    timeout: TIMEOUT_MS,
    agent: false,
    lookup: (_host, { all }, done) => {
      const family = subject.bindAddress.includes(':') ? 6 : 4;
      if (all === true) done(null, [{ address: subject.bindAddress, family }]);
      else done(null, subject.bindAddress, family);
    },
    ...(protocol === 'https:' ? { ca: readFileSync(subject.caFile), servername: hostname } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = client.request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** The header of HTTP Basic authentication (RFC 7617). */
export function basic(user: string, password: string): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
