import { InputError, quoted } from '../errors';

/** The newest of the long-term support line 9.4 that was public in November 2026. */
const DEFAULT = '9.4.16';
/** Before 5.0 Tomcat was told by server.xml: LegacyStash. */
const LEAST_MAJOR = 5;

/** A version of Bitbucket as its images are tagged, and what depends on it. */
export class BitbucketVersion {
  public static checked(where: string, text = DEFAULT): BitbucketVersion {
    const [, major = ''] = /^(\d+)\.\d+\.\d+(-[a-z0-9-]+)?$/.exec(text) ?? [];
    if (major === '') {
      throw new InputError(
        where,
        `the version ${quoted(text)}`,
        `write a whole version such as "${DEFAULT}": what is rendered depends on it, and an upgrade is to be chosen`,
      );
    }
    if (Number(major) < LEAST_MAJOR) {
      throw new InputError(where, `the version ${quoted(text)}`, 'use LegacyStash for what is older than 5.0');
    }
    return new BitbucketVersion(text, Number(major));
  }

  private constructor(
    /** Of the image: `9.4.16` or `9.4.16-ubi9-jdk17`. */
    public readonly tag: string,
    private readonly major: number,
  ) {}

  /** Whether it comes with a search server of its own, which 10.0 no longer does. */
  public get hasBundledSearch(): boolean {
    return this.major < 10;
  }

  /** Whether Git runs in a Java process of its own, the Mesh sidecar, which 8.0 brought. */
  public get hasSidecar(): boolean {
    return this.major >= 8;
  }

  /** Whether programs may log in with a password in each request: from 10.0 on that is off unless allowed. */
  public get hasBasicAuthentication(): boolean {
    return this.major < 10;
  }
}
