import { InputError, quoted } from '../errors';
import { Dn } from './dn';
import type { Ldif } from './ldif';
import type { LdifEntry } from './ldif-entry';
import { accountEntry, containerEntry, NO_PASSWORD, pathTo } from './made-entries';
import { checkedSshKeys } from './seed-ssh-keys';

/** Which attribute holds the members of a group, by its object class (RFC 4519, 3.5 and 3.6). */
const GROUPS: readonly (readonly [objectClass: string, member: string])[] = [
  ['groupOfNames', 'member'],
  ['groupOfUniqueNames', 'uniqueMember'],
];

export interface DirectorySeedProps {
  readonly ldif: Ldif;
  readonly baseDn: Dn;
  /** Made, with the entries above them, where the LDIF has none. @default - none */
  readonly branches?: readonly Dn[];
  /** Entries beside those of the LDIF, each after the one above it. @default - none */
  readonly more?: readonly LdifEntry[];
  /** The account that services bind as; made, with the entries above it, where the LDIF has none. */
  readonly serviceAccount: Dn;
}

/**
 * What a directory starts with: the entries of an LDIF, checked against the base DN, with the base entry and the
 * service account where they are missing, and with memberOf, which slapadd leaves out because it runs no overlays.
 */
export class DirectorySeed {
  /** Every entry after the one above it. */
  public readonly entries: readonly LdifEntry[];
  /** Those that the server makes again where a directory of an older seed lacks them: the service account and what is above it, base first. */
  public readonly required: readonly LdifEntry[];
  /** The DN of the entry that has an SSH key, by key without comment. */
  public readonly sshKeyOwners: ReadonlyMap<string, string>;
  private readonly byKey: ReadonlyMap<string, LdifEntry>;

  /** @param where the construct, for messages about entries that the LDIF does not have */
  public constructor(where: string, props: DirectorySeedProps) {
    const { ldif, baseDn, serviceAccount } = props;
    if (!serviceAccount.isBelow(baseDn) || serviceAccount.equals(baseDn)) {
      throw new InputError(
        where,
        `the service account ${quoted(serviceAccount.toString())}`,
        `write a DN below the base DN ${quoted(baseDn.toString())}`,
      );
    }
    const lines = new Map(ldif.entries.map((entry) => [entry.dn.key, entry.line]));
    const entries = new Map<string, LdifEntry>();
    if (!lines.has(baseDn.key)) entries.set(baseDn.key, containerEntry(where, baseDn));
    for (const entry of ldif.entries) {
      checkPlace(`${ldif.source}, line ${entry.line}`, entry, baseDn, entries, lines);
      entries.set(entry.dn.key, entry);
    }
    for (const dn of (props.branches ?? []).flatMap((branch) => pathTo(branch, baseDn))) {
      if (!entries.has(dn.key)) entries.set(dn.key, containerEntry(where, dn));
    }
    for (const entry of props.more ?? []) {
      const line = lines.get(entry.dn.key);
      if (line !== undefined) {
        throw new InputError(
          where,
          `${quoted(entry.dn.toString())}, which ${ldif.source} has in line ${line}, too`,
          'keep one of the two',
        );
      }
      checkPlace(where, entry, baseDn, entries, lines);
      entries.set(entry.dn.key, entry);
    }
    const path = pathTo(serviceAccount, baseDn);
    for (const dn of path) {
      if (entries.has(dn.key)) continue;
      entries.set(dn.key, dn === serviceAccount ? accountEntry(where, dn) : containerEntry(where, dn));
    }
    const account = entries.get(serviceAccount.key);
    if (account?.values('userPassword').length === 0) {
      entries.set(serviceAccount.key, account.with('userPassword', [NO_PASSWORD]));
    }
    this.sshKeyOwners = checkedSshKeys(ldif.source, entries.values());
    this.byKey = withMemberOf((line) => (line > 0 ? `${ldif.source}, line ${line}` : where), entries);
    this.entries = [...this.byKey.values()];
    this.required = path.flatMap((dn) => this.byKey.get(dn.key) ?? []);
  }

  public find(dn: Dn): LdifEntry | undefined {
    return this.byKey.get(dn.key);
  }
}

function checkPlace(
  where: string,
  entry: LdifEntry,
  baseDn: Dn,
  earlier: ReadonlyMap<string, LdifEntry>,
  lines: ReadonlyMap<string, number>,
): void {
  const dn = quoted(entry.dn.toString());
  if (!entry.dn.isBelow(baseDn)) {
    throw new InputError(
      where,
      `the entry ${dn}, which is not below the base DN ${quoted(baseDn.toString())}`,
      'move it there, or give the base DN that it is below',
    );
  }
  const parent = entry.dn.parent;
  if (parent === undefined || entry.dn.equals(baseDn) || earlier.has(parent.key)) return;
  const line = lines.get(parent.key);
  throw new InputError(
    where,
    `the entry ${dn} ${line === undefined ? 'without' : 'before'} the entry above it`,
    line === undefined
      ? `add ${quoted(parent.toString())} before it`
      : `move ${quoted(parent.toString())} (line ${line}) before it`,
  );
}

/** What messages call a line of the source. */
type WhereOf = (line: number) => string;

/** The entries with what their groups say of them. Members must exist; an empty member stands for none. */
function withMemberOf(whereOf: WhereOf, entries: ReadonlyMap<string, LdifEntry>): ReadonlyMap<string, LdifEntry> {
  const groupsOf = new Map<string, string[]>();
  // Large directories name the same few DNs again and again.
  const keys = new Map<string, string>();
  for (const group of entries.values()) {
    const attributes = GROUPS.filter(([objectClass]) => group.has('objectClass', objectClass)).map(
      ([, member]) => member,
    );
    if (attributes.length === 0) continue;
    const name = group.dn.toString();
    const members = new Set<string>();
    for (const { value, line } of attributes.flatMap((attribute) => group.values(attribute))) {
      if (value === '') continue;
      if (typeof value !== 'string')
        throw refusedMember(whereOf(line), value, ', which is not UTF-8', 'write the DN of an entry');
      const key = keys.get(value) ?? Dn.parse(whereOf(line), memberDn(value)).key;
      keys.set(value, key);
      if (!entries.has(key))
        throw refusedMember(whereOf(line), value, ', which has no entry', 'add its entry, or remove the member');
      if (members.has(key))
        throw refusedMember(whereOf(line), value, ` of ${quoted(name)} twice`, 'keep one of the two');
      members.add(key);
      const groups = groupsOf.get(key);
      if (groups === undefined) groupsOf.set(key, [name]);
      else groups.push(name);
    }
  }
  return new Map(
    [...entries].map(([key, entry]) => {
      const groups = groupsOf.get(key) ?? [];
      checkGivenMemberOf(whereOf, entry, groups);
      return [key, groups.length > 0 ? entry.with('memberOf', groups) : entry];
    }),
  );
}

function refusedMember(where: string, value: string | Uint8Array, got: string, instead: string): InputError {
  return new InputError(where, `the member ${quoted(String(value))}${got}`, instead);
}

/** uniqueMember may end in a bit string that tells people of one name apart (RFC 4517, 3.3.21). */
function memberDn(value: string): string {
  return value.endsWith("'B") ? value.replace(/#'[01]*'B$/, '') : value;
}

/** An export of another server has memberOf already: it must say the same. */
function checkGivenMemberOf(whereOf: WhereOf, entry: LdifEntry, groups: readonly string[]): void {
  const given = entry.values('memberOf');
  if (given.length === 0) return;
  const keys = new Set(groups.map((group) => Dn.parse('memberOf', group).key));
  for (const { value, line } of given) {
    const where = whereOf(line);
    if (keys.has(Dn.parse(where, String(value)).key)) continue;
    throw new InputError(
      where,
      `memberOf ${quoted(String(value))}, a group that does not have the entry as a member`,
      'make it one, or leave memberOf out: it is computed from the groups',
    );
  }
}
