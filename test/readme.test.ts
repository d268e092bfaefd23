import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../stacks/settings';

test("the README's example synthesises as it stands, in fifteen statements", () => {
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(example.match(/;$/gm)?.length).toBeLessThanOrEqual(15);
  const outdir = mkdtempSync(join(tmpdir(), 'readme-'));
  const file = join(PROJECT, `readme-example-${process.pid}.ts`);
  try {
    writeFileSync(file, example);
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', file], {
      cwd: PROJECT,
      encoding: 'utf8',
      env: { ...process.env, CDKTF_OUTDIR: outdir },
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(existsSync(join(outdir, 'stacks/git/cdk.tf.json'))).toBe(true);
  } finally {
    rmSync(file);
    rmSync(outdir, { recursive: true });
  }
});
