import { InputError, quoted } from '../errors';
import { checkedGroupName } from '../ldap/group-name';

/** Whom a repository is for, and how it begins. Refused: neither readers nor writers. */
export interface RepositoryProps {
  /** Groups of the directory that may clone and fetch, beside those that may push. @default - only the writers */
  readonly readers?: readonly string[];
  /** Groups that may push; they may read, too. @default - nobody may push */
  readonly writers?: readonly string[];
  /** Content of a README.md in a first commit on `main`. @default - the repository starts empty */
  readonly readme?: string;
}

/** A declared repository: created when it is missing, never deleted, never overwritten. */
export class Repository {
  /** Groups that may clone and fetch beside the writers, sorted. */
  public readonly readers: readonly string[];
  /** Groups that may push, sorted. */
  public readonly writers: readonly string[];
  /** Content of the README.md that it begins with; undefined where it begins empty. */
  public readonly readme: string | undefined;

  /**
   * @param path without `.git`, one or more segments: `demo/hello` is cloned from `<base URL>/scm/demo/hello.git`. Refused: more
   * than 200 characters, segments of others than letters, digits and `. _ -`, or that end in `.`, `.git` or `.lock`
   */
  public constructor(
    /** Path below `/scm`, without `.git`. */
    public readonly path: string,
    props: RepositoryProps,
  ) {
    const where = `repository ${quoted(path)}`;
    const segment = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
    const segments = path.split('/');
    if (
      path.length > 200 ||
      !segments.every(
        (part) => segment.test(part) && !/\.(git|lock)$/i.test(part) && !part.includes('..') && !part.endsWith('.'),
      )
    ) {
      throw new InputError(
        where,
        'a path that is no repository path',
        'write segments of letters, digits and . _ - such as "demo/hello", each starting with a letter, digit or _, not ending in ".", ".git" or ".lock"',
      );
    }
    this.readers = checkedGroups(where, 'readers', props.readers ?? []);
    this.writers = checkedGroups(where, 'writers', props.writers ?? []);
    if (this.readers.length + this.writers.length === 0) {
      throw new InputError(where, 'neither readers nor writers', 'name at least one group of the directory');
    }
    this.readme = props.readme;
  }

  /** All groups that may read, sorted: a group in `writers` may also read. */
  public get readingGroups(): readonly string[] {
    return [...new Set([...this.readers, ...this.writers])].sort();
  }
}

function checkedGroups(where: string, what: string, groups: readonly string[]): readonly string[] {
  return [...new Set(groups.map((group) => checkedGroupName(`${where} ${what}`, group)))].sort();
}
