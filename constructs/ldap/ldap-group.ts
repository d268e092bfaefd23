import { quoted } from '../errors';
import { checkedGroupName } from './group-name';
import type { LdapUser } from './ldap-user';
import { checkedLine, checkedNumber } from './person-text';

/** What a group is made of. Refused: control characters, and what Tomcat would read as any role. */
export interface LdapGroupProps {
  /** `cn`. Upper and lower case are the same. */
  readonly name: string;
  /** `description`, for people. @default - none */
  readonly description?: string;
  /**
   * Users and, but for posixGroups, groups of the same server; one that only the seed's LDIF has by its DN. Groups of DNs
   * need at least one (RFC 4519).
   */
  readonly members: readonly (LdapUser | LdapGroup | string)[];
  /** Number of the group (RFC 2307), from 1 to 4294967293: needed for, and only for, posixGroups. @default - none */
  readonly gidNumber?: number;
}

/**
 * A group of an OpenLdapServer, of the class that the server's `groups` says.
 * @see https://www.rfc-editor.org/rfc/rfc4519#section-3.5
 */
export class LdapGroup {
  /** `cn`. */
  public readonly name: string;
  /** `description`; undefined where it has none. */
  public readonly description: string | undefined;
  /** Who is in it, in the order given. */
  public readonly members: readonly (LdapUser | LdapGroup | string)[];
  /** Number of a posixGroup; undefined for groups of DNs. */
  public readonly gidNumber: number | undefined;

  public constructor(props: LdapGroupProps) {
    const where = `LDAP group ${quoted(props.name)}`;
    this.name = checkedGroupName(where, checkedLine(where, 'name', props.name));
    this.description =
      props.description === undefined ? undefined : checkedLine(where, 'description', props.description);
    this.members = [...props.members];
    this.gidNumber = props.gidNumber === undefined ? undefined : checkedNumber(where, 'gidNumber', props.gidNumber);
  }
}
