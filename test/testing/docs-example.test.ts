import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../stacks/settings';
import { testingExample } from '../support/docs-example';

/** Where a test of a user's own would be; modules and transforms are those of this repository. */
const folder = mkdtempSync(join(tmpdir(), 'docs-example-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the example of docs/testing.md passes as it stands', () => {
  writeFileSync(join(folder, 'topology.test.ts'), testingExample());
  const config = {
    rootDir: folder,
    roots: [folder],
    modulePaths: [join(PROJECT, 'node_modules')],
    moduleNameMapper: {
      '^cdktf-git-topology$': join(PROJECT, 'constructs/index.ts'),
      '^cdktf-git-topology/testing$': join(PROJECT, 'constructs/testing/index.ts'),
    },
    transform: {
      '^.+\\.ts$': [
        join(PROJECT, 'node_modules/@swc/jest'),
        { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } },
      ],
    },
  };
  const jest = join(PROJECT, 'node_modules/jest/bin/jest.js');
  const args = [jest, '--config', JSON.stringify(config), '--ci=false', '--maxWorkers=1'];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect(stderr).toMatch(/Tests: +5 passed, 5 total/);
  expect(status).toBe(0);
});
