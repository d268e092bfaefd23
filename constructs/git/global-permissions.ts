import { InputError } from '../errors';
import { checkedGroupName } from '../ldap/group-name';

/** Who may use the server at all. */
export interface LicensedUserProps {
  /** Groups whose members may log in; members of a group in `admin` or `sysAdmin` may, too. At least one. */
  readonly groups: readonly string[];
  /** Accounts that the licence is for; `verify` counts them. A whole number, from 1. @default - not counted */
  readonly limit?: number;
}

/** What groups of the directories may do everywhere. */
export interface GlobalPermissionsProps {
  /** LICENSED_USER: who may use the server at all. @default - every account of its directories */
  readonly licensedUser?: LicensedUserProps;
  /** PROJECT_CREATE: groups that may create projects. Refused where repositories are declared in code. @default - none */
  readonly projectCreate?: readonly string[];
  /** ADMIN: groups that may administer the server; reading everything is part of it. @default - none */
  readonly admin?: readonly string[];
  /** SYS_ADMIN: groups that may do everything; all of ADMIN is part of it. @default - none */
  readonly sysAdmin?: readonly string[];
}

/**
 * Bitbucket's global permissions, granted to groups.
 * @see https://confluence.atlassian.com/bitbucketserver/global-permissions-776640369.html
 */
export class GlobalPermissions {
  /** Groups of LICENSED_USER itself; undefined where every account may use the server. */
  public readonly licensedUser: readonly string[] | undefined;
  /** Accounts that the licence is for; undefined where nobody counts. */
  public readonly licenceLimit: number | undefined;
  /** Groups of PROJECT_CREATE, sorted. */
  public readonly projectCreate: readonly string[];
  /** Groups of ADMIN, sorted. */
  public readonly admin: readonly string[];
  /** Groups of SYS_ADMIN, sorted. */
  public readonly sysAdmin: readonly string[];

  public constructor(props: GlobalPermissionsProps) {
    const { licensedUser } = props;
    if (licensedUser?.groups.length === 0) {
      throw new InputError(
        'GlobalPermissions licensedUser',
        'no groups',
        'name at least one, or leave licensedUser out: every account may then log in',
      );
    }
    const limit = licensedUser?.limit;
    if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) {
      throw new InputError(
        'GlobalPermissions licensedUser',
        `limit ${limit}`,
        'write a whole number of accounts, from 1',
      );
    }
    this.licensedUser = licensedUser === undefined ? undefined : checkedGroups('licensedUser', licensedUser.groups);
    this.licenceLimit = limit;
    this.projectCreate = checkedGroups('projectCreate', props.projectCreate ?? []);
    this.admin = checkedGroups('admin', props.admin ?? []);
    this.sysAdmin = checkedGroups('sysAdmin', props.sysAdmin ?? []);
  }

  /** Groups of ADMIN and SYS_ADMIN, sorted. */
  public get administrators(): readonly string[] {
    return union(this.admin, this.sysAdmin);
  }

  /** All groups whose members may use the server, sorted; undefined where every account may. */
  public get licensedGroups(): readonly string[] | undefined {
    return this.licensedUser === undefined ? undefined : union(this.licensedUser, this.administrators);
  }
}

function checkedGroups(what: string, groups: readonly string[]): readonly string[] {
  return union(groups.map((group) => checkedGroupName(`GlobalPermissions ${what}`, group)));
}

function union(...lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort();
}
