import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BitbucketServer } from '../constructs/bitbucket/bitbucket-server';
import type { Environment } from '../constructs/environment';
import { Access } from '../constructs/git/access';
import { SshEndpoint } from '../constructs/git/ssh-endpoint';
import { TomcatGitServer } from '../constructs/git/tomcat-git-server';
import { Ldif } from '../constructs/ldap/ldif';
import { OpenLdapServer } from '../constructs/ldap/open-ldap-server';
import { PublicUrl } from '../constructs/proxy/public-url';
import { Certificate } from '../constructs/tls/certificate';
import { CertificateAuthority } from '../constructs/tls/certificate-authority';
import {
  isDeclaredProtected,
  isDeployedProtected,
  refuseDestroying,
  refuseUnprotecting,
  unprotect,
} from '../scripts/stack/protected';
import { parseState } from '../scripts/stack/state';
import { synth, type Synthesised } from './support/synth';

const KINDS = [
  'docker_container',
  'docker_network',
  'docker_volume',
  'random_id',
  'random_password',
  'tls_private_key',
];

/** Everything that a deployment can have of volumes, keys and passwords. */
function everything(env: Environment): void {
  const ca = new CertificateAuthority(env, 'ca', { intermediate: true });
  const hosts = ['git.example.com'];
  const ldap = new OpenLdapServer(env, 'ldap', {
    baseDn: 'dc=example,dc=com',
    certificate: ca.issue('ldap', { hosts: ['ldap'] }),
    seed: Ldif.parse(''),
    additionalUserDn: '',
    additionalGroupDn: '',
    replication: {},
  });
  const directories = [ldap.directory()];
  const http = (port: number): Access => Access.direct(PublicUrl.http('git.example.com', { port }));
  new TomcatGitServer(env, 'git', { access: http(7990), directories, ssh: SshEndpoint.on(7999) });
  const selfSigned = Certificate.selfSigned(env, 'own', { hosts });
  Certificate.request(env, 'requested', { hosts });
  new BitbucketServer(env, 'bitbucket', {
    access: Access.direct(PublicUrl.https('git.example.com', { port: 7443 }), selfSigned),
    directories,
    licence: 'licence',
    administrator: { emailAddress: 'a@example.com' },
  });
}

function protectedOf(stack: Synthesised): string[] {
  return KINDS.flatMap((kind) =>
    Object.entries(stack.all(kind)).flatMap(([path, { lifecycle }]) =>
      (lifecycle as { prevent_destroy?: boolean } | undefined)?.prevent_destroy === true ? [`${kind} ${path}`] : [],
    ),
  ).sort();
}

test('protectData keeps data from being destroyed, and what cannot be made again', () => {
  expect(protectedOf(synth(everything, { protectData: true }))).toEqual([
    'docker_volume env/bitbucket/home',
    'docker_volume env/bitbucket/provisioner/state',
    'docker_volume env/git/data',
    'docker_volume env/ldap/data',
    'random_password env/bitbucket/administrator',
    'tls_private_key env/ca/key',
    'tls_private_key env/git/ssh/host-key-ecdsa',
    'tls_private_key env/git/ssh/host-key-ed25519',
    'tls_private_key env/own/key',
    'tls_private_key env/requested/key',
  ]);
});

test('it is off by default, and nothing else differs', () => {
  const without = synth(everything);
  expect(protectedOf(without)).toEqual([]);
  const text = ({ text }: Synthesised): unknown =>
    JSON.parse(text.replaceAll(/,?\s*"lifecycle": \{\s*"prevent_destroy": true\s*\}/g, ''));
  const withIt = synth(everything, { protectData: true });
  expect(withIt.text).not.toBe(without.text);
  expect(text(withIt)).toEqual(text(without));
});

describe('commands', () => {
  const lifecycle = { prevent_destroy: true, create_before_destroy: true };
  const resources = { docker_volume: { data: { name: 'e-data', lifecycle }, files: { name: 'e-files' } } };

  test('know it from what is declared, and from what was deployed', () => {
    expect(isDeclaredProtected({ resources })).toBe(true);
    expect(isDeclaredProtected({ resources: { docker_volume: { files: { name: 'e-files' } } } })).toBe(false);
    expect(isDeployedProtected(parseState('{"outputs":{"protect_data":{"value":true}}}'))).toBe(true);
    expect(isDeployedProtected(parseState('{"outputs":{}}'))).toBe(false);
    expect(isDeployedProtected(parseState(''))).toBe(false);
  });

  test('take it out of what Terraform reads, and leave everything else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'protection-'));
    const file = join(folder, 'cdk.tf.json');
    writeFileSync(file, JSON.stringify({ output: { x: 1 }, resource: resources }));
    unprotect({ folder });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      output: { x: 1 },
      resource: {
        docker_volume: {
          data: { name: 'e-data', lifecycle: { create_before_destroy: true } },
          files: { name: 'e-files' },
        },
      },
    });
    rmSync(folder, { recursive: true });
  });

  test('say in one sentence what to do', () => {
    expect(refuseDestroying('https-proxy')).toContain('npm run down -- --delete-data https-proxy');
    expect(refuseUnprotecting('https-proxy')).toContain('PROTECT_DATA=0 to end that');
  });
});
