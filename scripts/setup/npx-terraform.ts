import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from './offline-modules';

const MARK = '# Written by set-up (scripts/setup/npx-terraform.ts).';

/**
 * Lets `npx cdktf` find a binary that PATH does not have as `terraform`: npx puts node_modules/.bin on PATH. Without a
 * binary it takes that entry away again.
 */
export function putTerraformOnNpxPath(
  binary: string | undefined,
  folder = join(PROJECT_ROOT, 'node_modules', '.bin'),
): void {
  const file = join(folder, 'terraform');
  const found = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const wanted = binary === undefined ? undefined : wrapper(binary);
  if (found === wanted) return;
  if (wanted === undefined) {
    if (found?.includes(MARK)) rmSync(file);
    return;
  }
  const unfinished = `${file}.${process.pid}.tmp`;
  writeFileSync(unfinished, wanted, { mode: 0o755 });
  renameSync(unfinished, file);
}

// A link would do but for two things that cdktf cannot know:
// - OpenTofu warns on stdout of a configuration file that is not there, where cdktf reads JSON;
// - `providers lock`, which cdktf runs where the lock names another registry than its own, asks the registry even with
//   a mirror (linkMirror), and `init` has locked what the mirror holds.
function wrapper(binary: string): string {
  return `#!/bin/sh
${MARK}
if [ -n "$TF_CLI_CONFIG_FILE" ] && [ ! -e "$TF_CLI_CONFIG_FILE" ]; then unset TF_CLI_CONFIG_FILE; fi
if [ "$1 $2" = 'providers lock' ] && [ -L terraform.d/plugins ]; then exit 0; fi
exec '${binary.replaceAll("'", `'\\''`)}' "$@"
`;
}
