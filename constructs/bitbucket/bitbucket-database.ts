import { InputError, quoted } from '../errors';

/** Where the database is, and who asks it. */
export interface BitbucketDatabaseProps {
  /** `jdbc:postgresql://host:port/database`, with parameters such as `?sslmode=verify-full`; without an account in it. */
  readonly url: string;
  /** The account that owns the database. */
  readonly user: string;
  /** A reference to a Terraform resource or variable. */
  readonly password: string;
}

/**
 * An external database. Drivers of other products do not come with Bitbucket's image, so PostgreSQL it is.
 * @see https://confluence.atlassian.com/bitbucketserver/connect-bitbucket-to-an-external-database-776640378.html
 */
export class BitbucketDatabase {
  /** PostgreSQL. Refused: URLs of other databases, an account in the URL, an empty user or password. */
  public static postgresql(props: BitbucketDatabaseProps): BitbucketDatabase {
    const where = 'BitbucketDatabase.postgresql';
    const [, server, name] = /^jdbc:postgresql:\/\/([^\s/?#@]+)\/([^\s/?#]+)(?:\?[^\s#]*)?$/.exec(props.url) ?? [];
    if (server === undefined || name === undefined) {
      throw new InputError(
        where,
        `the URL ${quoted(withoutPassword(props.url))}`,
        'write "jdbc:postgresql://db.example.com:5432/bitbucket"; drivers of other databases are not part of the image',
      );
    }
    if (/[?&](user|password)=/i.test(props.url)) {
      throw new InputError(where, 'an account in the URL', 'give user and password as properties');
    }
    for (const what of ['user', 'password'] as const) {
      if (props[what] === '') throw new InputError(where, `no ${what}`, 'give the one of the database');
    }
    return new BitbucketDatabase(props.url, server, name, props.user, props.password);
  }

  /** Class of the JDBC driver, `jdbc.driver`. */
  public readonly driver = 'org.postgresql.Driver';

  private constructor(
    /** `jdbc.url`. */
    public readonly url: string,
    /** Host and port of the URL, as they are written there. */
    public readonly server: string,
    /** Of the database on the server. */
    public readonly name: string,
    /** `jdbc.user`. */
    public readonly user: string,
    /** `jdbc.password`, a reference. */
    public readonly password: string,
  ) {}
}

/** For messages. */
function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//...@').replace(/([?&]password=)[^&]*/gi, '$1...');
}
