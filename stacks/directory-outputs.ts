import { literalOrToken } from '../constructs/docker/template';
import type { DirectorySchema } from '../constructs/ldap/directory-schema';
import type { LdapDirectory } from '../constructs/ldap/ldap-directory';

/** What the Quick Test of `verify` knows of a directory: the settings as the Git server has them, password included. */
export interface DirectoryOutput extends Pick<
  LdapDirectory,
  | 'name'
  | 'hostname'
  | 'port'
  | 'secure'
  | 'username'
  | 'password'
  | 'caPem'
  | 'baseDn'
  | 'userBase'
  | 'groupBase'
  | 'asksUserForGroups'
  | 'useUserMembershipAttributeForMembers'
  | 'nestedGroups'
  | 'followReferrals'
  | 'incrementalSynchronisation'
  | 'usePagedResults'
  | 'pageSize'
  | 'readTimeout'
  | 'searchTimeout'
  | 'connectionTimeout'
> {
  /** As Atlassian's form has it. */
  readonly type: string;
  /** What a group's members are. */
  readonly members: 'dn' | 'name';
  readonly schema: DirectorySchema;
}

/** A directory as an output has it. Texts are Terraform's templates there, so those that are no references are escaped. */
export function directoryOutput(directory: LdapDirectory): DirectoryOutput {
  const { schema, type } = directory;
  const texts = Object.entries(schema).map(([setting, value]) => [setting, literalOrToken(value as string)]);
  return {
    type: type.label,
    members: type.members,
    name: literalOrToken(directory.name),
    hostname: directory.hostname,
    port: directory.port,
    secure: directory.secure,
    username: literalOrToken(directory.username),
    password: literalOrToken(directory.password),
    caPem: literalOrToken(directory.caPem),
    baseDn: literalOrToken(directory.baseDn),
    userBase: literalOrToken(directory.userBase),
    groupBase: literalOrToken(directory.groupBase),
    asksUserForGroups: directory.asksUserForGroups,
    useUserMembershipAttributeForMembers: directory.useUserMembershipAttributeForMembers,
    nestedGroups: directory.nestedGroups,
    followReferrals: directory.followReferrals,
    incrementalSynchronisation: directory.incrementalSynchronisation,
    usePagedResults: directory.usePagedResults,
    pageSize: directory.pageSize,
    readTimeout: directory.readTimeout,
    searchTimeout: directory.searchTimeout,
    connectionTimeout: directory.connectionTimeout,
    schema: Object.fromEntries(texts) as DirectorySchema,
  };
}
