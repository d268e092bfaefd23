import { InputError, quoted } from '../errors';

/** The first account, in the internal directory of the server; the provisioner logs in with it. */
export interface BitbucketAdministratorProps {
  /** What it logs in with: letters, digits and `_ . @ + -`. @default "admin" */
  readonly username?: string;
  /** At the first start; a reference to a Terraform resource or variable. @default - a random one, in the state of Terraform */
  readonly password?: string;
  /** Name for people. @default "Administrator" */
  readonly displayName?: string;
  /** Where Bitbucket would write to, such as "git@example.com": setup does not end without one. */
  readonly emailAddress: string;
}

/** The first account, in the server's internal directory: setup makes it, and the provisioner logs in with it. */
export interface BitbucketAdministrator {
  readonly username: string;
  readonly displayName: string;
  readonly emailAddress: string;
}

export function checkedAdministrator(where: string, props: BitbucketAdministratorProps): BitbucketAdministrator {
  const { username = 'admin', displayName = 'Administrator', emailAddress } = props;
  // Bitbucket takes more; these need no quoting anywhere.
  if (!/^[\w.@+-]+$/.test(username)) {
    throw new InputError(where, `the administrator ${quoted(username)}`, 'write a user name such as "admin"');
  }
  if (!/^[^\s@]+@[^\s@]+$/.test(emailAddress)) {
    throw new InputError(
      where,
      `the emailAddress ${quoted(emailAddress)}`,
      'write one such as "git@example.com": setup does not end without it',
    );
  }
  if (displayName.trim() === '') {
    throw new InputError(where, 'an empty displayName of the administrator', 'give a name, or leave it out');
  }
  return { username, displayName, emailAddress };
}
