import type { Archive } from './archive-reader';
import type { ArchiveWriter } from './archive-writer';
import type { DataService } from './data-services';
import { textOf } from './docker-stream';
import { checkedPath, repositoryParts, type RepositoryEntry } from './manifest';
import { megabytes } from './sizes';
import { Workbench } from './workbench';

const BACKUP = '/opt/git-server/backup-repositories';
const RESTORE = '/opt/git-server/restore-repositories';

/** Paths of the repositories that a Git server's list declares. */
export function declaredRepositories({ files }: Pick<DataService, 'files'>): string[] {
  const list = files.get('repositories.tsv') ?? '';
  return list.split('\n').flatMap((line) => /^([^\t]+)\tread\t/.exec(line)?.[1] ?? []);
}

/**
 * Puts all repositories of a server's volume into the archive, those that are declared no more among them, while the server
 * works: what was pushed before is in it, and what is pushed meanwhile may be.
 * @param first number of the first repository in the archive
 */
export async function backUpRepositories(
  server: DataService,
  image: string,
  archive: ArchiveWriter,
  first: number,
  progress: (line: string) => void,
): Promise<RepositoryEntry[]> {
  const bench = await Workbench.open({
    engineName: server.container,
    image,
    user: server.user,
    volumes: { [server.path]: { volume: server.volume, isReadOnly: true } },
  });
  try {
    const paths = await listed(bench, server);
    const entries: RepositoryEntry[] = [];
    for (const [index, path] of paths.entries()) {
      progress(`${path} (${index + 1} of ${paths.length})`);
      entries.push(
        await backUp(bench, { name: `repositories/${first + index}`, service: server.name, path }, archive, (bytes) => {
          progress(`${path} (${index + 1} of ${paths.length}), ${megabytes(bytes)}`);
        }),
      );
    }
    return entries;
  } finally {
    await bench.close();
  }
}

async function listed(bench: Workbench, server: DataService): Promise<string[]> {
  const lines = (await bench.ask(BACKUP, 'list')).split('\n').filter((line) => line !== '');
  const paths = lines.map((line) => checkedPath(`volume ${server.volume}`, line.replace(/\.git$/, '')));
  // For example one that is a link: what people clone must be in the backup.
  const missing = declaredRepositories(server).find((path) => !paths.includes(path));
  if (missing !== undefined) {
    throw new Error(
      `volume ${server.volume}: ${missing}.git is declared and is no folder in it; mend that, or deploy without it`,
    );
  }
  return paths;
}

async function backUp(
  bench: Workbench,
  entry: Omit<RepositoryEntry, 'refs'>,
  archive: ArchiveWriter,
  progress: (bytes: number) => void,
): Promise<RepositoryEntry> {
  const { path } = entry;
  const refs = await bench.ask(BACKUP, 'snapshot', path);
  const whole = { ...entry, refs: refs.split('\n').length - 1 };
  const parts = repositoryParts(whole);
  await archive.addText(parts.refs, refs);
  await bench.read([BACKUP, 'files', path], (stdout) => archive.add(parts.files, stdout));
  const { bundle } = parts;
  if (bundle !== undefined) {
    await bench.read([BACKUP, 'bundle'], (stdout) => archive.add(bundle, stdout, progress));
  }
  return whole;
}

/** Puts a server's repositories into its volume, which is empty, and compares the refs. No server uses it yet. */
export async function restoreRepositories(
  server: DataService,
  archive: Archive,
  progress: (line: string) => void,
): Promise<void> {
  const entries = archive.manifest.repositories.filter(({ service }) => service === server.name);
  const bench = await Workbench.open({
    engineName: server.container,
    image: server.image,
    user: server.user,
    volumes: { [server.path]: { volume: server.volume, isReadOnly: false } },
  });
  try {
    await bench.ask(RESTORE, 'begin');
    for (const [index, entry] of entries.entries()) {
      progress(`${entry.path} (${index + 1} of ${entries.length})`);
      await restore(bench, entry, archive);
    }
    await bench.ask(RESTORE, 'end');
  } finally {
    await bench.close();
  }
}

async function restore(bench: Workbench, entry: RepositoryEntry, archive: Archive): Promise<void> {
  const parts = repositoryParts(entry);
  await bench.write([RESTORE, 'files', entry.path], archive.read(parts.files));
  if (parts.bundle === undefined) return;
  await bench.write([RESTORE, 'bundle', entry.path], archive.read(parts.bundle));
  const wanted = await textOf(archive.read(parts.refs));
  const found = await bench.write([RESTORE, 'refs', entry.path], archive.read(parts.refs));
  if (found !== wanted) throw new Error(`${entry.path}: its refs are not those of the backup`);
}
