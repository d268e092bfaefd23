import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { ENVIRONMENT_LABEL } from '../../constructs/docker/labels';
import { lines } from './engine-objects';
import { run } from '../setup/run-command';
import { remoteEngine } from '../setup/engine-address';
import { resourcesOf, type SynthesisedStack } from './synth';

interface Port {
  readonly ip: string;
  readonly external: number;
}

/** One sentence for each port of the stack that something else has already, and says what. */
export async function portsInUse(stack: SynthesisedStack, environmentName: string): Promise<string[]> {
  const problems: string[] = [];
  // An engine elsewhere has its own ports; those of this machine are forwarded to it.
  const elsewhere = remoteEngine(process.env) !== undefined;
  for (const { ip, external } of portsOf(stack)) {
    const containers = await containersPublishing(external);
    const own = containers.some((container) => container.environment === environmentName);
    if (own || (elsewhere ? containers.length === 0 : await isFree(ip, external))) continue;
    const owner = containers[0] === undefined ? processListening(external) : `the container ${containers[0].name}`;
    problems.push(
      `${stack.name}: port ${external} of ${ip} is in use by ${owner}; stop it, or set PORT_OFFSET to shift all ports.`,
    );
  }
  return problems;
}

/** What the stack publishes. */
export function portsOf(stack: SynthesisedStack): Port[] {
  return resourcesOf(stack, 'docker_container').flatMap(publishedPorts);
}

function publishedPorts(container: Readonly<Record<string, unknown>>): Port[] {
  return Array.isArray(container['ports']) ? (container['ports'] as Port[]) : [];
}

async function containersPublishing(port: number): Promise<{ name: string; environment: string }[]> {
  const { stdout } = await run('docker', [
    'container',
    'ls',
    '--filter',
    `publish=${port}`,
    '--format',
    `{{.Names}}\t{{.Label "${ENVIRONMENT_LABEL}"}}`,
  ]);
  return lines(stdout).map((line) => {
    const [name = '', environment = ''] = line.split('\t');
    return { name, environment };
  });
}

/** Whether nothing listens there on this machine. */
export function isFree(ip: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      // The engine listens as root; whether this user may does not matter.
      else if (error.code === 'EACCES') resolve(true);
      else
        reject(
          new Error(`BIND_ADDRESS: ${ip} cannot be listened on (${error.message}); write an address of this host.`),
        );
    });
    server.listen({ host: ip, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The process behind a listening socket, from /proc: sockets by inode, then the process that holds the inode. */
export function processListening(port: number): string {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => lines(readFileSync(file, 'utf8')))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === '0A')
    .map((fields) => `socket:[${fields[9] ?? ''}]`);
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const fds = readdirSync(`/proc/${pid}/fd`);
      if (fds.some((fd) => inodes.includes(readlinkSync(`/proc/${pid}/fd/${fd}`)))) {
        return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`;
      }
    } catch {
      // Gone meanwhile, or somebody else's.
    }
  }
  return 'a process that this user may not see';
}
