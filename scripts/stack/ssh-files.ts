import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { writeFile } from './write-file';

/** What a stack with SSH says about it. */
export interface SshOutputs {
  /** `ssh://git@host:port`, the port left out where it is 22. */
  readonly ssh_url: string;
  /** Address that the port is published on. */
  readonly ssh_bind_address: string;
  /** `<type> <base64>`, each. */
  readonly ssh_host_keys: readonly string[];
  /** Account to private key. */
  readonly ssh_keys: Readonly<Record<string, string>>;
}

/** All of it, where host keys and keys of accounts are declared; not of a server that makes its own. */
export function declaredSsh(outputs: Partial<SshOutputs>): SshOutputs | undefined {
  const { ssh_url, ssh_bind_address, ssh_host_keys, ssh_keys } = outputs;
  const isDeclared =
    ssh_url !== undefined && ssh_bind_address !== undefined && ssh_host_keys !== undefined && ssh_keys !== undefined;
  return isDeclared ? { ssh_url, ssh_bind_address, ssh_host_keys, ssh_keys } : undefined;
}

/** Writes `ssh/<account>`, `known_hosts` and an `ssh_config` that makes the host name lead to this machine. */
export function writeSshFiles(folder: string, outputs: SshOutputs): void {
  const keys = join(folder, 'ssh');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  // What the umask left of the mode.
  chmodSync(keys, 0o700);
  for (const [account, key] of Object.entries(outputs.ssh_keys)) writeFile(join(keys, account), key, 0o600);
  writeFile(join(folder, 'known_hosts'), knownHosts(outputs), 0o644);
  writeFile(join(folder, 'ssh_config'), sshConfig(folder, outputs), 0o644);
}

/** Of a deploy before, which may have had other accounts, or SSH that there is no more. */
export function removeSshFiles(folder: string): void {
  for (const name of ['ssh', 'known_hosts', 'ssh_config']) rmSync(join(folder, name), { recursive: true, force: true });
}

/** The name of the host in known_hosts: with a port that is not 22, both in one word. */
export function knownName(url: URL): string {
  return url.port === '' ? url.hostname : `[${url.hostname}]:${url.port}`;
}

/** The port of a URL of SSH, which leaves 22 out. */
export function sshPort(url: URL): string {
  return url.port === '' ? '22' : url.port;
}

function knownHosts(outputs: SshOutputs): string {
  const name = knownName(new URL(outputs.ssh_url));
  return outputs.ssh_host_keys.map((key) => `${name} ${key}\n`).join('');
}

/** @see https://man.openbsd.org/ssh_config */
function sshConfig(folder: string, outputs: SshOutputs): string {
  const url = new URL(outputs.ssh_url);
  const settings: readonly (readonly [string, string])[] = [
    ['HostName', reachable(outputs.ssh_bind_address)],
    ['Port', sshPort(url)],
    ['User', url.username],
    ['HostKeyAlias', knownName(url)],
    ['UserKnownHostsFile', `"${join(folder, 'known_hosts')}"`],
    ['GlobalKnownHostsFile', 'none'],
    ['StrictHostKeyChecking', 'yes'],
    ['UpdateHostKeys', 'no'],
    ['IdentitiesOnly', 'yes'],
    ['PreferredAuthentications', 'publickey'],
  ];
  return `Host ${url.hostname}\n${settings.map(([name, value]) => `  ${name} ${value}\n`).join('')}`;
}

/** An address that this machine can connect to: 0.0.0.0 and :: stand for all it has. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return isIPv6(address) && /^[0:]+$/.test(address) ? '::1' : address;
}

/** What git runs for SSH, for one account: for GIT_SSH_COMMAND, which a shell reads. */
export function gitSshCommand(folder: string, account: string): string {
  const word = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
  return `ssh -F ${word(join(folder, 'ssh_config'))} -i ${word(join(folder, 'ssh', account))}`;
}
