import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DirectoryOutput } from '../../stacks/directory-outputs';
import { PROJECT } from '../../stacks/settings';
import type { Place } from './relink-lines';
import { declaredSsh, removeSshFiles, writeSshFiles, type SshOutputs } from './ssh-files';
import { writeFile } from './write-file';

/** The outputs of a stack, as main.ts declares them. Of SSH all or none, or the URL alone of a server with keys of its own. */
export interface StackOutputs extends Partial<SshOutputs> {
  readonly environment: string;
  readonly base_url: string;
  readonly clone_url: string;
  readonly ldap_url: string;
  /** undefined where the server is reached directly. */
  readonly proxy_name?: string;
  readonly proxy_port?: number;
  /** Accounts that the licence is for; undefined where nobody counts. */
  readonly licence_limit?: number;
  readonly ca_pem: string;
  readonly users: Readonly<Record<string, string>>;
  readonly ldap: { readonly bind_dn: string; readonly password: string };
  /** Of Bitbucket alone: its first administrator. */
  readonly administrator?: { readonly username: string; readonly password: string };
  /** In order; undefined where the stack was deployed before there was this output. */
  readonly directories?: readonly DirectoryOutput[];
  /** Certificate signing requests, which declare themselves. */
  readonly [request: `${string}_csr_pem`]: string;
}

const OUTPUTS = 'outputs.json';

/** `out/STACK`, or `out/ENVIRONMENT/STACK`. */
export function outFolder(environment: string, stack: string): string {
  return join(PROJECT, 'out', environment, stack);
}

/** Writes what people and programs need after a deploy: addresses, the CA, the accounts, certificate requests. */
export function writeOutFiles(folder: string, outputs: StackOutputs): void {
  mkdirSync(folder, { recursive: true });
  const caFile = join(folder, 'ca.pem');
  const { base_url, clone_url, ldap_url, proxy_name = null, proxy_port = null } = outputs;
  writeFile(caFile, outputs.ca_pem, 0o644);
  const previous = placeBefore(folder, { base_url, ssh_url: outputs.ssh_url ?? null });
  writeFile(
    join(folder, OUTPUTS),
    json({
      base_url,
      clone_url,
      ssh_url: outputs.ssh_url ?? null,
      ldap_url,
      proxy_name,
      proxy_port,
      ca_file: relative(PROJECT, caFile),
      ...(previous === undefined ? {} : { previous }),
    }),
    0o644,
  );
  for (const [name, value] of Object.entries(outputs)) {
    const [, id] = /^(.+)_csr_pem$/.exec(name) ?? [];
    if (id !== undefined) writeFile(join(folder, `${id}.csr`), String(value), 0o644);
  }
  const { users, administrator, ldap } = outputs;
  writeFile(join(folder, 'credentials.json'), json({ users, administrator, ldap }), 0o600);
  removeSshFiles(folder);
  const ssh = declaredSsh(outputs);
  if (ssh !== undefined) writeSshFiles(folder, ssh);
}

interface OutPlace {
  readonly base_url: string;
  readonly ssh_url: string | null;
}

type Written = OutPlace & { readonly previous?: OutPlace };

function readOutputs(folder: string): Written | undefined {
  const file = join(folder, OUTPUTS);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Written) : undefined;
}

/** Where the stack was before it was here: for those who still look for it there. */
function placeBefore(folder: string, { base_url, ssh_url }: OutPlace): OutPlace | undefined {
  const written = readOutputs(folder);
  if (written === undefined || (written.base_url === base_url && written.ssh_url === ssh_url)) return written?.previous;
  return { base_url: written.base_url, ssh_url: written.ssh_url };
}

/** Where the stack was before the last deploy that moved it; undefined where none did. */
export function previousPlace(folder: string): Place | undefined {
  const previous = readOutputs(folder)?.previous;
  return previous === undefined ? undefined : { baseUrl: previous.base_url, sshUrl: previous.ssh_url ?? undefined };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
