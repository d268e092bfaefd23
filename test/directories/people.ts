interface Person {
  readonly givenName: string;
  readonly surname: string;
  /** Its uidNumber where accounts are of RFC 2307. */
  readonly number: number;
  /** Its primary group where accounts are of RFC 2307. @default - one that opens nothing */
  readonly primaryGroup?: GroupName;
}

/** The accounts of the test directories. */
export const PEOPLE: Readonly<Record<PersonName, Person>> = {
  writer: { givenName: 'Wanda', surname: 'Writer', number: 3001 },
  reader: { givenName: 'Rafael', surname: 'Reader', number: 3002 },
  admin: { givenName: 'Ada', surname: 'Admin', number: 3003 },
  outsider: { givenName: 'Otto', surname: 'Outsider', number: 3004 },
  contractor: { givenName: 'Carla', surname: 'Contractor', number: 3005 },
  resident: { givenName: 'Rosa', surname: 'Resident', number: 3006, primaryGroup: 'git-readers' },
  expired: { givenName: 'Emil', surname: 'Expired', number: 3007 },
  disabled: { givenName: 'Dora', surname: 'Disabled', number: 3008 },
};

/** `contractor` is in git-readers by way of `contractors`, `resident` by its primary group alone, `outsider` in nothing. */
export type PersonName = (typeof EVERYBODY)[number] | (typeof SHUT_OUT)[number];

/** Those who are in every directory. */
export const EVERYBODY = ['writer', 'reader', 'admin', 'outsider', 'contractor', 'resident'] as const;
/** Those who are in an Active Directory alone, which lets them in no more. */
export const SHUT_OUT = ['expired', 'disabled'] as const;

interface Group {
  /** Its gidNumber where groups are of RFC 2307. */
  readonly number: number;
  readonly people: readonly PersonName[];
  /** Groups in the group, where that can be. */
  readonly groups: readonly GroupName[];
}

export type GroupName = 'contractors' | 'git-readers' | 'git-writers' | 'git-admins';

/** The groups of the test directories, those that are in others first. */
export const GROUPS: Readonly<Record<GroupName, Group>> = {
  contractors: { number: 4004, people: ['contractor'], groups: [] },
  'git-readers': { number: 4001, people: ['reader', 'expired', 'disabled'], groups: ['contractors'] },
  'git-writers': { number: 4002, people: ['writer'], groups: [] },
  'git-admins': { number: 4003, people: ['admin'], groups: [] },
};
/** gidNumber of those whose primary group opens nothing. */
export const NO_GROUP = 4000;
