import { createHash, randomBytes } from 'node:crypto';
import { CommandError, run } from '../setup/run-command';
import type { LoadedFiles } from './expected-files';

/** What there is at one path. */
export interface FoundFile {
  /** `file`, `folder`, or what else it is, in stat's words. */
  readonly kind: string;
  /** Octal. */
  readonly mode: string;
  /** Numbers of user and group, as `10001:10001`. */
  readonly owner: string;
  /** Of a file that the service can read. */
  readonly matches: ((hash: string) => boolean) | undefined;
}

/**
 * Lists what is below the folder, a line each, with a hash of each file's hash and of the line on standard input. So no
 * hash of a password leaves the container that anybody could try passwords out on without that line, which is another
 * random one each time and is told to nobody.
 */
const PROGRAM = `
IFS= read -r salt
cd /files/current/ || exit 1
find . -mindepth 1 -exec stat -c '%a %u:%g %F|%n' {} +
find . -type f | while IFS= read -r file; do
  hash=$(sha256sum <"$file" 2>/dev/null) || continue
  salted=$(printf '%s%s' "$salt" "\${hash%% *}" | sha256sum)
  printf 'hash %s|%s\\n' "\${salted%% *}" "$file"
done
`;

/** What the service itself sees of its files, by path. */
export async function filesInContainer({
  reader,
  volume,
  loaderImage,
  owner,
}: LoadedFiles): Promise<ReadonlyMap<string, FoundFile>> {
  const salt = randomBytes(32).toString('hex');
  const inside = ['sh', '-c', PROGRAM];
  const args =
    reader === undefined
      ? [
          ...['run', '--rm', '--interactive', '--network', 'none', '--read-only', '--cap-drop', 'ALL'],
          ...['--user', `${owner}:${owner}`, '--volume', `${volume}:/files:ro`, loaderImage, ...inside],
        ]
      : ['exec', '--interactive', reader, ...inside];
  try {
    return parseListing((await run('docker', args, { input: `${salt}\n` })).stdout, salt);
  } catch (error) {
    throw error instanceof CommandError ? new Error(`its files cannot be listed: ${error.output.stderr}`) : error;
  }
}

/** Reads what the program printed. A name with a line break in it is one that nobody declared, whatever becomes of it. */
export function parseListing(text: string, salt: string): ReadonlyMap<string, FoundFile> {
  const found = new Map<string, FoundFile>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, mode, owner, kind, path] = /^([0-7]+) (\d+:\d+) ([^|]+)\|(?:\.\/)?(.*)$/.exec(line) ?? [];
    const [, hash, hashed] = /^hash ([0-9a-f]{64})\|(?:\.\/)?(.*)$/.exec(line) ?? [];
    if (hash !== undefined && hashed !== undefined) {
      const file = found.get(hashed);
      if (file !== undefined) found.set(hashed, { ...file, matches: (wanted) => hash === salted(wanted, salt) });
    } else if (mode !== undefined && owner !== undefined && kind !== undefined && path !== undefined) {
      found.set(path, { kind: kindOf(kind), mode, owner, matches: undefined });
    } else {
      found.set(line, { kind: 'part of an unusual name', mode: '', owner: '', matches: undefined });
    }
  }
  return found;
}

function kindOf(word: string): string {
  if (word === 'directory') return 'folder';
  return /^regular (empty )?file$/.test(word) ? 'file' : word;
}

function salted(hash: string, salt: string): string {
  return createHash('sha256').update(`${salt}${hash}`).digest('hex');
}
