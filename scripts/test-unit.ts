import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT } from '../stacks/settings';

/** `npm run test:unit [-- jest's arguments]`: unit and snapshot tests; neither Docker nor Terraform is needed. */
const jest = join(PROJECT, 'node_modules/jest/bin/jest.js');
const { status } = spawnSync(process.execPath, [jest, '--selectProjects', 'unit', ...process.argv.slice(2)], {
  cwd: PROJECT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
