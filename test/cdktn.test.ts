import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../stacks/settings';

const folder = mkdtempSync(join(tmpdir(), 'cdktn-'));
afterAll(() => rmSync(folder, { recursive: true }));
const licence = join(folder, 'licence');
writeFileSync(licence, 'a licence');

interface StackJson extends Readonly<Record<string, unknown>> {
  readonly '//': { readonly metadata: { readonly version: string } };
}

/** Synthesises all stacks of main.ts; gives the folder. */
function synth(name: string, ...nodeArguments: readonly string[]): string {
  const outdir = join(folder, name);
  const { status, stderr } = spawnSync(process.execPath, [...nodeArguments, '--import', 'tsx', 'main.ts'], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { ...process.env, CDKTF_OUTDIR: outdir, BITBUCKET_LICENCE_FILE: licence, ENVIRONMENT: '' },
  });
  if (status !== 0) throw new Error(stderr);
  return outdir;
}

function stackOf(outdir: string, name: string): StackJson {
  return JSON.parse(readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8')) as StackJson;
}

/** Without the version of the library, which is in the metadata. */
function withoutVersion({ '//': { metadata }, ...json }: StackJson): unknown {
  return { ...json, metadata: { ...metadata, version: '' } };
}

test('all stacks become the same with cdktn, the fork of cdktf', () => {
  const cdktf = synth('cdktf');
  const cdktn = synth('cdktn', '--require', join(__dirname, 'support/cdktn-alias.js'));
  const stacks = readdirSync(join(cdktf, 'stacks'));
  expect(stacks).toContain('bitbucket');
  expect(readdirSync(join(cdktn, 'stacks'))).toEqual(stacks);
  for (const name of stacks) {
    const [before, after] = [stackOf(cdktf, name), stackOf(cdktn, name)];
    expect([before['//'].metadata.version, after['//'].metadata.version]).toEqual(['0.21.0', '0.24.0']);
    expect(withoutVersion(after)).toEqual(withoutVersion(before));
    const files = (outdir: string): string[] =>
      readdirSync(join(outdir, 'stacks', name), { recursive: true }) as string[];
    expect(files(cdktn).sort()).toEqual(files(cdktf).sort());
  }
});
