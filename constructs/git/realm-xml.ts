import { NOBODY } from '../ldap/group-name';
import type { LdapDirectory } from '../ldap/ldap-directory';
import { compositeNameText, messageFormatText } from './jndi-text';
import { attributes, type Attributes, type XmlElement } from './tomcat-xml';

/** A directory, and where what belongs to it is in the container. */
export interface RealmDirectory {
  readonly directory: LdapDirectory;
  /** File with the password of its bind DN. */
  readonly passwordFile: string;
  /** Key store of the authorities that its certificate may come from. */
  readonly trustStore: string;
  /** File with its local groups; undefined without. */
  readonly localGroups: string | undefined;
}

export interface RealmXmlProps {
  /** In the order that they are asked in. */
  readonly directories: readonly RealmDirectory[];
  /** File with the groups whose members may use the server; undefined where every account may. */
  readonly licensedGroups: string | undefined;
}

/** Of key stores that hold certificates alone: it protects nothing. */
const TRUST_STORE_PASSWORD = 'authorities';
/** Wrong passwords in a row that lock an account. */
const FAILURES = 5;
/** Seconds that an account stays locked after the last attempt. */
const LOCK_SECONDS = 300;
/** Accounts whose wrong passwords are remembered: the names of a flood of attempts must not push out the real ones soon. */
const REMEMBERED_ACCOUNTS = 20000;
/** Connections to a directory that are kept open. */
const DIRECTORY_CONNECTIONS = 8;
/** Number of the primary group of a Posix account, and of a Posix group (RFC 2307). */
const GROUP_NUMBER = 'gidNumber';

/** The `<Realm>` of server.xml: what locks accounts, around what asks directories in order. */
export function addRealm(engine: XmlElement, props: RealmXmlProps): void {
  const directories = engine
    .ele(
      'Realm',
      attributes({
        className: 'gitserver.AccountLockRealm',
        failureCount: FAILURES,
        lockOutTime: LOCK_SECONDS,
        // Keeps the method, unlike 302.
        transportGuaranteeRedirectStatus: 308,
        cacheSize: REMEMBERED_ACCOUNTS,
      }),
    )
    .ele('Realm', attributes({ className: 'gitserver.DirectoriesRealm', licensedGroups: props.licensedGroups }));
  for (const directory of props.directories) directories.ele('Realm', attributes(directoryAttributes(directory)));
}

/** `userSearch`, `roleSearch` and `roleBase` are MessageFormat patterns; both bases are JNDI composite names. */
function directoryAttributes({ directory, passwordFile, trustStore, localGroups }: RealmDirectory): Attributes {
  const { schema } = directory;
  return {
    className: 'gitserver.DirectoryRealm',
    label: directory.name,
    connectionURL: directory.url,
    useStartTls: directory.secure === 'startTls' ? true : undefined,
    connectionName: directory.username,
    passwordFile,
    trustStore,
    trustStorePassword: TRUST_STORE_PASSWORD,
    connectionPoolSize: DIRECTORY_CONNECTIONS,
    connectionTimeout: directory.connectionTimeout * 1000,
    readTimeout: directory.readTimeout * 1000,
    timeLimit: directory.searchTimeout * 1000,
    pageSize: directory.usePagedResults ? directory.pageSize : undefined,
    // Without a word about them, Java asks for referrals as entries (RFC 3296), and OpenLDAP's dynlist then computes nothing.
    referrals: directory.followReferrals ? 'follow' : 'throw',
    // Of the servers that it sends its clients on to, too, who get the same password.
    protocol: directory.followReferrals ? 'ssl' : undefined,
    userBase: compositeNameText(directory.userBase),
    userFilter: schema.userObjectFilter,
    userName: schema.userNameAttribute,
    userSearch: `(&${messageFormatText(schema.userObjectFilter)}(${schema.userNameAttribute}={0}))`,
    userSubtree: true,
    filterExpiredUsers: directory.filterExpiredUsers ? true : undefined,
    roleBase: messageFormatText(compositeNameText(directory.groupBase)),
    roleName: schema.groupNameAttribute,
    roleSubtree: true,
    ...membershipAttributes(directory),
    localGroups,
  };
}

/** How the groups of a user are found: by the user's attribute, by user name and number, or by DN. */
function membershipAttributes(directory: LdapDirectory): Attributes {
  const { schema, type } = directory;
  const group = messageFormatText(schema.groupObjectFilter);
  const notNobody = `(!(${schema.groupNameAttribute}=${NOBODY}))`;
  const members = schema.groupMembersAttribute;
  if (directory.asksUserForGroups) {
    return { userRoleName: schema.userMembershipAttribute, roleSearch: `(&${group}${notNobody})` };
  }
  if (type.members === 'name') {
    const isMember = `(|(${members}={1})(${GROUP_NUMBER}={2}))`;
    return { userRoleAttribute: GROUP_NUMBER, roleSearch: `(&${group}${isMember}${notNobody})` };
  }
  return {
    roleNested: directory.nestedGroups ? true : undefined,
    roleSearch: `(&${group}(${members}={0})${notNobody})`,
  };
}
