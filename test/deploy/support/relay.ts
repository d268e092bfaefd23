import { succeed } from './command';

/** Passes each connection on as it is: perl is in every Debian image. */
const PROGRAM = `
use IO::Socket::INET;
my ($port, $host, $to) = @ARGV;
my $server = IO::Socket::INET->new(LocalPort => $port, Listen => 50, ReuseAddr => 1) or die;
$SIG{CHLD} = 'IGNORE';
$SIG{TERM} = sub { exit 0 };
while (my $in = $server->accept) {
  next if fork;
  my $out = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $to) or exit 1;
  my ($from, $into) = fork ? ($in, $out) : ($out, $in);
  while (sysread($from, my $bytes, 65536)) { syswrite($into, $bytes) }
  shutdown($into, 1);
  exit 0;
}`;

export interface RelayOptions {
  /** Name of the container. */
  readonly name: string;
  readonly image: string;
  /** Network on the engine, and the name that the relay has there. */
  readonly network: string;
  readonly alias: string;
  readonly port: number;
  /** Address and port that connections are passed on to. */
  readonly to: readonly [string, number];
  /** Name of the environment that it is removed with. */
  readonly environment: string;
}

/** A container that has a name on a network, and passes connections on to a server of the test. */
export async function startRelay(options: RelayOptions): Promise<void> {
  const { name, image, network, alias, port, to, environment } = options;
  await succeed('docker', [
    'run',
    '--detach',
    '--name',
    name,
    '--label',
    `cdktf-git-topology.environment=${environment}`,
    '--network',
    network,
    '--network-alias',
    alias,
    image,
    'perl',
    '-e',
    PROGRAM,
    String(port),
    to[0],
    String(to[1]),
  ]);
}
