import { checkedPort } from '../proxy/port';

/** The port that every client of SSH takes where none is named (RFC 4251). */
const DEFAULT_PORT = 22;

/** The only user that there is to log in as: the key says which account it is. */
export const SSH_USER = 'git';

/**
 * Where users reach the Git server over SSH: a port beside its URL, which no HTTP proxy ever sees.
 * @see https://confluence.atlassian.com/bitbucketserver/enable-ssh-access-to-git-repositories-776640358.html
 */
export class SshEndpoint {
  /** On a port of the environment's bind address, 1 to 65535; 7999 is what Stash and Bitbucket have. */
  public static on(port: number): SshEndpoint {
    return new SshEndpoint(checkedPort('SshEndpoint.on', port));
  }

  private constructor(
    /** Port that clients connect to. */
    public readonly port: number,
  ) {}

  /** `ssh://git@git.localhost:7999`, without the port where it is 22. */
  public url(host: string): string {
    return `ssh://${SSH_USER}@${this.authority(host)}`;
  }

  /** `git.localhost:7999`, without the port where it is 22. */
  public authority(host: string): string {
    return `${host}${this.port === DEFAULT_PORT ? '' : `:${this.port}`}`;
  }
}
