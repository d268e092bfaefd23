import { InputError, quoted } from '../errors';
import { checkedPort } from '../proxy/port';
import { checkedHost } from '../proxy/public-url';
import { checkedDn } from './dn';
import { checkedFilter } from './ldap-filter';

export interface LdapDirectoryProps {
  /** Name for people, and for messages. */
  readonly name: string;
  /** Host name of the server; its certificate must be issued for it. */
  readonly hostname: string;
  /** @default 636 */
  readonly port?: number;
  /** The bind DN: the account that the Git server looks users and groups up with; it needs to read only. */
  readonly username: string;
  /** Password of the bind DN; a reference to a Terraform resource or variable. */
  readonly password: string;
  /** Authority that signed the LDAP server's certificate, PEM. */
  readonly caPem: string;
  /** Root of all searches. */
  readonly baseDn: string;
  /** Below the base DN, where users are. @default - the base DN itself */
  readonly additionalUserDn?: string;
  /** Below the base DN, where groups are. @default - the base DN itself */
  readonly additionalGroupDn?: string;
  /** @default "(objectClass=inetOrgPerson)" */
  readonly userObjectFilter?: string;
  /** Attribute that holds the name a user logs in with. @default "uid" */
  readonly userNameAttribute?: string;
  /** @default "(objectClass=groupOfNames)" */
  readonly groupObjectFilter?: string;
  /** @default "cn" */
  readonly groupNameAttribute?: string;
  /** Attribute of a group that holds its members' DNs. @default "member" */
  readonly groupMembersAttribute?: string;
  /** Seconds to wait for an answer. @default 120 */
  readonly readTimeout?: number;
  /** Seconds to wait for a connection. @default 10 */
  readonly connectionTimeout?: number;
}

/**
 * The typed connection to an LDAP directory, over LDAPS, with the settings as Stash and Bitbucket name them.
 * @see https://confluence.atlassian.com/bitbucketserver/connecting-bitbucket-server-to-an-existing-ldap-directory-776640394.html
 */
export class LdapDirectory {
  public readonly name: string;
  public readonly hostname: string;
  public readonly port: number;
  public readonly username: string;
  public readonly password: string;
  public readonly caPem: string;
  public readonly baseDn: string;
  public readonly additionalUserDn: string | undefined;
  public readonly additionalGroupDn: string | undefined;
  public readonly userObjectFilter: string;
  public readonly userNameAttribute: string;
  public readonly groupObjectFilter: string;
  public readonly groupNameAttribute: string;
  public readonly groupMembersAttribute: string;
  public readonly readTimeout: number;
  public readonly connectionTimeout: number;

  public constructor(props: LdapDirectoryProps) {
    const where = `LDAP directory ${quoted(props.name)}`;
    this.name = props.name;
    this.hostname = checkedHost(where, props.hostname);
    this.port = checkedPort(where, props.port ?? 636);
    this.username = checkedDn(where, props.username);
    this.password = props.password;
    this.caPem = props.caPem;
    this.baseDn = checkedDn(where, props.baseDn);
    this.additionalUserDn = props.additionalUserDn === undefined ? undefined : checkedDn(where, props.additionalUserDn);
    this.additionalGroupDn =
      props.additionalGroupDn === undefined ? undefined : checkedDn(where, props.additionalGroupDn);
    this.userObjectFilter = checkedFilter(where, props.userObjectFilter ?? '(objectClass=inetOrgPerson)');
    this.userNameAttribute = checkedAttribute(where, props.userNameAttribute ?? 'uid');
    this.groupObjectFilter = checkedFilter(where, props.groupObjectFilter ?? '(objectClass=groupOfNames)');
    this.groupNameAttribute = checkedAttribute(where, props.groupNameAttribute ?? 'cn');
    this.groupMembersAttribute = checkedAttribute(where, props.groupMembersAttribute ?? 'member');
    this.readTimeout = checkedSeconds(where, 'readTimeout', props.readTimeout ?? 120);
    this.connectionTimeout = checkedSeconds(where, 'connectionTimeout', props.connectionTimeout ?? 10);
  }

  public get url(): string {
    return `ldaps://${this.hostname}:${this.port}`;
  }

  /** Where users are searched. */
  public get userBase(): string {
    return below(this.additionalUserDn, this.baseDn);
  }

  /** Where groups are searched. */
  public get groupBase(): string {
    return below(this.additionalGroupDn, this.baseDn);
  }
}

function below(additionalDn: string | undefined, baseDn: string): string {
  return additionalDn === undefined ? baseDn : `${additionalDn},${baseDn}`;
}

/** An attribute description without options (RFC 4512, 2.5). */
function checkedAttribute(where: string, name: string): string {
  if (!/^([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)$/.test(name)) {
    throw new InputError(where, `the attribute ${quoted(name)}`, 'write an LDAP attribute name such as "uid" or "cn"');
  }
  return name;
}

function checkedSeconds(where: string, what: string, value: number): number {
  if (!Number.isInteger(value) || value < 0) {
    throw new InputError(where, `${what} ${value}`, 'write a whole number of seconds; 0 means no limit');
  }
  return value;
}
