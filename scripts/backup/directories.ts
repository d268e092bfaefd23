import type { Archive } from './archive-reader';
import type { ArchiveWriter } from './archive-writer';
import type { DataService } from './data-services';
import { dockerStream } from './docker-stream';
import type { DirectoryEntry } from './manifest';
import { megabytes } from './sizes';
import { Workbench } from './workbench';

/** The base DN that a directory's files declare. */
export function declaredBaseDn({ files }: Pick<DataService, 'files'>): string {
  return files.get('base-dn')?.trim() ?? '';
}

/** Puts a directory into the archive as LDIF, of one moment, while it answers. */
export async function backUpDirectory(
  directory: DataService,
  archive: ArchiveWriter,
  progress: (line: string) => void,
): Promise<DirectoryEntry> {
  const name = `directories/${directory.name}.ldif`;
  let entries = 0;
  await dockerStream(`${directory.container}: backup-directory`, ['exec', directory.container, 'backup-directory'], {
    output: (stdout) =>
      archive.add(
        name,
        countingEntries(stdout, (count) => (entries = count)),
        (bytes) => {
          progress(`${directory.name}, ${megabytes(bytes)}`);
        },
      ),
  });
  return { name, service: directory.name, baseDn: declaredBaseDn(directory), entries };
}

/** Passes LDIF on, and tells how many entries have begun. */
export async function* countingEntries(
  ldif: AsyncIterable<Uint8Array>,
  tell: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  const start = Buffer.from('\ndn:');
  let count = 0;
  let end = Buffer.alloc(0);
  for await (const chunk of ldif) {
    const text = Buffer.concat([end, chunk]);
    for (let at = text.indexOf(start); at !== -1; at = text.indexOf(start, at + 1)) count += 1;
    end = text.subarray(Math.max(0, text.length - start.length + 1));
    tell(count);
    yield chunk;
  }
}

/** Puts a directory into its volume, from where its first start loads it. It was checked against schema and base DN then. */
export async function restoreDirectory(directory: DataService, entry: DirectoryEntry, archive: Archive): Promise<void> {
  const bench = await Workbench.open({
    engineName: directory.container,
    image: directory.image,
    user: directory.user,
    volumes: {
      [directory.path]: { volume: directory.volume, isReadOnly: false },
      '/files': { volume: directory.filesVolume, isReadOnly: true },
    },
  });
  try {
    await bench.write(['restore-directory'], archive.read(entry.name));
  } finally {
    await bench.close();
  }
}
