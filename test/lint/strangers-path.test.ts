import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyCheckout } from '../deploy/support/checkout';
import { applyReadmeEdits } from '../docs/readme-edits';

type Resource = Readonly<Record<string, unknown>>;
interface Json {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}

const checkout = copyCheckout();
afterAll(() => rmSync(checkout, { recursive: true }));

/** What `main.ts` of the checkout makes of the stack that README changes. */
function synthesised(outdir: string): Json {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'main.ts'], {
    cwd: checkout,
    encoding: 'utf8',
    env: { ...process.env, ENVIRONMENT: '', CDKTF_OUTDIR: outdir },
  });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(readFileSync(join(checkout, outdir, 'stacks/https-proxy/cdk.tf.json'), 'utf8')) as Json;
}

/** `docker_container.topology_environment_proxy_container` and so on, without hashes. */
function changed(before: Json, after: Json): string[] {
  const types = new Set([...Object.keys(before.resource), ...Object.keys(after.resource)]);
  return [...types].flatMap((type) => {
    const [one, two] = [before.resource[type] ?? {}, after.resource[type] ?? {}];
    return [...new Set([...Object.keys(one), ...Object.keys(two)])]
      .filter((id) => JSON.stringify(one[id]) !== JSON.stringify(two[id]))
      .map((id) => `${type} ${id.replace(/_[0-9A-F]{8}$/, '')}`);
  });
}

function file({ resource }: Json, loader: RegExp, name: string): string {
  const [, container = {}] = Object.entries(resource['docker_container'] ?? {}).find(([id]) => loader.test(id)) ?? [];
  const uploads = (container['upload'] ?? []) as readonly { readonly file: string; readonly content: string }[];
  return uploads.find((upload) => upload.file.endsWith(name))?.content ?? '';
}

test("README's changes are taken: nginx for Apache, a repository, a group; data, keys and passwords stay", () => {
  const before = synthesised('before');
  applyReadmeEdits(checkout);
  const after = synthesised('after');
  expect(changed(before, after).sort()).toEqual([
    'docker_container topology_environment_git_files_loader',
    'docker_container topology_environment_ldap_files_loader',
    'docker_container topology_environment_proxy_container',
    'docker_container topology_environment_proxy_files_loader',
    'docker_image topology_environment_proxy_image',
    // By which Terraform replaces the container of the Git server.
    'random_id topology_environment_git_files_revision',
  ]);
  expect(file(after, /proxy_files_loader/, 'nginx.conf')).toContain('server_name git.localhost;');
  expect(file(after, /git_files_loader/, 'repositories.tsv')).toContain('team/app');
  expect(JSON.stringify(after.resource['docker_container'])).toContain('cn=team,ou=groups,dc=example,dc=com');
});
