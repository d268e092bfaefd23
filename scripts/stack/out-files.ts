import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PROJECT } from '../../stacks/settings';
import { removeSshFiles, writeSshFiles, type SshOutputs } from './ssh-files';
import { writeFile } from './write-file';

/** The outputs of a stack, as main.ts declares them; those of SSH all or none. */
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
  /** Certificate signing requests, which declare themselves. */
  readonly [request: `${string}_csr_pem`]: string;
}

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
  writeFile(
    join(folder, 'outputs.json'),
    json({
      base_url,
      clone_url,
      ssh_url: outputs.ssh_url ?? null,
      ldap_url,
      proxy_name,
      proxy_port,
      ca_file: relative(PROJECT, caFile),
    }),
    0o644,
  );
  for (const [name, value] of Object.entries(outputs)) {
    const [, id] = /^(.+)_csr_pem$/.exec(name) ?? [];
    if (id !== undefined) writeFile(join(folder, `${id}.csr`), String(value), 0o644);
  }
  writeFile(join(folder, 'credentials.json'), json({ users: outputs.users, ldap: outputs.ldap }), 0o600);
  removeSshFiles(folder);
  if (outputs.ssh_url !== undefined) writeSshFiles(folder, outputs as StackOutputs & SshOutputs);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
