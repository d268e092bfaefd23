import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import { ServiceFile } from '../docker/service-file';
import { InputError, quoted } from '../errors';
import type { DirectorySetting, LdapDirectory } from '../ldap/ldap-directory';
import { renderLocalGroups } from './local-groups-list';
import type { RealmDirectory } from './realm-xml';
import { BESIDE, TOMCAT_DIRECTORY_SETTINGS } from './tomcat-directory-settings';

/** Refuses what this flavour cannot do, and warns of what it has no use for. */
export function checkDirectories(construct: Construct, directories: readonly LdapDirectory[]): void {
  const where = construct.node.path;
  if (directories.length === 0) {
    throw new InputError(where, 'no directory', 'give at least one: accounts and groups are there');
  }
  const names = directories.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InputError(
      where,
      `two directories named ${quoted(twice)}`,
      'give each a name that messages can tell it by',
    );
  }
  for (const directory of directories) {
    refuse(where, directory);
    for (const setting of directory.given) {
      const reason = uselessBecause(directory, setting);
      if (reason === undefined) continue;
      Annotations.of(construct).addWarning(
        `directory ${quoted(directory.name)}: ${setting} has no effect, because ${reason}`,
      );
    }
  }
}

/** The files of the directories, in folders by their number. */
export function directoryFiles(directories: readonly LdapDirectory[]): readonly ServiceFile[] {
  return directories.flatMap((directory, index) => [
    ServiceFile.reference(`${folder(index)}/ca.pem`, directory.caPem),
    ServiceFile.secret(`${folder(index)}/password`, directory.password),
    ...(directory.localGroups === undefined
      ? []
      : [ServiceFile.text(`${folder(index)}/local-groups.tsv`, renderLocalGroups(directory.localGroups))]),
  ]);
}

/** The directories with where `directoryFiles` and the image's entry point put what belongs to them. */
export function realmDirectories(
  directories: readonly LdapDirectory[],
  paths: { readonly files: string; readonly run: string },
): readonly RealmDirectory[] {
  return directories.map((directory, index) => ({
    directory,
    passwordFile: `${paths.files}/${folder(index)}/password`,
    trustStore: `${paths.run}/authorities-${index + 1}.p12`,
    localGroups: directory.localGroups === undefined ? undefined : `${paths.files}/${folder(index)}/local-groups.tsv`,
  }));
}

function folder(index: number): string {
  return `directories/${index + 1}`;
}

function refuse(where: string, directory: LdapDirectory): void {
  const of = `of the directory ${quoted(directory.name)}`;
  if (directory.manageUserStatusLocally) {
    throw new InputError(
      where,
      `manageUserStatusLocally ${of}`,
      'leave it out, and activate and deactivate accounts in the directory: this server keeps none of its own',
    );
  }
  if (directory.followReferrals && directory.secure === 'startTls') {
    throw new InputError(
      where,
      `followReferrals with StartTLS ${of}`,
      'write secure: "ssl": the password of the account would go to the other server in clear text',
    );
  }
}

/** One clause, undefined where the setting has its effect. */
function uselessBecause(directory: LdapDirectory, setting: DirectorySetting): string | undefined {
  const use = TOMCAT_DIRECTORY_SETTINGS[setting];
  if ('carriedOutBy' in use) {
    const isUnasked = setting === 'userMembershipAttribute' && !directory.useUserMembershipAttribute;
    return isUnasked ? 'useUserMembershipAttribute is not given' : undefined;
  }
  const beside = BESIDE[setting];
  const isKnownOtherwise = beside !== undefined && directory.given.has(beside);
  // Off is what it is here anyway.
  const isOff = setting === 'manageUserStatusLocally' || setting === 'useUserMembershipAttributeForMembers';
  const isSaidOff = isOff && !directory[setting];
  return isKnownOtherwise || isSaidOff ? undefined : use.noUse;
}
