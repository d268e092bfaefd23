import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';

const TIMEOUT_MS = 5000;

/**
 * Whether a Terraform registry answers at this host, the way the CLI would ask it: through HTTPS_PROXY where that is
 * set. A sign-in page of a network that answers in its place does not count.
 */
export async function isRegistryReachable(host: string, env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  // Looking a name up can hang for longer than any socket's own timeout.
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('timeout'));
    }, TIMEOUT_MS);
  });
  try {
    const body = await Promise.race([get(host, '/.well-known/terraform.json', env), tooLate]);
    const discovery: unknown = JSON.parse(body);
    return typeof discovery === 'object' && discovery !== null && 'providers.v1' in discovery;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** The proxy for a host, by the usual variables, or undefined for none. */
export function proxyFor(host: string, env: NodeJS.ProcessEnv): URL | undefined {
  const proxy = env.HTTPS_PROXY ?? env['https_proxy'];
  const exceptions = (env.NO_PROXY ?? env['no_proxy'] ?? '').split(',').map((entry) => entry.trim());
  const excepted = exceptions.some((entry) => {
    const domain = entry.replace(/^\*?\.?/, '');
    return entry === '*' || (domain !== '' && (host === domain || host.endsWith(`.${domain}`)));
  });
  return proxy && !excepted ? new URL(proxy.includes('://') ? proxy : `http://${proxy}`) : undefined;
}

async function get(host: string, path: string, env: NodeJS.ProcessEnv): Promise<string> {
  const proxy = proxyFor(host, env);
  const socket = proxy && (await connectThrough(proxy, `${host}:443`));
  const options: RequestOptions = { host, path, servername: host, timeout: TIMEOUT_MS, agent: false };
  return new Promise((resolve, reject) => {
    // `socket` is what tls.connect, which https hands its options to, runs its session over.
    const request = httpsRequest(socket ? { ...options, ...{ socket } } : options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`status ${response.statusCode ?? 'unknown'}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', reject);
    request.end();
  });
}

function connectThrough(proxy: URL, target: string): Promise<Socket> {
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const authorisation = proxy.username
    ? { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
    : {};
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: proxy.hostname,
      port: proxy.port || 80,
      method: 'CONNECT',
      path: target,
      headers: { Host: target, ...authorisation },
      timeout: TIMEOUT_MS,
    });
    request.on('connect', (response, socket: Socket) => {
      if (response.statusCode === 200) resolve(socket);
      else reject(new Error(`the proxy answered ${response.statusCode ?? 'nothing'}`));
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', reject);
    request.end();
  });
}
