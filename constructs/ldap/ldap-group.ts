import { quoted } from '../errors';
import { checkedGroupName } from './group-name';
import type { LdapUser } from './ldap-user';
import { checkedLine, checkedNumber } from './person-text';

export interface LdapGroupProps {
  /** `cn`. Upper and lower case are the same. */
  readonly name: string;
  /** @default - none */
  readonly description?: string;
  /**
   * Users and, but for posixGroups, groups of the same server; one that only the seed's LDIF has by its DN. Groups of DNs
   * need at least one (RFC 4519).
   */
  readonly members: readonly (LdapUser | LdapGroup | string)[];
  /** Needed for, and only for, posixGroups. @default - none */
  readonly gidNumber?: number;
}

/** A group of an OpenLdapServer, of the class that the server's `groups` says. */
export class LdapGroup {
  public readonly name: string;
  public readonly description: string | undefined;
  public readonly members: readonly (LdapUser | LdapGroup | string)[];
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
