import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Duplex } from 'node:stream';

/**
 * Passes bytes between standard input and output and a TCP connection, and says on standard error where it leads. curl is
 * no choice: its telnet protocol changes bytes of 255. Perl comes with git, and with every Debian.
 */
const PROGRAM = `
use IO::Socket::IP;
my ($host, $port, $seconds) = @ARGV;
my $socket = IO::Socket::IP->new(PeerHost => $host, PeerPort => $port, Type => SOCK_STREAM, $seconds ? (Timeout => $seconds) : ())
  or do { print STDERR "failed $@\\n"; exit 1 };
sub copy {
  my ($from, $to) = @_;
  while (sysread $from, my $bytes, 65536) {
    my $done = 0;
    while ($done < length $bytes) { $done += syswrite($to, $bytes, length($bytes) - $done, $done) or return }
  }
}
syswrite STDERR, 'connected ' . $socket->peerhost . "\\n";
$SIG{CHLD} = sub { wait; exit };
my $receiver = fork;
if (!$receiver) {
  copy($socket, \\*STDOUT);
  exit;
}
$SIG{TERM} = sub { kill TERM => $receiver };
copy(\\*STDIN, $socket);
shutdown $socket, 1;
sleep 5;
kill TERM => $receiver;
sleep 5;
`;

/** A TCP connection made elsewhere. */
export interface Tunnelled {
  readonly stream: Duplex;
  /** The address that the name led to. */
  readonly address: string;
}

/** Where a connection comes from that could not be made; the reason is that of the system over there. */
export class TunnelError extends Error {}

/** How long a container may take to begin, beyond the time for the connection itself. */
const START_MS = 20_000;

/**
 * Connects from inside a container, with its names, networks and routes, whatever machine its engine is on.
 * @param timeoutSeconds 0 for none
 */
export function tunnel(container: string, host: string, port: number, timeoutSeconds: number): Promise<Tunnelled> {
  return tunnelBy(['docker', 'exec', '-i', container], host, port, timeoutSeconds);
}

/** @param runner what runs a program there: a command and its first arguments */
export function tunnelBy(
  runner: readonly [string, ...string[]],
  host: string,
  port: number,
  timeoutSeconds: number,
): Promise<Tunnelled> {
  const [command, ...first] = runner;
  return new Promise((resolve, reject) => {
    const args = [...first, 'perl', '-e', PROGRAM, host, String(port), String(timeoutSeconds)];
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    // What goes wrong later is told by whoever reads and writes.
    stream.on('error', () => undefined);
    const said: string[] = [];
    let isConnected = false;
    const fail = (reason: string): void => {
      clearTimeout(timer);
      child.kill();
      stream.destroy();
      reject(new TunnelError(reason));
    };
    const limit = timeoutSeconds === 0 ? undefined : START_MS + timeoutSeconds * 1000;
    const timer = limit === undefined ? undefined : setTimeout(() => fail('Connection timed out'), limit);
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, address] = /^connected (\S+)$/.exec(line) ?? [];
      if (address === undefined) {
        said.push(line.replace(/^failed /, ''));
        return;
      }
      clearTimeout(timer);
      isConnected = true;
      // A command that waits for its end would keep this process, too.
      stream.on('close', () => child.kill());
      resolve({ stream, address });
    });
    child.on('error', (error) => fail(error.message));
    // After a connection, its end is in the stream, behind what is still to be read.
    child.on('close', (status) => {
      if (!isConnected) fail(said.join(' ') || `it ended with ${status ?? 'a signal'}`);
    });
  });
}
