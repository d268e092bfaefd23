import { command, succeed } from '../support/command';
import type { Stack } from '../support/stack';

interface Reach {
  /** Container that it is tried from. */
  readonly from: string;
  /** Name of a service. */
  readonly to: string;
  readonly port: number;
}

const DENIED: readonly Reach[] = [
  { from: 'proxy', to: 'ldap', port: 636 },
  { from: 'proxy', to: 'ldap', port: 389 },
  { from: 'git-ssh', to: 'ldap', port: 636 },
  { from: 'ldap', to: 'proxy', port: 443 },
  { from: 'ldap', to: 'git-ssh', port: 7999 },
];
/** So that the others mean something: the same question where the answer is yes. */
const ALLOWED: readonly Reach[] = [
  { from: 'proxy', to: 'git', port: 7990 },
  { from: 'git', to: 'ldap', port: 636 },
];

/** Exit status 0 where a TCP connection came about; perl is in every Debian image. */
const CONNECT =
  'use IO::Socket::INET; exit !IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 1)';

/** From each container, what must not be reachable is not: by name, and by address. */
export function segmentation(stack: Stack): void {
  const reaches = async (from: string, host: string, port: number): Promise<boolean> =>
    (await command('docker', ['exec', stack.container(from), 'perl', '-e', CONNECT, host, String(port)])).status === 0;
  /** Of a service on each of its networks. */
  const addresses = async (service: string): Promise<string[]> => {
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
    return (await succeed('docker', ['inspect', '--format', format, stack.container(service)])).trim().split(' ');
  };

  test.each(ALLOWED)('$from reaches $to on $port', async ({ from, to, port }) => {
    expect(await reaches(from, to, port)).toBe(true);
  });

  test.each(DENIED)('$from does not reach $to on $port', async ({ from, to, port }) => {
    const targets = [to, ...(await addresses(to))];
    const at = to === 'proxy' ? stack.port : port;
    for (const target of targets) expect([target, await reaches(from, target, at)]).toEqual([target, false]);
  });

  test('proxy and directory share no network, and the one of the directory is internal: the engine lets nothing of it out', async () => {
    const networks = async (service: string): Promise<string[]> => {
      const format = '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}';
      return (await succeed('docker', ['inspect', '--format', format, stack.container(service)])).trim().split(' ');
    };
    const ofLdap = await networks('ldap');
    expect(ofLdap).toEqual([stack.container('directory')]);
    for (const service of ['proxy', 'git-ssh']) {
      expect(await networks(service)).toEqual([stack.container('front')]);
    }
    const format = '{{.Internal}}';
    expect((await succeed('docker', ['network', 'inspect', '-f', format, ofLdap[0] ?? ''])).trim()).toBe('true');
  });

  test('loaders have no network at all', async () => {
    for (const service of ['proxy', 'git', 'git-ssh', 'ldap']) {
      const format = '{{.HostConfig.NetworkMode}}';
      const loader = stack.container(`${service}-loader`);
      expect([loader, (await succeed('docker', ['inspect', '-f', format, loader])).trim()]).toEqual([loader, 'none']);
    }
  });

  test('no port but those of the URL, its redirect and SSH leads in', async () => {
    const published = await succeed('docker', [
      ...['ps', '--filter', `label=cdktf-git-topology.environment=${stack.container('').slice(0, -1)}`],
      ...['--format', '{{.Names}} {{.Ports}}'],
    ]);
    const owners = published
      .split('\n')
      .filter((line) => line.includes('->'))
      .map((line) => line.split(' ')[0]?.replace(stack.container(''), ''));
    expect(owners.sort()).toEqual(['git-ssh', 'proxy']);
    expect(published).not.toMatch(/0\.0\.0\.0:|\[::\]:|:::/);
  });
}
