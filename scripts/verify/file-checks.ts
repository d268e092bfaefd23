import { posix } from 'node:path';
import type { State } from '../stack/state';
import type { Check } from './check';
import { loadedFiles, type ExpectedFile, type LoadedFiles } from './expected-files';
import { filesInContainer, type FoundFile } from './files-in-container';

/** Loaders make folders for root, so that no service changes what is in them. */
const FOLDER = { mode: '755', owner: '0:0' } as const;

/**
 * The files of each service, as it sees them, against those that were deployed: content, mode, owner. Terraform never reads
 * them back. What programs make of them in memory, and the content of key stores, is left out.
 */
export function fileChecks(state: State): Check[] {
  return loadedFiles(state).map((loaded) => ({
    title: `the ${loaded.files.length} files of ${loaded.reader ?? loaded.loader.replace(/-loader$/, '')} are as they were deployed`,
    run: async () => {
      const problems = fileProblems(loaded, await filesInContainer(loaded));
      if (problems.length === 0) return;
      throw new Error(`${problems.join('; ')}. docker rm ${loaded.loader}, and the next deploy writes them anew`);
    },
  }));
}

/** A clause for each file that is not as it must be. */
export function fileProblems({ files, owner }: LoadedFiles, found: ReadonlyMap<string, FoundFile>): string[] {
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  const added = [...found.keys()].filter((path) => !folders.has(path) && !files.some((file) => file.path === path));
  return [
    ...files.flatMap((file) => problemsOf(file, `${owner}:${owner}`, found.get(file.path))),
    ...[...folders].flatMap((path) => rightsProblems(path, FOLDER.mode, FOLDER.owner, found.get(path))),
    ...added.map((path) => `${path} was added`),
  ];
}

function problemsOf({ path, mode, hash }: ExpectedFile, owner: string, found: FoundFile | undefined): string[] {
  if (found === undefined) return [`${path} is missing`];
  if (found.kind !== 'file') return [`${path} is a ${found.kind}`];
  return [...rightsProblems(path, mode, owner, found), ...contentProblems(path, hash, found)];
}

function contentProblems(path: string, hash: string | undefined, { matches }: FoundFile): string[] {
  if (matches === undefined) return [`${path} cannot be read by the service`];
  return hash === undefined || matches(hash) ? [] : [`${path} has another content`];
}

function rightsProblems(path: string, mode: string, owner: string, found: FoundFile | undefined): string[] {
  if (found === undefined) return [];
  return [
    ...(found.mode === mode ? [] : [`${path} has mode ${found.mode} instead of ${mode}`]),
    ...(found.owner === owner ? [] : [`${path} belongs to ${found.owner} instead of ${owner}`]),
  ];
}

function foldersOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}
