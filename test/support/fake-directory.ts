import {
  AndFilter,
  EqualityFilter,
  FilterParser,
  OrFilter,
  PresenceFilter,
  type Filter,
  InvalidCredentialsError,
  NoSuchObjectError,
  SizeLimitExceededError,
  type ResultCodeError,
} from 'ldapts';
import { Dn } from '../../constructs/ldap/dn';
import { LdapDirectory } from '../../constructs/ldap/ldap-directory';
import {
  FoundEntry,
  type Dialler,
  type DirectoryReader,
  type Found,
  type SearchRequest,
} from '../../scripts/verify/quick-test/directory-reader';
import { utf8Unescaped } from '../../scripts/verify/quick-test/filter-text';
import { directoryOutput, type DirectoryOutput } from '../../stacks/directory-outputs';

type Attributes = Readonly<Record<string, string | readonly string[]>>;

export interface FakeOptions {
  /** Entries that one answer may have. @default - all */
  readonly sizeLimit?: number;
  /** An error in place of an answer. */
  readonly refuse?: (request: SearchRequest) => ResultCodeError | undefined;
  /** What connecting, TLS or a login ends with. */
  readonly connectError?: Error;
  readonly tlsError?: Error;
  readonly bindError?: ResultCodeError;
}

/** A directory in memory, with as much of LDAP as the Quick Test asks for. The password of each entry is "secret". */
export class FakeDirectory implements Dialler, DirectoryReader {
  public closed = 0;
  public readonly searches: SearchRequest[] = [];
  private readonly entries: readonly { readonly dn: Dn; readonly attributes: Record<string, readonly string[]> }[];

  public constructor(
    entries: Readonly<Record<string, Attributes>>,
    private readonly options: FakeOptions = {},
  ) {
    this.entries = Object.entries(entries).map(([dn, attributes]) => ({
      dn: Dn.parse('fake', dn),
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, [value].flat()])),
    }));
  }

  public get reader(): DirectoryReader {
    return this;
  }

  public connect(): Promise<string> {
    const { connectError } = this.options;
    return connectError === undefined ? Promise.resolve('') : Promise.reject(connectError);
  }

  public secure(): Promise<string> {
    const { tlsError } = this.options;
    return tlsError === undefined ? Promise.resolve('TLSv1.3') : Promise.reject(tlsError);
  }

  public bind(username: string, password: string): Promise<void> {
    const isKnown = this.entries.some(({ dn }) => dn.toString() === username) || username === BIND_DN;
    if (this.options.bindError !== undefined) return Promise.reject(this.options.bindError);
    return isKnown && password === 'secret' ? Promise.resolve() : Promise.reject(new InvalidCredentialsError(''));
  }

  public search(request: SearchRequest): Promise<Found> {
    this.searches.push(request);
    const refusal = this.options.refuse?.(request);
    if (refusal !== undefined) return Promise.reject(refusal);
    if (request.base === '') {
      const root = new FoundEntry('', { namingContexts: ['dc=example,dc=com', 'cn=config'] });
      return Promise.resolve({ entries: [root], referrals: 0 });
    }
    const base = Dn.parse('fake', request.base);
    if (!this.entries.some(({ dn }) => dn.equals(base))) return Promise.reject(new NoSuchObjectError(''));
    const filter = FilterParser.parseString(utf8Unescaped(request.filter));
    const found = this.entries.filter(
      ({ dn, attributes }) =>
        (request.scope === 'base' ? dn.equals(base) : dn.isBelow(base)) && matches(filter, attributes),
    );
    const { sizeLimit = Infinity } = this.options;
    if (found.length > sizeLimit && request.atMost === undefined) return Promise.reject(new SizeLimitExceededError(''));
    const entries = found
      .slice(0, Math.min(sizeLimit, request.atMost ?? Infinity))
      .map(({ dn, attributes }) => new FoundEntry(dn.toString(), attributes));
    return Promise.resolve({ entries, referrals: 0 });
  }

  public close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

/** Filters of the kinds that the tests have. */
function matches(filter: Filter, attributes: Readonly<Record<string, readonly string[]>>): boolean {
  if (filter instanceof AndFilter) return filter.filters.every((each) => matches(each, attributes));
  if (filter instanceof OrFilter) return filter.filters.some((each) => matches(each, attributes));
  const valuesOf = (attribute: string): readonly string[] =>
    Object.entries(attributes).find(([name]) => name.toLowerCase() === attribute.toLowerCase())?.[1] ?? [];
  if (filter instanceof PresenceFilter) return valuesOf(filter.attribute).length > 0;
  if (!(filter instanceof EqualityFilter)) throw new Error(`no ${filter.constructor.name} here`);
  const { attribute, value } = filter;
  return valuesOf(attribute).some((present) => present.toLowerCase() === String(value).toLowerCase());
}

export const BIND_DN = 'cn=git,dc=example,dc=com';

const CONNECTION = {
  name: 'staff',
  hostname: 'ldap.example.com',
  username: BIND_DN,
  password: 'secret',
  caPem: 'PEM',
  baseDn: 'dc=example,dc=com',
  additionalUserDn: 'ou=people',
  additionalGroupDn: 'ou=groups',
};

type Dns = Parameters<typeof LdapDirectory.openLdap>[0];

/** A directory with members by DN: people by uid, groupOfNames. */
export function dnDirectory(settings: Partial<Dns> = {}): DirectoryOutput {
  const schema = {
    userNameAttribute: 'uid',
    groupObjectFilter: '(objectClass=groupOfNames)',
    groupMembersAttribute: 'member',
  };
  return directoryOutput(LdapDirectory.openLdap({ ...CONNECTION, ...schema, ...settings }));
}

/** A directory with members by name. */
export function posixDirectory(
  settings: Partial<Parameters<typeof LdapDirectory.genericPosix>[0]> = {},
): DirectoryOutput {
  return directoryOutput(LdapDirectory.genericPosix({ ...CONNECTION, ...settings }));
}

export function activeDirectory(
  settings: Partial<Parameters<typeof LdapDirectory.activeDirectory>[0]> = {},
): DirectoryOutput {
  const schema = { userObjectFilter: '(objectClass=user)', groupObjectFilter: '(objectClass=group)' };
  return directoryOutput(LdapDirectory.activeDirectory({ ...CONNECTION, ...schema, ...settings }));
}

const BRANCHES = {
  'dc=example,dc=com': { objectClass: ['top', 'domain'], dc: 'example' },
  'ou=people,dc=example,dc=com': { objectClass: 'organizationalUnit', ou: 'people' },
  'ou=groups,dc=example,dc=com': { objectClass: 'organizationalUnit', ou: 'groups' },
};

/** Ada in devs, devs in staff, staff in devs again; Bob in nothing. */
export const DN_TREE: Readonly<Record<string, Attributes>> = {
  ...BRANCHES,
  'uid=ada,ou=people,dc=example,dc=com': {
    objectClass: 'inetOrgPerson',
    uid: 'ada',
    displayName: 'Ada',
    mail: 'ada@example.com',
  },
  'uid=bob,ou=people,dc=example,dc=com': { objectClass: 'inetOrgPerson', uid: 'bob', displayName: 'Bob' },
  'cn=devs,ou=groups,dc=example,dc=com': {
    objectClass: 'groupOfNames',
    cn: 'devs',
    member: ['uid=ada,ou=people,dc=example,dc=com', 'cn=staff,ou=groups,dc=example,dc=com'],
  },
  'cn=staff,ou=groups,dc=example,dc=com': {
    objectClass: 'groupOfNames',
    cn: 'staff',
    member: ['cn=devs,ou=groups,dc=example,dc=com'],
  },
};

/** Ada in devs by name and in users by number. */
export const POSIX_TREE: Readonly<Record<string, Attributes>> = {
  ...BRANCHES,
  'uid=ada,ou=people,dc=example,dc=com': {
    objectClass: ['account', 'posixAccount'],
    uid: 'ada',
    cn: 'Ada',
    mail: 'ada@example.com',
    gidNumber: '100',
  },
  'cn=devs,ou=groups,dc=example,dc=com': {
    objectClass: 'posixGroup',
    cn: 'devs',
    gidNumber: '200',
    memberUid: ['ada', 'bob'],
  },
  'cn=users,ou=groups,dc=example,dc=com': { objectClass: 'posixGroup', cn: 'users', gidNumber: '100' },
};
