/** An entry as it was found. Attribute names are compared without regard to case. */
export class FoundEntry {
  private readonly attributes: ReadonlyMap<string, readonly string[]>;

  public constructor(
    public readonly dn: string,
    attributes: Readonly<Record<string, readonly string[]>>,
  ) {
    const known = new Map<string, string[]>();
    for (const [description, values] of Object.entries(attributes)) {
      // Active Directory gives many values in ranges: `member;range=0-1499`.
      const name = description.toLowerCase().replace(/;range=.*$/, '');
      known.set(name, [...(known.get(name) ?? []), ...values]);
    }
    this.attributes = known;
    this.partial = new Set(
      Object.keys(attributes).flatMap((description) => {
        const [, name] = /^(.*);range=\d+-\d+$/.exec(description.toLowerCase()) ?? [];
        return name === undefined ? [] : [name];
      }),
    );
  }

  /** Names of attributes that have more values than the server gave. */
  private readonly partial: ReadonlySet<string>;

  public values(attribute: string): readonly string[] {
    return this.attributes.get(attribute.toLowerCase()) ?? [];
  }

  public isPartial(attribute: string): boolean {
    return this.partial.has(attribute.toLowerCase());
  }
}

export interface SearchRequest {
  readonly base: string;
  readonly scope: 'base' | 'sub';
  /** RFC 4515. */
  readonly filter: string;
  readonly attributes: readonly string[];
  /** Where there are more, these many are given, and it is no error. @default - all, in pages where the directory has them */
  readonly atMost?: number;
  /** Deleted entries, too: Active Directory's control. @default false */
  readonly showDeleted?: boolean;
}

export interface Found {
  readonly entries: readonly FoundEntry[];
  /** Other servers that the search would go on at. */
  readonly referrals: number;
}

/** A connection to a directory, over TLS, as the Git server has one. Errors of the server are ldapts's. */
export interface DirectoryReader {
  bind(username: string, password: string): Promise<void>;
  search(request: SearchRequest): Promise<Found>;
}

/** A connection that is yet to be made, in the order that the Quick Test tells of it. Each gives what there is to say. */
export interface Dialler {
  connect(): Promise<string>;
  secure(): Promise<string>;
  readonly reader: DirectoryReader;
  close(): Promise<void>;
}
