import { InputError, quoted } from '../errors';

export interface BitbucketAdministratorProps {
  /** @default "admin" */
  readonly username?: string;
  /** A reference to a Terraform resource or variable. @default - a random one, in the state of Terraform */
  readonly password?: string;
  /** @default "Administrator" */
  readonly displayName?: string;
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
