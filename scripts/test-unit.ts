import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT } from '../stacks/settings';
import { needCommands } from './setup/packages';
import { runMain } from './stack/command-line';

/** `npm run test:unit [-- jest's arguments]`: unit and snapshot tests; neither Docker nor Terraform is needed. */
runMain(async () => {
  // An image's program is tested where the tests run.
  await needCommands({ python3: 'python3' });
  const jest = join(PROJECT, 'node_modules/jest/bin/jest.js');
  const { status } = spawnSync(process.execPath, [jest, '--selectProjects', 'unit', ...process.argv.slice(2)], {
    cwd: PROJECT,
    stdio: 'inherit',
  });
  return status ?? 1;
});
