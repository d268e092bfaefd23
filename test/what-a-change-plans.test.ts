import { App } from 'cdktf';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitTopologyProps } from '../constructs/topology';
import { CONTEXT, declareStacks } from '../main';
import { readSettings } from '../stacks/settings';
import { changedTopology, CHANGES, KEPT } from './support/changed-topology';
import { Synthesised, testStack } from './support/synth';

type Kept = Record<string, unknown>;

/** Addresses and arguments of what no change may replace; `lifecycle` is of Terraform, not of the resource. */
function kept(change: (scope: ReturnType<typeof testStack>) => Partial<GitTopologyProps>): Kept {
  const stack = testStack();
  changedTopology(stack, { name: 'changes' }, (index) => 9000 + index, change(stack));
  const json = JSON.parse(new Synthesised(stack).text) as { resource: Record<string, Record<string, Kept>> };
  return Object.fromEntries(
    Object.entries(KEPT).flatMap(([type, pattern]) =>
      Object.entries(json.resource[type] ?? {})
        .filter(([id]) => pattern.test(id))
        .map(([id, args]) => [`${type}.${id}`, { ...args, lifecycle: undefined }] as const),
    ),
  );
}

const before = kept(() => ({}));

test('what is compared has volumes, passwords, the key of the authority and host keys', () => {
  const addresses = Object.keys(before).join('\n');
  for (const part of [
    'docker_volume.topology_environment_git_data',
    'docker_volume.topology_environment_ldap_data',
    'random_password.topology_environment_ldap_service-account',
    'random_password.accounts_writer',
    'tls_private_key.topology_environment_ca_key',
    'tls_private_key.topology_environment_git_ssh_host-key-ed25519',
    'tls_private_key.topology_environment_git_ssh_host-key-ecdsa',
  ]) {
    expect(addresses).toContain(part);
  }
});

test.each(Object.entries(CHANGES))('a change of %s replaces none of them, and takes none away', (_what, change) => {
  expect(kept(change)).toEqual(before);
});

test('the comparison sees what would replace one: another name of the environment does', () => {
  expect(kept(() => ({ name: 'another' }))).not.toEqual(before);
});

test('a time to live is nothing that Terraform knows of', () => {
  const synthesised = (variables: Record<string, string>): string[] => {
    const outdir = mkdtempSync(join(tmpdir(), 'changes-'));
    const app = new App({ outdir, context: CONTEXT });
    const stacks = declareStacks(app, readSettings(variables));
    app.synth();
    const texts = stacks.map(({ workingDirectory }) => readFileSync(join(workingDirectory, 'cdk.tf.json'), 'utf8'));
    rmSync(outdir, { recursive: true });
    return texts.map((text) => text.replaceAll(outdir.slice(outdir.lastIndexOf('/')), ''));
  };
  expect(synthesised({ TTL: '4h' })).toEqual(synthesised({}));
});
