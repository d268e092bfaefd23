import type { LdapDirectory } from '../ldap/ldap-directory';

/** What coreutils' `timeout` and ldapsearch's time limit take for "none". */
const NO_LIMIT = 0;

/**
 * How the image of the SSH server looks up keys and groups: a line for each setting, its name and its value with a tab
 * between. None of the values can hold a tab or a newline: DNs and filters have control characters escaped.
 * @see ldapsearch(1)
 */
export function renderSshDirectory(directory: LdapDirectory): string {
  const { connectionTimeout, readTimeout } = directory;
  const isBounded = connectionTimeout !== NO_LIMIT && readTimeout !== NO_LIMIT;
  const settings: Readonly<Record<string, string | number>> = {
    url: directory.url,
    bindDn: directory.username,
    connectionTimeout: connectionTimeout === NO_LIMIT ? 'none' : connectionTimeout,
    readTimeout,
    // Of the whole question: ldapsearch itself waits for an answer without end.
    timeout: isBounded ? connectionTimeout + readTimeout : NO_LIMIT,
    userBase: directory.userBase,
    userObjectFilter: directory.schema.userObjectFilter,
    userNameAttribute: directory.schema.userNameAttribute,
    groupBase: directory.groupBase,
    groupObjectFilter: directory.schema.groupObjectFilter,
    groupNameAttribute: directory.schema.groupNameAttribute,
    groupMembersAttribute: directory.schema.groupMembersAttribute,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}\t${value}\n`)
    .join('');
}
