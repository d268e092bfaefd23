import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder that downloads and builds are kept in, so that a second run is quick.
 * Made on first use, for its owner only: what lies in it is run later.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  // The XDG specification: an empty or relative value counts as not set.
  const base = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(env.HOME ?? homedir(), '.cache');
  const dir = join(base, 'cdktf-git-topology');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}
