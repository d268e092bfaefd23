import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../../stacks/settings';

const folder = mkdtempSync(join(tmpdir(), 'diagram-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('it draws a stack with a licence without one, into the folder that it was called in', () => {
  const args = ['--import', 'tsx', join(PROJECT, 'scripts/diagram.ts'), 'bitbucket', '--out', 'new/bitbucket.mmd'];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, INIT_CWD: folder, PORT_OFFSET: '10000' };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: PROJECT, encoding: 'utf8', env });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const file = join(folder, 'new/bitbucket.mmd');
  expect(stdout).toBe(`${file}\n`);
  expect(readFileSync(file, 'utf8')).toMatch(/^flowchart LR\n[^]*"https 19443"[^]*"sets up"/);
});
