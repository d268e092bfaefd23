import { Token } from 'cdktf';
import { InputError, quoted } from '../errors';
import { DirectorySeed } from './directory-seed';
import { Dn } from './dn';
import type { GroupClass } from './group-class';
import { Ldif } from './ldif';
import type { OpenLdapServerProps } from './open-ldap-props';
import { policyDns, policyEntries } from './password-policy';
import { peopleEntries, userDn } from './people-entries';

/** What is in a directory: its tree, its entries, and the secrets of some of them. */
export interface DirectoryContents {
  readonly baseDn: Dn;
  readonly serviceAccount: Dn;
  /** Relative to the base DN; undefined for the base DN itself. */
  readonly additionalUserDn: string | undefined;
  readonly additionalGroupDn: string | undefined;
  readonly userBase: Dn;
  readonly groupBase: Dn;
  readonly seed: DirectorySeed;
  /** By DN. */
  readonly passwords: readonly (readonly [string, string])[];
  /** By DN. */
  readonly sshPublicKeys: readonly (readonly [string, string | readonly string[]])[];
}

/** The contents that a server's properties ask for, checked against each other. */
export function directoryContents(where: string, props: OpenLdapServerProps<GroupClass>): DirectoryContents {
  if (Token.isUnresolved(props.baseDn)) {
    throw new InputError(
      where,
      'a base DN that only Terraform knows',
      'write it as text: the seed is checked against it',
    );
  }
  const { users = [], groups = [], groupClass = 'groupOfNames', passwordPolicy } = props;
  const baseDn = Dn.parse(where, props.baseDn);
  const serviceAccount = Dn.parse(where, props.serviceAccount ?? `cn=git-server,ou=services,${baseDn.toString()}`);
  const additionalUserDn = relative(`${where} additionalUserDn`, props.additionalUserDn ?? 'ou=people');
  const additionalGroupDn = relative(`${where} additionalGroupDn`, props.additionalGroupDn ?? 'ou=groups');
  const below = (branch: string | undefined): Dn =>
    branch === undefined ? baseDn : Dn.parse(where, `${branch},${baseDn.toString()}`);
  const userBase = below(additionalUserDn);
  const groupBase = below(additionalGroupDn);
  const ldif = props.seed ?? Ldif.parse('');
  const seed = new DirectorySeed(where, {
    ldif,
    baseDn,
    serviceAccount,
    branches: [
      ...(props.seed === undefined ? [userBase, groupBase] : []),
      ...(passwordPolicy === undefined ? [] : [policyDns(baseDn).branch]),
    ],
    more: [
      ...(passwordPolicy === undefined ? [] : policyEntries(where, passwordPolicy, baseDn)),
      ...peopleEntries(where, { users, groups, userBase, groupBase, groupClass, ldif }),
    ],
  });
  checkBranch(`${where} additionalUserDn`, additionalUserDn, userBase, seed);
  checkBranch(`${where} additionalGroupDn`, additionalGroupDn, groupBase, seed);
  return {
    baseDn,
    serviceAccount,
    additionalUserDn,
    additionalGroupDn,
    userBase,
    groupBase,
    seed,
    passwords: [
      ...users.flatMap((user) =>
        user.password === undefined ? [] : [[userDn(user, userBase).toString(), user.password] as const],
      ),
      ...Object.entries(props.passwords ?? {}),
    ],
    sshPublicKeys: [
      ...users.flatMap((user) =>
        user.sshPublicKeys === undefined ? [] : [[userDn(user, userBase).toString(), user.sshPublicKeys] as const],
      ),
      ...Object.entries(props.sshPublicKeys ?? {}),
    ],
  };
}

function relative(where: string, dn: string): string | undefined {
  return dn === '' ? undefined : Dn.parse(where, dn).toString();
}

function checkBranch(where: string, branch: string | undefined, absolute: Dn, seed: DirectorySeed): void {
  if (branch === undefined || seed.find(absolute) !== undefined) return;
  throw new InputError(
    where,
    `${quoted(branch)}, but the seed has no entry ${quoted(absolute.toString())}`,
    'add it, or write where in the seed they are, "" for the base DN itself',
  );
}
