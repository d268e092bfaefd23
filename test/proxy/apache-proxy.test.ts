import { ServiceImage } from '../../constructs/docker/service-image';
import type { Environment } from '../../constructs/environment';
import { ApacheProxy, type ApacheProxyProps } from '../../constructs/proxy/apache-proxy';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { TlsPolicy } from '../../constructs/tls/tls-policy';
import { fakeHttpsHost, fakeProxyPass } from '../support/fakes';
import { synth, testEnvironment, type Resource, type Synthesised } from '../support/synth';

const url = PublicUrl.https('git.localhost');
const hosts = [fakeHttpsHost(url, { redirectHttpPort: 80 })];

function proxy(props: (environment: Environment) => Partial<ApacheProxyProps> = () => ({})): Synthesised {
  return synth((environment) => new ApacheProxy(environment, 'proxy', { virtualHosts: hosts, ...props(environment) }));
}

function service(stack: Synthesised): Resource {
  return stack.one('docker_container', 'env/proxy/container');
}

describe('ApacheProxy', () => {
  const stack = proxy();

  test('has its name and fixed address on the front network, and no other', () => {
    expect(service(stack)['networks_advanced']).toEqual([
      {
        aliases: ['proxy'],
        ipv4_address: '172.30.0.2',
        name: expect.stringMatching(/^\$\{docker_network\.env_front_/) as string,
      },
    ]);
  });

  test('publishes the ports of URLs and redirects on loopback, as they are', () => {
    expect(service(stack)['ports']).toEqual(
      [80, 443].map((port) => ({ external: port, internal: port, ip: '127.0.0.1', protocol: 'tcp' })),
    );
  });

  test('publishes one port for the redirects of two hosts', () => {
    const other = PublicUrl.https('b.localhost', { port: 8443 });
    const two = proxy(() => ({ virtualHosts: [...hosts, fakeHttpsHost(other, { redirectHttpPort: 80 })] }));
    expect((service(two)['ports'] as { external: number }[]).map((port) => port.external)).toEqual([80, 443, 8443]);
  });

  test('runs unprivileged, with no capability, and stops gracefully', () => {
    expect(service(stack)).toMatchObject({
      user: '10003:10003',
      capabilities: { drop: ['ALL'] },
      stop_signal: 'SIGWINCH',
      stop_timeout: 60,
      destroy_grace_seconds: 60,
      healthcheck: { test: ['CMD', 'curl', '--config', '/files/current/healthcheck.curlrc'] },
    });
  });

  test('is not replaced for changed files: it reloads them', () => {
    const labels = service(stack)['labels'] as { label: string }[];
    expect(labels.map((label) => label.label)).not.toContain('cdktf-git-topology.files');
  });

  test('gets its configuration, and for each host a readable chain and a secret key', () => {
    const uploads = stack.one('docker_container', 'env/proxy/files/loader')['upload'];
    expect(uploads).toEqual([
      {
        file: '/staging/httpd.conf',
        permissions: '0644',
        content: expect.stringContaining('Listen 443 https') as string,
      },
      {
        file: '/staging/healthcheck.curlrc',
        permissions: '0644',
        content: expect.stringContaining('https://git.localhost:443/') as string,
      },
      {
        file: '/staging/tls/git.localhost_443/chain.pem',
        permissions: '0644',
        content: 'certificate of git.localhost\nintermediate\n',
      },
      { file: '/staging/tls/git.localhost_443/key.pem', permissions: '0600', content: 'key of git.localhost\n' },
      { file: '/staging/tls/git.localhost_443/ca.pem', permissions: '0644', content: 'authority\n' },
      { file: '/staging/tls/git.localhost_443/names', permissions: '0644', content: 'DNS:git.localhost\n' },
    ]);
    expect(stack.one('docker_container', 'env/proxy/files/loader')['command']).toEqual(['load-files', '10003']);
  });

  test('without HTTPS gets no certificate', () => {
    const http = PublicUrl.http('git.localhost');
    const plain = proxy(() => ({ virtualHosts: [VirtualHost.http(http, { proxyPass: [fakeProxyPass(http)] })] }));
    expect(plain.one('docker_container', 'env/proxy/files/loader')['upload']).toHaveLength(2);
  });

  test("leaves Apache's percent signs to Apache", () => {
    expect(stack.file('env/proxy/files/loader', 'httpd.conf')).toContain('expr=%{REMOTE_ADDR}');
    expect(stack.text).toContain('expr=%%{REMOTE_ADDR}');
  });

  test('takes TLS policy, memory and image', () => {
    const other = proxy((environment) => ({
      tlsPolicy: TlsPolicy.modern,
      memory: 512,
      image: ServiceImage.named(environment, 'apache', 'registry.example.com/apache:2.4'),
    }));
    expect(other.file('env/proxy/files/loader', 'httpd.conf')).toContain('SSLProtocol -all +TLSv1.3\n');
    expect(service(other)).toMatchObject({
      memory: 512,
      memory_swap: 512,
      image: expect.stringMatching(/^\$\{docker_image\.env_apache_/) as string,
    });
    expect(Object.keys(other.all('docker_image'))).not.toContain('env/proxy/image');
    expect(service(stack)).toMatchObject({ memory: 256, memory_swap: 256 });
    expect(stack.file('env/proxy/files/loader', 'httpd.conf')).toContain('SSLProtocol -all +TLSv1.2 +TLSv1.3\n');
  });

  test.each([0, 63, 100.5, Number.NaN])('refuses %d MiB of memory', (memory) => {
    expect(() => proxy(() => ({ memory }))).toThrow(
      /^test\/env\/proxy: .* MiB of memory; write a whole number of MiB from 64$/,
    );
  });

  test('refuses a port that another service publishes', () => {
    const environment = testEnvironment();
    environment.claimPort(80, environment.front);
    expect(() => new ApacheProxy(environment, 'proxy', { virtualHosts: hosts })).toThrow(
      /^test\/env\/proxy\/container: port 80 of 127\.0\.0\.1, which test\/env\/front publishes already/,
    );
  });
});
