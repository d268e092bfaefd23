import { setTimeout as sleep } from 'node:timers/promises';
import type { Construct } from 'constructs';
import { Environment } from '../../../constructs/environment';
import type { ApacheProxy } from '../../../constructs/proxy/apache-proxy';
import { Hsts } from '../../../constructs/proxy/hsts';
import type { NginxProxy } from '../../../constructs/proxy/nginx-proxy';
import { ProxyPass } from '../../../constructs/proxy/proxy-pass';
import { PublicUrl, type HttpsUrl } from '../../../constructs/proxy/public-url';
import { VirtualHost } from '../../../constructs/proxy/virtual-host';
import { Certificate } from '../../../constructs/tls/certificate';
import { CertificateAuthority } from '../../../constructs/tls/certificate-authority';
import { AdHocStack } from './ad-hoc-stack';
import { EchoBackend, response } from './echo-backend';
import { makeCertificate, type MadeCertificate } from './make-certificate';
import { exchange, type RawConnection, type RawTarget } from './raw-connection';
import { startRelay } from './relay';

/** Longer than the 60 s that proxies wait by their own defaults. */
export const SILENCE_SECONDS = process.env.TEST_SCALE === 'full' ? 70 : 3;
export const MAX_REQUESTS = 8;

export interface BenchSettings {
  /** What one address may have at once. @default - so much that it is no matter */
  readonly perAddress?: number;
  /** Of a.localhost. */
  readonly hsts?: Hsts;
  /** Instead of the authority that the backend with TLS is verified with. */
  readonly backendCa?: string;
  /** Certificate of one more host, o.localhost, which names an OCSP responder. */
  readonly stapled?: MadeCertificate;
}

/**
 * A proxy before backends that record what they get. It listens on the ports that people have proxies listen on, at an
 * address of this machine that nothing else uses.
 */
export class ProxyBench {
  public readonly stack: AdHocStack;
  public readonly one = new EchoBackend('one', {
    '/silent': async (request) => {
      await sleep(SILENCE_SECONDS * 1000);
      request.answer(response('at last'));
    },
    '/stream': (request) => request.answer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n'),
    '/redirect-inside': (request, backend) => {
      const location = `http://${this.gateway}:${backend.port}/there`;
      request.answer(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
    },
    '/hsts': (request) => request.answer(response('x', ['Strict-Transport-Security: max-age=1; includeSubDomains'])),
  });
  public readonly two = new EchoBackend('two');
  /** The address that the proxy listens on. */
  public address = '';
  /** The host's address on the proxy's network. */
  public gateway = '';
  private securedBackend: EchoBackend | undefined;
  private certificate: MadeCertificate | undefined;
  private baseImage = '';
  private ca = '';

  public constructor(
    public readonly kind: 'Apache' | 'nginx',
    private readonly proxy: typeof ApacheProxy | typeof NginxProxy,
  ) {
    this.stack = new AdHocStack(kind.toLowerCase());
  }

  /** The backend with TLS. */
  public get secured(): EchoBackend {
    if (this.securedBackend === undefined) throw new Error('the bench is not open');
    return this.securedBackend;
  }

  public async open(): Promise<void> {
    this.certificate = await makeCertificate('secured');
    this.securedBackend = new EchoBackend('secured', {}, this.certificate);
    await Promise.all([this.one, this.two, this.secured].map((backend) => backend.listen()));
  }

  public async close(): Promise<void> {
    for (const backend of [this.one, this.two, this.securedBackend]) backend?.close();
    await this.stack.destroy();
  }

  public target(port: number, serverName?: string): RawTarget {
    const tls = serverName === undefined ? {} : { tls: { serverName, ca: this.ca } };
    return { address: this.address, port, ...tls };
  }

  /** Host of the backend `one` alone. */
  public get a(): RawTarget {
    return this.target(443, 'a.localhost');
  }

  /** Host of several backends below paths. */
  public get b(): RawTarget {
    return this.target(443, 'b.localhost');
  }

  public get(at: RawTarget, host: string, path: string, headers: readonly string[] = []): Promise<RawConnection> {
    const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...headers, '', ''];
    return exchange(at, lines.join('\r\n'), 30);
  }

  /** Opens a request to a.localhost that is answered, but not to the end. */
  public start(connection: RawConnection): Promise<boolean> {
    connection.send('GET /stream HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n');
    return connection.until(({ received }) => received.includes('first'), 10);
  }

  /** A container with a name on the proxy's network, that leads to a port of the host. */
  public relay(name: string, alias: string, port: number, to: number): Promise<void> {
    return startRelay({
      name: this.stack.container(name),
      image: this.baseImage,
      network: this.stack.container('front'),
      alias,
      port,
      to: [this.gateway, to],
      environment: this.stack.container('').slice(0, -1),
    });
  }

  public async deploy(settings: BenchSettings = {}): Promise<void> {
    const outputs = await this.stack.apply((scope: Construct, settingsOf) => {
      const { subnetSlot = 0, baseImage = '', ...props } = settingsOf.environment(0);
      this.baseImage = baseImage;
      this.address = `127.${1 + (subnetSlot >> 7)}.${subnetSlot & 127}.1`;
      const env = new Environment(scope, 'env', { ...props, baseImage, subnetSlot, bindAddress: this.address });
      this.gateway = env.front.subnet.gateway;
      const authority = new CertificateAuthority(env, 'ca');
      new this.proxy(env, 'proxy', {
        cores: 1,
        maxRequests: MAX_REQUESTS,
        limits: { perAddress: settings.perAddress ?? 64 },
        virtualHosts: this.virtualHosts(authority, settings),
      });
      return { ca: authority.caPem };
    });
    this.ca = outputs['ca'] as string;
  }

  private virtualHosts(authority: CertificateAuthority, settings: BenchSettings): VirtualHost[] {
    const { hsts = Hsts.maxAge(600), stapled } = settings;
    const [one, two] = [this.one, this.two].map(({ port }) => `http://${this.gateway}:${port}`) as [string, string];
    const ca = this.certificate?.ca ?? '';
    const at = (host: string, contextPath = '', port = 443): HttpsUrl => PublicUrl.https(host, { contextPath, port });
    const tlsTo = (path: string, backend: string, pem: string): ProxyPass =>
      ProxyPass.to(at('t.localhost', path), backend, { backendTls: { ca: pem } });
    const host = (url: HttpsUrl, ...proxyPass: readonly ProxyPass[]): VirtualHost =>
      VirtualHost.https(url, {
        certificate: authority.issue(`${url.host}-${url.port}`, { hosts: [url.host] }),
        proxyPass,
        ...(url.host === 'a.localhost' && url.port === 443 ? { redirectHttpPort: 80, hsts } : {}),
      });
    const plain = PublicUrl.http('plain.localhost', { port: 7990 });
    return [
      host(at('a.localhost'), ProxyPass.to(at('a.localhost'), one)),
      host(at('a.localhost', '', 8443), ProxyPass.to(at('a.localhost', '', 8443), one)),
      host(
        at('b.localhost'),
        ProxyPass.to(at('b.localhost', '/one'), one),
        ProxyPass.to(at('b.localhost', '/tools/two'), two),
        ProxyPass.to(at('b.localhost', '/late'), 'http://late:7990'),
        ProxyPass.to(at('b.localhost', '/nowhere'), 'http://nowhere.invalid:7990'),
        ProxyPass.to(at('b.localhost', '/closed'), `http://${this.gateway}:9`),
      ),
      host(at('c.localhost'), ProxyPass.to(at('c.localhost'), two)),
      host(
        at('t.localhost'),
        tlsTo('/right', 'https://secured:8443', settings.backendCa ?? ca),
        tlsTo('/wrong-ca', 'https://secured:8443', authority.caPem),
        tlsTo('/wrong-name', 'https://other-name:8443', ca),
      ),
      ...(stapled === undefined ? [] : [stapledHost(at('o.localhost'), stapled, one)]),
      VirtualHost.http(plain, { proxyPass: [ProxyPass.to(plain, one)] }),
    ];
  }
}

function stapledHost(url: HttpsUrl, { ca, cert, key }: MadeCertificate, backend: string): VirtualHost {
  const certificate = new Certificate({
    hosts: [url.host],
    certificatePem: cert,
    intermediatesPem: '',
    privateKeyPem: key,
    caPem: ca,
    ocspResponder: true,
  });
  return VirtualHost.https(url, { certificate, proxyPass: [ProxyPass.to(url, backend)] });
}
