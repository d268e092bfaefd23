import { ServiceImage } from '../../constructs/docker/service-image';
import type { Environment } from '../../constructs/environment';
import { ApacheProxy, type ApacheProxyProps } from '../../constructs/proxy/apache-proxy';
import { NginxProxy, type NginxProxyProps } from '../../constructs/proxy/nginx-proxy';
import { ProxyPass } from '../../constructs/proxy/proxy-pass';
import { PublicUrl } from '../../constructs/proxy/public-url';
import { VirtualHost } from '../../constructs/proxy/virtual-host';
import { TlsPolicy } from '../../constructs/tls/tls-policy';
import { FAKE_CA, fakeHttpsHost, fakeProxyPass } from '../support/fakes';
import { synth, testEnvironment, type Resource, type Synthesised } from '../support/synth';

const url = PublicUrl.https('git.localhost');
const hosts = [fakeHttpsHost(url, { redirectHttpPort: 80 })];

type Props = ApacheProxyProps & NginxProxyProps;

interface Kind {
  readonly type: typeof ApacheProxy | typeof NginxProxy;
  readonly user: number;
  readonly stopSignal: string;
  readonly conf: string;
  /** Files of its own beside the configuration. */
  readonly others: readonly string[];
  readonly tls12and13: string;
  readonly tls13: string;
  readonly workers: string;
  readonly limits: readonly string[];
}

const apache: Kind = {
  type: ApacheProxy,
  user: 10003,
  stopSignal: 'SIGWINCH',
  conf: 'httpd.conf',
  others: ['bad-gateway.asis', 'healthcheck.curlrc'],
  tls12and13: 'SSLProtocol -all +TLSv1.2 +TLSv1.3\n',
  tls13: 'SSLProtocol -all +TLSv1.3\n',
  workers: 'MaxRequestWorkers 64\n',
  limits: ['LimitRequestFieldSize 4096\n', 'QS_SrvMaxConnPerIP 3\n', 'LimitRequestBody 1048576\n'],
};
const nginx: Kind = {
  type: NginxProxy,
  user: 10004,
  stopSignal: 'SIGQUIT',
  conf: 'nginx.conf',
  others: ['backends', 'healthcheck.curlrc'],
  tls12and13: 'ssl_protocols TLSv1.2 TLSv1.3;\n',
  tls13: 'ssl_protocols TLSv1.3;\n',
  workers: 'limit_conn requests 64;\n',
  limits: ['large_client_header_buffers 4 4096;\n', 'limit_conn addresses 3;\n', 'client_max_body_size 1048576;\n'],
};

function service(stack: Synthesised): Resource {
  return stack.one('docker_container', 'env/proxy/container');
}

function uploads(stack: Synthesised): { file: string; permissions: string; content: string }[] {
  return stack.one('docker_container', 'env/proxy/files/loader')['upload'] as ReturnType<typeof uploads>;
}

describe.each([
  ['ApacheProxy', apache],
  ['NginxProxy', nginx],
])('%s', (_name, kind) => {
  const proxy = (props: (environment: Environment) => Partial<Props> = () => ({})): Synthesised =>
    synth((environment) => new kind.type(environment, 'proxy', { virtualHosts: hosts, ...props(environment) }));
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
      user: `${kind.user}:${kind.user}`,
      capabilities: { drop: ['ALL'] },
      stop_signal: kind.stopSignal,
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
    const files = uploads(stack);
    const own = [kind.conf, ...kind.others].map((file) => ({ file: `/staging/${file}`, permissions: '0644' }));
    expect(files.slice(0, own.length)).toMatchObject(own);
    expect(stack.file('env/proxy', 'healthcheck.curlrc')).toContain('https://git.localhost:443/');
    expect(files).toEqual(
      expect.arrayContaining([
        {
          file: '/staging/tls/git.localhost_443/chain.pem',
          permissions: '0644',
          content: 'certificate of git.localhost\nintermediate\n',
        },
        { file: '/staging/tls/git.localhost_443/key.pem', permissions: '0600', content: 'key of git.localhost\n' },
        { file: '/staging/tls/git.localhost_443/ca.pem', permissions: '0644', content: 'authority\n' },
      ]),
    );
    expect(stack.one('docker_container', 'env/proxy/files/loader')['command']).toEqual([
      'load-files',
      String(kind.user),
    ]);
  });

  test('passes its limits on, and refuses what is none', () => {
    const limits = { headerSize: 4096, perAddress: 3, bodySize: 1 };
    const conf = proxy(() => ({ limits })).file('env/proxy', kind.conf);
    for (const line of kind.limits) expect(conf).toContain(line);
    expect(() => proxy(() => ({ limits: { perAddress: 0 } }))).toThrow('test/env/proxy limits: perAddress 0; write a');
  });

  test('without HTTPS gets no certificate', () => {
    const http = PublicUrl.http('git.localhost');
    const plain = proxy(() => ({ virtualHosts: [VirtualHost.http(http, { proxyPass: [fakeProxyPass(http)] })] }));
    expect(uploads(plain)).toHaveLength(1 + kind.others.length);
  });

  test('gets the authority of a backend that it speaks TLS to', () => {
    const rule = ProxyPass.to(url, 'https://git-1.example:8443', { backendTls: { ca: FAKE_CA } });
    const secured = proxy(() => ({ virtualHosts: [fakeHttpsHost(url, { proxyPass: [rule] })] }));
    expect(uploads(secured)).toContainEqual({
      file: '/staging/backend-ca/git.localhost_443-0.pem',
      permissions: '0644',
      content: FAKE_CA,
    });
  });

  test('takes TLS policy, load, memory and image', () => {
    const other = proxy((environment) => ({
      tlsPolicy: TlsPolicy.modern,
      cores: 4,
      maxRequests: 64,
      memory: 512,
      image: ServiceImage.named(environment, 'image', 'registry.example.com/proxy:1'),
    }));
    expect(other.file('env/proxy', kind.conf)).toContain(kind.tls13);
    expect(other.file('env/proxy', kind.conf)).toContain(kind.workers);
    expect(service(other)).toMatchObject({
      memory: 512,
      memory_swap: 512,
      image: expect.stringMatching(/^\$\{docker_image\.env_image_/) as string,
    });
    expect(Object.keys(other.all('docker_image'))).not.toContain('env/proxy/image');
    expect(service(stack)).toMatchObject({ memory: 256, memory_swap: 256 });
    expect(stack.file('env/proxy', kind.conf)).toContain(kind.tls12and13);
  });

  test('for many requests at once may use more memory, files and processes', () => {
    const large = service(proxy(() => ({ cores: 64, maxRequests: 16384 })));
    expect(large).toMatchObject({
      memory: 4288,
      ulimit: [
        { name: 'nofile', soft: 33152, hard: 33152 },
        { name: 'nproc', soft: 131072, hard: 131072 },
      ],
    });
  });

  test('refuses a load that makes no sense', () => {
    expect(() => proxy(() => ({ cores: 0 }))).toThrow(/^test\/env\/proxy: 0 cores; write a whole number from 1 to 64$/);
    expect(() => proxy(() => ({ maxRequests: 3 }))).toThrow(/^test\/env\/proxy: maxRequests 3 on 2 cores; /);
    expect(() => proxy(() => ({ memory: 79 }))).toThrow(
      /^test\/env\/proxy: 79 MiB of memory for 256 requests at once; /,
    );
  });

  test('refuses a port that another service publishes', () => {
    const environment = testEnvironment();
    environment.claimPort(80, environment.front);
    expect(() => new kind.type(environment, 'proxy', { virtualHosts: hosts })).toThrow(
      /^test\/env\/proxy\/container: port 80 of 127\.0\.0\.1, which test\/env\/front publishes already/,
    );
  });
});

test("Apache's percent signs are left to Apache", () => {
  const stack = synth((environment) => new ApacheProxy(environment, 'proxy', { virtualHosts: hosts }));
  expect(stack.file('env/proxy', 'httpd.conf')).toContain('expr=%{REMOTE_ADDR}');
  expect(stack.text).toContain('expr=%%{REMOTE_ADDR}');
});

test('Apache is replaced when its load changes, which it would not take up in a reload; nginx takes it up', () => {
  const command = (type: typeof ApacheProxy | typeof NginxProxy, maxRequests: number): unknown =>
    service(synth((environment) => new type(environment, 'proxy', { virtualHosts: hosts, maxRequests, memory: 256 })))[
      'command'
    ];
  expect(command(ApacheProxy, 64)).toEqual(['-D', 'WORKERS_2x32']);
  expect(command(ApacheProxy, 128)).toEqual(['-D', 'WORKERS_2x64']);
  expect(command(NginxProxy, 64)).toEqual(command(NginxProxy, 128));
});

test('nginx gets the names of its backends, which it cannot look up later by itself', () => {
  const stack = synth((environment) => new NginxProxy(environment, 'proxy', { virtualHosts: hosts }));
  expect(stack.file('env/proxy', 'backends')).toBe('git 7990\n');
});

test('one takes the place of the other: the same resources, but for what is in them', () => {
  const [one = [], two = []] = [ApacheProxy, NginxProxy].map((type) => {
    const stack = synth((environment) => new type(environment, 'proxy', { virtualHosts: hosts }));
    return ['docker_container', 'docker_volume', 'docker_image', 'random_id'].flatMap((kind) =>
      Object.keys(stack.all(kind)),
    );
  });
  expect(two).toEqual(one);
});
