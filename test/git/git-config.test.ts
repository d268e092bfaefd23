import { renderGitConfig } from '../../constructs/git/git-config';

test('the configuration of git', () => {
  expect(renderGitConfig()).toContain('[receive]\n\tfsckObjects = true\n');
  expect(renderGitConfig()).toContain('[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n');
  expect(renderGitConfig()).toContain('hooksPath = /dev/null');
});
