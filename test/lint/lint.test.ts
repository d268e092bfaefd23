import { spawnSync } from 'node:child_process';
import { PROJECT } from '../../stacks/settings';

test('types, eslint and prettier have nothing to say', () => {
  const { status, stdout } = spawnSync('npm', ['run', '--silent', 'lint'], { cwd: PROJECT, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
}, 300_000);
