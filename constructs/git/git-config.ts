/** Sections of a configuration file of Git: names and values that need no quotes. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  init: { defaultBranch: 'main' },
  // HTTPS runs none, so SSH runs none: what a push sets off must not depend on the way in.
  core: { hooksPath: '/dev/null' },
  // Partial clones: git clone --filter=blob:none. Their later requests name single objects, whatever the branch.
  uploadpack: { allowFilter: 'true', allowAnySHA1InWant: 'true' },
  receive: { fsckObjects: 'true' },
};

/**
 * The configuration of git and JGit, over all repositories and both ways in.
 * @see https://git-scm.com/docs/git-config
 */
export function renderGitConfig(): string {
  return Object.entries(SETTINGS)
    .map(([section, values]) => `[${section}]\n${lines(values)}`)
    .join('');
}

function lines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `\t${name} = ${value}\n`)
    .join('');
}
