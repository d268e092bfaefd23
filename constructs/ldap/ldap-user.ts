import { InputError, quoted } from '../errors';
import { checkedIa5, checkedLine, checkedNumber } from './person-text';

/** What a user is made of. Refused: empty texts and control characters. */
export interface LdapUserProps {
  /** What the user logs in with (`uid`). Upper and lower case are the same. */
  readonly name: string;
  /** `givenName`. */
  readonly firstName: string;
  /** `sn`. */
  readonly lastName: string;
  /** `mail`. */
  readonly email: string;
  /** `displayName`, and `cn`. @default - first and last name */
  readonly displayName?: string;
  /**
   * Set again at every start of the server. A reference or plain text.
   * @default - none: nobody logs in until somebody sets one
   */
  readonly password?: string;
  /** Public keys of SSH, set again at every start of the server. References, or lines of .pub files. @default - none */
  readonly sshPublicKeys?: string | readonly string[];
  /**
   * Number of the user (RFC 2307), from 1 to 4294967293: makes the user a posixAccount; needed where groups are posixGroups.
   * @default - no posixAccount
   */
  readonly uidNumber?: number;
  /** Number of the user's primary group; goes with `uidNumber`. @default - no posixAccount */
  readonly gidNumber?: number;
  /** An absolute path; goes with `uidNumber`, because the class asks for one. @default "/home/<name>" */
  readonly homeDirectory?: string;
}

/** The numbers and paths of a posixAccount (RFC 2307). */
export interface PosixAccount {
  /** Number of the user. */
  readonly uidNumber: number;
  /** Number of the user's primary group. */
  readonly gidNumber: number;
  /** Absolute path. */
  readonly homeDirectory: string;
}

/**
 * A person with an account in an OpenLdapServer (`inetOrgPerson`, RFC 2798).
 * @see https://www.rfc-editor.org/rfc/rfc2798
 */
export class LdapUser {
  /** `uid`. */
  public readonly name: string;
  /** `givenName`. */
  public readonly firstName: string;
  /** `sn`. */
  public readonly lastName: string;
  /** `mail`. */
  public readonly email: string;
  /** `displayName`, and `cn`. */
  public readonly displayName: string;
  /** Set at every start, a reference or plain text; undefined where it is not. */
  public readonly password: string | undefined;
  /** Keys that are set at every start; undefined where none are. */
  public readonly sshPublicKeys: string | readonly string[] | undefined;
  /** undefined for a user that is no posixAccount. */
  public readonly posix: PosixAccount | undefined;

  public constructor(props: LdapUserProps) {
    const where = `LDAP user ${quoted(props.name)}`;
    this.name = checkedLine(where, 'name', props.name);
    this.firstName = checkedLine(where, 'firstName', props.firstName);
    this.lastName = checkedLine(where, 'lastName', props.lastName);
    this.email = checkedIa5(where, 'email', props.email);
    if (!/^[^@\s]+@[^@\s]+$/.test(this.email)) {
      throw new InputError(where, `email ${quoted(props.email)}`, 'write an address such as "ann@example.com"');
    }
    this.displayName = checkedLine(where, 'displayName', props.displayName ?? `${this.firstName} ${this.lastName}`);
    this.password = props.password;
    this.sshPublicKeys = props.sshPublicKeys;
    this.posix = posixAccount(where, props);
  }
}

function posixAccount(where: string, props: LdapUserProps): PosixAccount | undefined {
  const { uidNumber, gidNumber, homeDirectory } = props;
  if (uidNumber === undefined && gidNumber === undefined && homeDirectory === undefined) return undefined;
  if (uidNumber === undefined || gidNumber === undefined) {
    throw new InputError(
      where,
      `${uidNumber === undefined ? 'no uidNumber' : 'no gidNumber'} with other properties of a posixAccount`,
      'give both uidNumber and gidNumber, or none',
    );
  }
  const home = checkedIa5(where, 'homeDirectory', homeDirectory ?? `/home/${props.name}`);
  if (!home.startsWith('/')) {
    throw new InputError(where, `homeDirectory ${quoted(home)}`, 'write an absolute path such as "/home/ann"');
  }
  return {
    uidNumber: checkedNumber(where, 'uidNumber', uidNumber),
    gidNumber: checkedNumber(where, 'gidNumber', gidNumber),
    homeDirectory: home,
  };
}
