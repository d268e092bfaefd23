import type { Repository } from './repository';

/**
 * The declared repositories and their grants as a file, which the image's entry point, index page and filter read: a
 * line for each repository and kind of access with path, `read` or `write`, and the groups, separated by tabs. The
 * groups of a `read` line are all that may read, writers included; every repository has one.
 */
export function renderRepositoryList(repositories: readonly Repository[]): string {
  const line = (...fields: readonly string[]): string => `${fields.join('\t')}\n`;
  return repositories
    .map(
      ({ path, readingGroups, writers }) =>
        line(path, 'read', ...readingGroups) + (writers.length > 0 ? line(path, 'write', ...writers) : ''),
    )
    .join('');
}
